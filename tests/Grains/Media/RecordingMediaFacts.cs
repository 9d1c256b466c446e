using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using Balie.Grains.Calls.Media;
using Balie.Grains.Recording.Media;
using Microsoft.Extensions.Logging.Abstractions;

namespace Balie.Grains.Tests.Media;

/// <summary>What is recorded, and above all what is not.</summary>
[Collection("Media")]
public sealed partial class RecordingMediaFacts(MediaStage stage)
{
    static readonly TimeSpan Talk = TimeSpan.FromSeconds(4), Tolerance = TimeSpan.FromSeconds(1);

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_composed_file_holds_both_people_for_the_consented_time_and_nothing_of_a_pause()
    {
        await using var visit = await Visit.OpenAsync(stage);
        var citizen = await visit.EnterAsync("citizen");
        var officer = await visit.EnterAsync("officer");
        await Task.WhenAll(citizen.SeesAsync(officer), officer.SeesAsync(citizen));

        var first = await RecordAsync(visit, ["citizen", "officer"]);
        first.Tracks.Select(t => (t.ParticipantId, t.Kind)).ShouldBe(
            [("citizen", TrackKind.Microphone), ("citizen", TrackKind.Camera), ("officer", TrackKind.Microphone), ("officer", TrackKind.Camera)], ignoreOrder: true);
        var before = Files(visit);
        await citizen.ShowsMoreAsync(officer, frames: 45);
        Files(visit).ShouldBe(before);
        var second = await RecordAsync(visit, ["citizen", "officer"]);
        second.Tracks.Select(t => t.Path).ShouldNotContain(p => first.Tracks.Any(t => t.Path == p));

        var heard = new List<double>();
        var target = Path.Combine(stage.Folder, "visit.mp4");
        var made = await new Composer(Closed("work")).ComposeAsync([Segment("1", first), Segment("2", second)], target, new Said(heard), Ct);

        made.HasVideo.ShouldBeTrue();
        made.HasAudio.ShouldBeTrue();
        made.Unreadable.ShouldBeEmpty();
        var consented = (first.EndUtc - first.StartUtc) + (second.EndUtc - second.StartUtc);
        made.Duration.ShouldBe(consented, Tolerance);
        made.Segments.Select(s => s.Id).ShouldBe(["1", "2"]);
        made.Segments[1].Offset.ShouldBe(made.Segments[0].Duration);
        made.Segments[1].WallStart.ShouldBe(second.StartUtc, Tolerance);
        heard.ShouldBeInOrder();
        heard[^1].ShouldBe(1);
        Directory.GetFileSystemEntries(Closed("work")).ShouldBeEmpty();

        foreach (var left in new[] { 0, 640 })
            (await MediaStage.RunAsync("ffmpeg", "-i", target, "-vf", $"crop=640:300:{left}:0,freezedetect=n=0.001:d=1.5", "-an", "-f", "null", "-")).ShouldNotContain("freeze_start");
        foreach (var segment in made.Segments)
            (await LoudnessAsync(target, segment.Offset, segment.Duration)).ShouldBeGreaterThan(-45);
        foreach (var voice in first.Tracks.Where(t => t.Kind == TrackKind.Microphone))
        {
            var alone = Path.Combine(stage.Folder, voice.ParticipantId + ".opus");
            (await TrackRemuxer.RemuxAsync(Track(voice), alone, Closed("work"), Ct)).ShouldBeTrue();
            (await LoudnessAsync(alone, TimeSpan.Zero, Talk)).ShouldBeGreaterThan(-45);
        }
    }

    [Fact]
    public async Task A_newcomer_stops_the_recording_before_anything_of_them_is_written()
    {
        await using var visit = await Visit.OpenAsync(stage);
        var citizen = await visit.EnterAsync("citizen");
        var officer = await visit.EnterAsync("officer");
        await citizen.SeesAsync(officer);
        await visit.Room.StartRecordingAsync("s1", ["citizen", "officer"], Ct);
        await UntilRecordsAsync(visit, TimeSpan.Zero);

        var helper = await visit.EnterAsync("helper");
        await Task.WhenAll(citizen.SeesAsync(helper), helper.SeesAsync(officer));

        var stopped = visit.Events.OfType<MediaRoomEvent.RecordingStopped>().ShouldHaveSingleItem();
        stopped.BecauseOf.ShouldBe("helper");
        stopped.Segment.Tracks.ShouldNotBeEmpty();
        Files(visit).Keys.ShouldNotContain(f => f.Contains("-user-helper-"));
        Files(visit).Keys.ShouldNotContain(f => f.EndsWith(".part"));
        (await visit.Room.StopRecordingAsync(Ct)).ShouldBeNull();
        RecordingFiles.TryRemove(FolderOf(visit, "s1")).ShouldBeFalse();

        var consented = await RecordAsync(visit, ["citizen", "officer", "helper"]);
        consented.Tracks.Count(t => t.ParticipantId == "helper").ShouldBe(2);
        foreach (var track in RecordingFiles.Closed(FolderOf(visit, "s1"))) File.Delete(track.Path);
        RecordingFiles.TryRemove(FolderOf(visit, "s1")).ShouldBeTrue();
        consented.Tracks.ShouldAllBe(t => File.Exists(t.Path), "another segment's tracks stay");
    }

    [Fact]
    public async Task Nothing_starts_while_someone_who_publishes_has_not_consented()
    {
        await using var visit = await Visit.OpenAsync(stage);
        await visit.EnterAsync("citizen");
        var refused = await Should.ThrowAsync<InvalidSignalException>(() => visit.Room.StartRecordingAsync("s1", ["officer"], Ct));
        refused.Code.ShouldBe("recording-without-consent");
        Files(visit).ShouldBeEmpty();
    }

