using System.Diagnostics;
using Balie.Grains.Calls.Media;
using Microsoft.Extensions.Logging.Abstractions;

namespace Balie.Grains.Tests.Media;

/// <summary>The supervisor against the real program.</summary>
public sealed class JanusProcessFacts : IAsyncDisposable
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    readonly string folder = Directory.CreateTempSubdirectory("balie-media-").FullName;
    readonly List<JanusProcess> started = [];

    public JanusProcessFacts() => File.SetUnixFileMode(folder, (UnixFileMode)0b111_101_101);

    [Fact]
    public async Task A_Janus_that_lives_is_adopted_by_the_next_Balie()
    {
        var first = await StartAsync();
        var (pid, address) = (first.ProcessId, first.Current);
        await first.DisposeAsync();

        var second = await StartAsync();
        second.ProcessId.ShouldBe(pid);
        second.Current.ShouldBe(address);
    }

    [Fact]
    public async Task Stopping_leaves_no_process_and_no_secrets()
    {
        var janus = await StartAsync();
        using var process = Process.GetProcessById(janus.ProcessId!.Value);
        await janus.StopAsync(Ct);

        await process.WaitForExitAsync(Ct);
        janus.Current.ShouldBeNull();
        File.Exists(Path.Combine(folder, "janus", "node.json")).ShouldBeFalse();
    }

    [Fact]
    public async Task Its_secrets_are_for_Balie_alone_and_it_runs_without_privilege()
    {
        var janus = await StartAsync();
        foreach (var file in new[] { "node.json", "configuration/janus.jcfg", "configuration/janus.plugin.videoroom.jcfg" })
            File.GetUnixFileMode(Path.Combine(folder, "janus", file)).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var status = await File.ReadAllLinesAsync($"/proc/{janus.ProcessId}/status", Ct);
        status.Single(l => l.StartsWith("Uid:")).ShouldNotContain("\t0\t");
        janus.Current!.ToString().ShouldNotContain(janus.Current.ApiSecret);
    }

    [Fact]
    public async Task Killed_it_comes_back_as_another_incarnation_and_its_rooms_hear_that_they_are_lost()
    {
        var janus = await StartAsync();
        await using var client = new JanusClient(janus, TimeProvider.System, NullLogger<JanusClient>.Instance);
        var lost = new TaskCompletionSource<TimeSpan>();
        var back = new TaskCompletionSource<MediaNodeAddress>();
        var clock = Stopwatch.StartNew();
        var former = janus.Current!;
        janus.Started += a => back.TrySetResult(a);
        Func<MediaRoomEvent, Task> onEvent = e => { if (e is MediaRoomEvent.NodeLost) lost.TrySetResult(clock.Elapsed); return Task.CompletedTask; };
        await using var room = await MediaRoom.OpenAsync(client, new("visit-1"), onEvent, TimeProvider.System, NullLogger<MediaRoom>.Instance, Ct);
        var state = await room.ExportAsync(Ct);

        clock.Restart();
        using (var process = Process.GetProcessById(janus.ProcessId!.Value)) process.Kill();

        (await lost.Task.WaitAsync(TimeSpan.FromSeconds(5), Ct)).ShouldBeLessThan(TimeSpan.FromSeconds(1));
        (await back.Task.WaitAsync(TimeSpan.FromSeconds(10), Ct)).Incarnation.ShouldNotBe(former.Incarnation);
        await Should.ThrowAsync<MediaSessionLostException>(() => room.ExportAsync(Ct));
        await Should.ThrowAsync<MediaSessionLostException>(() =>
            MediaRoom.ReclaimAsync(client, state, onEvent, TimeProvider.System, NullLogger<MediaRoom>.Instance, Ct));

        var again = await MediaRoom.OpenAsync(client, new("visit-1"), onEvent, TimeProvider.System, NullLogger<MediaRoom>.Instance, Ct);
        await again.CloseAsync(Ct);
    }

    [Fact]
    public async Task A_room_left_behind_is_replaced_by_a_fresh_one()
    {
        var janus = await StartAsync();
        await using var client = new JanusClient(janus, TimeProvider.System, NullLogger<JanusClient>.Instance);
        await using var abandoned = await MediaRoom.OpenAsync(client, new("visit-1"), _ => Task.CompletedTask, TimeProvider.System, NullLogger<MediaRoom>.Instance, Ct);
        var fresh = await MediaRoom.OpenAsync(client, new("visit-1"), _ => Task.CompletedTask, TimeProvider.System, NullLogger<MediaRoom>.Instance, Ct);
        (await fresh.ExportAsync(Ct)).Seats.ShouldBeEmpty();
        await fresh.CloseAsync(Ct);
    }

    [Fact]
    public void Tracks_left_open_are_closed_and_empty_ones_removed()
    {
        var room = Directory.CreateDirectory(Path.Combine(folder, "recordings", "visit-1")).FullName;
        File.WriteAllBytes(Path.Combine(room, "videoroom-visit-1-user-a-1700000000000000-audio-0.mjr.part"), []);
        File.WriteAllBytes(Path.Combine(room, "videoroom-visit-1-user-a-1700000000000000-video-1.mjr.part"), [1]);

        RecordingFiles.Sweep(Path.Combine(folder, "recordings")).ShouldBe(1);

        Directory.GetFiles(room).Select(Path.GetFileName).ShouldBe(["videoroom-visit-1-user-a-1700000000000000-video-1.mjr"]);
    }

    async Task<JanusProcess> StartAsync()
    {
        var janus = new JanusProcess(MediaStage.OptionsFor(Path.Combine(folder, "janus")), TimeProvider.System, NullLogger<JanusProcess>.Instance);
        started.Add(janus);
        await janus.StartAsync(Ct);
        return janus;
    }

    public async ValueTask DisposeAsync()
    {
        if (started.Count > 0) await started[^1].StopAsync(CancellationToken.None);
        foreach (var janus in started) await janus.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }
}
