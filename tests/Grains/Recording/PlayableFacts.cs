using System.Globalization;
using Balie.Grains.Calls.Media;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Platform.Keys;
using Balie.Grains.Recording;
using Balie.Grains.Recording.Media;
using Balie.Grains.Tests.Booking;
using Balie.Grains.Tests.Media;
using Balie.Grains.Tests.Platform;
using Microsoft.Extensions.DependencyInjection;

namespace Balie.Grains.Tests.Recording;

/// <summary>What a page plays after hang-up, made by the real tools of raw tracks.</summary>
public sealed class PlayableFacts(Database database) : IClassFixture<Database>
{
    private static readonly TimeSpan Talk = TimeSpan.FromSeconds(12);

    [Fact]
    public async Task After_hang_up_every_track_is_a_file_that_a_browser_plays_and_moves_about_in()
    {
        await using var stage = await RecordingStage.StartAsync(database);
        await stage.HangUpAsync(Talk);
        await stage.UntilAsync(v => v.Segments[0].Playable, "the recording can be played");

        var playback = await stage.OpenAsync();

        playback.Tracks.Select(t => (t.Participant, t.Kind)).ShouldBe([("an", "camera"), ("an", "microphone"), ("gerrit", "camera"), ("gerrit", "microphone")], ignoreOrder: true);
        playback.Duration.ShouldBe(Talk.TotalSeconds, 0.3);
        foreach (var track in playback.Tracks)
        {
            track.At.ShouldBe(0, 0.1);
            track.Length.ShouldBe(Talk.TotalSeconds, 0.3);
            await HoldsAsync(await stage.FetchAsync(track.Blob), track.Kind == "microphone" ? "opus" : "vp8");
        }

        Directory.EnumerateFiles(stage.Node, "*", SearchOption.AllDirectories).ShouldBeEmpty("nothing stays on the node");
        Directory.EnumerateFileSystemEntries(stage.Work).ShouldBeEmpty("nothing in the clear stays");
        stage.Stored.Count.ShouldBe(8);
        foreach (var file in stage.Stored) (await File.ReadAllBytesAsync(file)).AsSpan(0, 8).SequenceEqual("BALIEBLB"u8).ShouldBeTrue("the store is encrypted");
    }

    [Fact]
    public async Task A_track_that_holds_nothing_playable_is_left_out_and_its_raw_track_is_kept()
    {
        await using var stage = await RecordingStage.StartAsync(database);
        await stage.HangUpAsync(Talk, tracks => Damage(tracks[0]));
        await stage.UntilAsync(v => v.Segments[0].Playable, "the recording can be played");

        (await stage.OpenAsync()).Tracks.Length.ShouldBe(3);
        stage.Stored.Count.ShouldBe(4 + 3);
    }

    [Fact]
    public async Task A_store_that_fails_half_way_gets_each_track_once()
    {
        StumblingStore? store = null;
        await using var stage = await RecordingStage.StartAsync(database, files => store = new StumblingStore(files, at: 3));
        await stage.HangUpAsync(TimeSpan.FromSeconds(2));
        await stage.UntilAsync(v => v.Segments[0].Playable, "the recording can be played");

        store.ShouldNotBeNull().Stumbled.ShouldBeTrue();
        (await stage.OpenAsync()).Tracks.Length.ShouldBe(4);
        stage.Stored.Count.ShouldBe(8, "what was stored before it failed was not stored again");
        Directory.EnumerateFiles(stage.Node, "*", SearchOption.AllDirectories).ShouldBeEmpty("nothing stays on the node");
    }

    [Fact]
    public async Task A_stretch_comes_into_the_store_while_the_one_before_it_is_still_being_made_playable()
    {
        HeldStore? store = null;
        await using var stage = await RecordingStage.StartAsync(database, files => store = new HeldStore(files));
        await stage.HangUpAsync(TimeSpan.FromSeconds(2));
        await stage.UntilAsync(v => v.Segments[0].Stored, "the first stretch is in the store");
        await store.ShouldNotBeNull().Asked.WaitAsync(TestContext.Current.CancellationToken);

        await stage.HangUpAgainAsync("s2", TimeSpan.FromSeconds(2));

        await stage.UntilAsync(v => v.Segments is [{ Playable: false }, { Stored: true }], "the second stretch is in the store");
        store.Release();
        await stage.UntilAsync(v => v.Segments.All(s => s.Playable), "both can be played");
    }

    [Fact]
    public async Task Nothing_is_given_to_an_officer_who_did_not_say_why()
    {
        await using var stage = await RecordingStage.StartAsync(database);
        await stage.HangUpAsync(TimeSpan.FromSeconds(2));
        await stage.UntilAsync(v => v.Segments[0].Playable, "the recording can be played");
        using (RoomCluster.As(RoomCluster.Staff(BookingStage.Tenant, "bert")))
            (await Should.ThrowAsync<BalieException>(() => stage.Grain.Playback())).Error.Code.ShouldBe("recording.look-needed");

        await stage.OpenAsync();

        using (RoomCluster.As(RoomCluster.Staff(BookingStage.Tenant, "bert")))
            (await Should.ThrowAsync<BalieException>(() => stage.Grain.Playback())).Error.Code.ShouldBe("recording.look-needed", "the look was another's");
    }

