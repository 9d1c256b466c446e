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
    string? elsewhere;

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
    public async Task A_Janus_of_which_nothing_is_written_down_is_ended_before_another_starts()
    {
        var first = await StartAsync();
        using var lost = Process.GetProcessById(first.ProcessId!.Value);
        await first.DisposeAsync();
        File.Delete(Path.Combine(folder, "janus", "node.json"));

        var second = await StartAsync();
        await lost.WaitForExitAsync(Ct);
        second.ProcessId.ShouldNotBe(lost.Id);
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
    public async Task One_that_lives_but_hangs_is_replaced()
    {
        var janus = await StartAsync(o => o with { HealthInterval = TimeSpan.FromMilliseconds(300) });
        var died = new TaskCompletionSource<string>();
        var back = new TaskCompletionSource<MediaNodeAddress>();
        var former = janus.Current!.Incarnation;
        janus.Died += i => died.TrySetResult(i);
        janus.Started += a => back.TrySetResult(a);

        await MediaStage.RunAsync("kill", "-STOP", janus.ProcessId!.Value.ToString(System.Globalization.CultureInfo.InvariantCulture));

        (await died.Task.WaitAsync(TimeSpan.FromSeconds(10), Ct)).ShouldBe(former);
        (await back.Task.WaitAsync(TimeSpan.FromSeconds(10), Ct)).Incarnation.ShouldNotBe(former);
    }

    [Fact]
    public async Task A_data_folder_that_others_may_not_enter_works_too()
    {
        File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var janus = await StartAsync();
        var recordings = janus.Current!.RecordingFolder;
        Directory.Exists(recordings).ShouldBeTrue();
        File.Exists(Path.Combine(folder, "janus", "node.json")).ShouldBeTrue();
        if (!recordings.StartsWith(folder, StringComparison.Ordinal)) elsewhere = Path.GetDirectoryName(recordings);
    }

    [Fact]
    public async Task A_broken_connection_to_the_node_is_mended_and_the_rooms_stay()
    {
        var janus = await StartAsync();
        await using var line = new CuttableLine(janus);
        await using var client = new JanusClient(line, TimeProvider.System, NullLogger<JanusClient>.Instance);
        var told = new List<MediaRoomEvent>();
        await using var room = await MediaRoom.OpenAsync(client, new("visit-1"), e => { told.Add(e); return Task.CompletedTask; }, TimeProvider.System, NullLogger<MediaRoom>.Instance, Ct);
        await room.SubscribeAsync("observer", "observer", Ct);

        for (var cut = 0; cut < 3; cut++)
        {
            await line.CutAsync();
            await line.UntilConnectedAgainAsync(Ct);
            await Should.NotThrowAsync(() => room.LeaveAsync("observer", Ct));
            await room.SubscribeAsync("observer", "observer", Ct);
        }
        (await room.ExportAsync(Ct)).Seats.ShouldHaveSingleItem().ParticipantId.ShouldBe("observer");
        told.ShouldBeEmpty();
        await room.CloseAsync(Ct);
    }

    [Fact]
    public async Task A_room_claimed_again_in_the_same_process_has_one_owner()
    {
        var janus = await StartAsync();
        await using var client = new JanusClient(janus, TimeProvider.System, NullLogger<JanusClient>.Instance);
        var told = new List<MediaRoomEvent>();
        Func<MediaRoomEvent, Task> onEvent = e => { told.Add(e); return Task.CompletedTask; };
        var former = await MediaRoom.OpenAsync(client, new("visit-1"), onEvent, TimeProvider.System, NullLogger<MediaRoom>.Instance, Ct);
        var state = await former.ExportAsync(Ct);
        var next = await MediaRoom.ReclaimAsync(client, state, onEvent, TimeProvider.System, NullLogger<MediaRoom>.Instance, Ct);
        await former.DisposeAsync();

        var lost = new TaskCompletionSource();
        await using var last = await MediaRoom.ReclaimAsync(
            client, await next.ExportAsync(Ct), e => { lost.TrySetResult(); return Task.CompletedTask; }, TimeProvider.System, NullLogger<MediaRoom>.Instance, Ct);
        using (var process = Process.GetProcessById(janus.ProcessId!.Value)) process.Kill();
        await lost.Task.WaitAsync(TimeSpan.FromSeconds(5), Ct);
        await next.DisposeAsync();
        told.ShouldBeEmpty();
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

    async Task<JanusProcess> StartAsync(Func<JanusOptions, JanusOptions>? with = null)
    {
        var options = MediaStage.OptionsFor(Path.Combine(folder, "janus"));
        var janus = new JanusProcess(with?.Invoke(options) ?? options, TimeProvider.System, NullLogger<JanusProcess>.Instance);
        started.Add(janus);
        await janus.StartAsync(Ct);
        return janus;
    }

    public async ValueTask DisposeAsync()
    {
        if (started.Count > 0) await started[^1].StopAsync(CancellationToken.None);
        foreach (var janus in started) await janus.DisposeAsync();
        Directory.Delete(folder, recursive: true);
        if (elsewhere is not null) Directory.Delete(elsewhere, recursive: true);
    }
}