    [Fact]
    public async Task Files_that_do_not_grow_are_not_called_a_recording()
    {
        await using var visit = await Visit.OpenAsync(stage);
        var citizen = await visit.EnterAsync("citizen");
        var officer = await visit.EnterAsync("officer");
        await citizen.SeesAsync(officer);
        // A file where the room's folder should be: Janus cannot write, and says "success" all the same.
        var folder = Path.Combine(stage.Janus.Current!.RecordingFolder, visit.Room.RoomId);
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        await File.WriteAllTextAsync(folder, "in the way", Ct);
        try
        {
            await visit.Room.StartRecordingAsync("s1", ["citizen", "officer"], Ct);
            await citizen.ShowsMoreAsync(officer, frames: 45);
            var sample = await visit.Room.Probe().SampleAsync(Ct);
            sample.Length.ShouldBe(4);
            AllGrow(sample).ShouldBeFalse();
        }
        finally
        {
            File.Delete(folder);
        }
    }

    [Fact]
    public async Task A_shared_screen_has_a_track_of_its_own_that_says_so()
    {
        await using var visit = await Visit.OpenAsync(stage);
        var citizen = await visit.EnterAsync("citizen");
        var officer = await visit.EnterAsync("officer");
        await officer.ShareScreenAsync();
        await citizen.SeesAsync(officer, TrackKind.Screen);

        var segment = await RecordAsync(visit, ["citizen", "officer"]);
        segment.Tracks.Count(t => t is { ParticipantId: "officer", Kind: TrackKind.Screen }).ShouldBe(1);
        segment.Tracks.Length.ShouldBe(5);
    }

    [Fact]
    public async Task What_is_no_track_is_reported_and_a_recording_without_any_is_refused()
    {
        var broken = Path.Combine(stage.Folder, "broken.mjr");
        await File.WriteAllTextAsync(broken, "MJR00002 not really", Ct);
        var segment = new RecordedSegment("1", [new(broken, "citizen", "Citizen", RecordedKind.Camera, DateTimeOffset.UnixEpoch)]);
        await Should.ThrowAsync<CompositionException>(() =>
            new Composer(Path.Combine(stage.Folder, "broken-work")).ComposeAsync([segment], Path.Combine(stage.Folder, "broken.mp4"), ct: Ct));
        File.Exists(Path.Combine(stage.Folder, "broken.mp4")).ShouldBeFalse();
    }

    static async Task<RecordingSegment> RecordAsync(Visit visit, string[] consented)
    {
        await visit.Room.StartRecordingAsync($"s-{Guid.NewGuid():N}", consented, Ct);
        await UntilRecordsAsync(visit, Talk);
        return (await visit.Room.StopRecordingAsync(Ct)).ShouldNotBeNull();
    }

    /// <summary>Until all files grow, and have done so for the time given.</summary>
    internal static async Task UntilRecordsAsync(Visit visit, TimeSpan atLeast)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        limit.CancelAfter(TimeSpan.FromSeconds(20));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(250));
        var probe = visit.Room.Probe();
        var since = TimeProvider.System.GetTimestamp();
        while (!AllGrow(await probe.SampleAsync(limit.Token)) || TimeProvider.System.GetElapsedTime(since) < atLeast)
            await timer.WaitForNextTickAsync(limit.Token);
    }

    static bool AllGrow(ImmutableArray<TrackGrowth> sample) => sample.Length > 0 && sample.All(t => t.Grows);

    string FolderOf(Visit visit, string segment) => RecordingFiles.FolderOf(stage.Janus.Current!.RecordingFolder, visit.Room.RoomId, segment);

    Dictionary<string, long> Files(Visit visit)
    {
        var folder = new DirectoryInfo(Path.Combine(stage.Janus.Current!.RecordingFolder, visit.Room.RoomId));
        return folder.Exists ? folder.GetFiles("*", SearchOption.AllDirectories).ToDictionary(f => f.Name, f => f.Length) : [];
    }

    /// <summary>A folder behind one that only its owner may enter: the unprivileged tools must manage all the same.</summary>
    string Closed(string name) =>
        Path.Combine(Directory.CreateDirectory(Path.Combine(stage.Folder, "closed"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute).FullName, name);

    static RecordedSegment Segment(string id, RecordingSegment from) => new(id, [.. from.Tracks.Select(Track)]);

    internal static RecordedTrack Track(RawTrack raw) =>
        new(raw.Path, raw.ParticipantId, $"Naam van {raw.ParticipantId}: 100% 'echt'", Enum.Parse<RecordedKind>(raw.Kind.ToString()), raw.StartUtc);

    /// <summary>Mean volume in dB of a stretch; digital silence is -91.</summary>
    static async Task<double> LoudnessAsync(string file, TimeSpan from, TimeSpan length)
    {
        string Seconds(TimeSpan time) => time.TotalSeconds.ToString(CultureInfo.InvariantCulture);
        var said = await MediaStage.RunAsync("ffmpeg", "-ss", Seconds(from), "-t", Seconds(length), "-i", file, "-vn", "-af", "volumedetect", "-f", "null", "-");
        return double.Parse(Mean().Match(said).Groups[1].Value, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"mean_volume: (-?[0-9.]+) dB")]
    private static partial Regex Mean();

    sealed class Said(List<double> values) : IProgress<double>
    {
        public void Report(double value)
        {
            lock (values) values.Add(value);
        }
    }
}