    [Fact]
    public async Task Erasing_the_dossier_takes_the_playable_files_along()
    {
        await using var stage = await RecordingStage.StartAsync(database);
        await stage.HangUpAsync(TimeSpan.FromSeconds(2));
        await stage.UntilAsync(v => v.Segments[0].Playable, "the recording can be played");
        var playback = await stage.OpenAsync();

        await stage.Cluster.Services.GetRequiredService<IKeyRing>().DestroyDossierKeyAsync(BookingStage.Tenant, stage.Visit);

        foreach (var track in playback.Tracks)
            await Should.ThrowAsync<KeyDestroyedException>(() => stage.Blobs.OpenReadAsync(BookingStage.Tenant, stage.Visit, track.Blob));
    }

    [Fact]
    public async Task A_tool_that_is_killed_says_nothing_about_the_track()
    {
        var work = Directory.CreateTempSubdirectory("br").FullName;
        try
        {
            using var tools = new MediaTools(work);
            var running = tools.RunAsync("ffmpeg", Endless, TestContext.Current.CancellationToken);
            (await OneWorkingAsync(work)).Signal(HostProcess.Kill);

            await Should.ThrowAsync<ToolStruckException>(() => running);
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    [Fact]
    public async Task What_a_killed_Balie_left_working_is_ended_at_the_next_start_and_nothing_in_the_clear_stays()
    {
        var work = Directory.CreateTempSubdirectory("br").FullName;
        try
        {
            var left = new MediaTools(work);
            var running = left.RunAsync("ffmpeg", Endless, TestContext.Current.CancellationToken);
            var process = await OneWorkingAsync(work);

            await new WorkFolderSweep(new RecordingFolders(work)).StartAsync(TestContext.Current.CancellationToken);

            await Should.ThrowAsync<ToolStruckException>(() => running);
            process.Lives.ShouldBeFalse();
            Directory.EnumerateFileSystemEntries(work).ShouldBeEmpty();
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    /// <summary>Element ids (RFC 9559).</summary>
    private static readonly byte[] Cues = [0x1C, 0x53, 0xBB, 0x6B], Cluster = [0x1F, 0x43, 0xB6, 0x75];

    private static readonly string[] Endless = ["-v", "error", "-re", "-f", "lavfi", "-i", "color=c=black:s=64x64", "-f", "null", "-"];

    private static async Task<HostProcess> OneWorkingAsync(string work)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(1));
        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (true)
        {
            var found = HostProcess.WorkingUnder(work).Intersect(HostProcess.StartedWith("lavfi")).FirstOrDefault();
            if (found.Pid != 0) return found;
            await look.WaitForNextTickAsync(limit.Token);
        }
    }

    /// <summary>WebM of one stream that begins at 0, whose index stands before the pictures, and in which one can begin in the middle.</summary>
    private static async Task HoldsAsync(string file, string codec)
    {
        var probed = await MediaStage.RunAsync("ffprobe", "-v", "error", "-show_entries", "format=format_name,start_time:stream=codec_name", "-of", "default=noprint_wrappers=1", file);
        probed.ShouldContain("webm");
        probed.ShouldContain($"codec_name={codec}");
        double.Parse(probed.Split("start_time=")[1].Split('\n')[0], CultureInfo.InvariantCulture).ShouldBe(0, 0.05);
        var bytes = await File.ReadAllBytesAsync(file);
        bytes.AsSpan().IndexOf(Cues).ShouldBeInRange(1, bytes.AsSpan().IndexOf(Cluster), "cues stand before the first cluster");
        (await MediaStage.RunAsync("ffmpeg", "-v", "error", "-ss", "7", "-i", file, "-t", "1", "-f", "framemd5", "-")).Split('\n').Count(l => l.StartsWith('0')).ShouldBeGreaterThan(10);
    }

    private static void Damage(string track)
    {
        using var file = File.OpenWrite(track);
        file.SetLength(200);
    }
}

/// <summary>Fails at one write, once.</summary>
internal sealed class StumblingStore(IBlobStore store, int at) : IBlobStore
{
    private int _writes;

    public bool Stumbled => _writes >= at;

    public Task<BlobRef> WriteAsync(string tenant, string dossier, Stream plaintext, CancellationToken ct = default) =>
        Interlocked.Increment(ref _writes) == at ? throw new IOException("The store stumbles.") : store.WriteAsync(tenant, dossier, plaintext, ct);

    public Task<Stream> OpenReadAsync(string tenant, string dossier, BlobRef blob, CancellationToken ct = default) => store.OpenReadAsync(tenant, dossier, blob, ct);

    public Task DeleteAsync(string tenant, string dossier, BlobRef blob, CancellationToken ct = default) => store.DeleteAsync(tenant, dossier, blob, ct);
}

/// <summary>Gives nothing out until it is released.</summary>
internal sealed class HeldStore(IBlobStore store) : IBlobStore
{
    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously), _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Something was asked for.</summary>
    public Task Asked => _asked.Task;

    public void Release() => _released.SetResult();

    public Task<BlobRef> WriteAsync(string tenant, string dossier, Stream plaintext, CancellationToken ct = default) => store.WriteAsync(tenant, dossier, plaintext, ct);

    public async Task<Stream> OpenReadAsync(string tenant, string dossier, BlobRef blob, CancellationToken ct = default)
    {
        _asked.TrySetResult();
        await _released.Task.WaitAsync(ct);
        return await store.OpenReadAsync(tenant, dossier, blob, ct);
    }

    public Task DeleteAsync(string tenant, string dossier, BlobRef blob, CancellationToken ct = default) => store.DeleteAsync(tenant, dossier, blob, ct);
}
