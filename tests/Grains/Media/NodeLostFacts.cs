using System.Diagnostics;
using Balie.Grains.Calls.Media;
using Balie.Grains.Recording.Media;

namespace Balie.Grains.Tests.Media;

/// <summary>Janus is killed in the middle of a recorded call.</summary>
[Collection("Media")]
public sealed class NodeLostFacts(MediaStage stage)
{
    [Fact]
    public async Task People_see_each_other_again_soon_and_what_was_recorded_until_then_is_kept()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var visit = await Visit.OpenAsync(stage);
        var citizen = await visit.EnterAsync("citizen");
        var officer = await visit.EnterAsync("officer");
        await Task.WhenAll(citizen.SeesAsync(officer), officer.SeesAsync(citizen));
        await visit.Room.StartRecordingAsync("s1", ["citizen", "officer"], ct);
        await RecordingMediaFacts.UntilRecordsAsync(visit, TimeSpan.FromSeconds(3));
        var back = new TaskCompletionSource();
        stage.Janus.Started += _ => back.TrySetResult();

        var clock = Stopwatch.StartNew();
        using (var process = Process.GetProcessById(stage.Janus.ProcessId!.Value)) process.Kill();
        await visit.UntilAsync(e => e is MediaRoomEvent.NodeLost);
        await back.Task.WaitAsync(TimeSpan.FromSeconds(10), ct);
        await visit.ReopenAsync();
        await Task.WhenAll(citizen.SeesAsync(officer), officer.SeesAsync(citizen), citizen.HearsAsync(officer));
        TestContext.Current.TestOutputHelper?.WriteLine($"Seen and heard again after {clock.ElapsedMilliseconds} ms");
        clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(10));

        var kept = RecordingFiles.Closed(RecordingFiles.FolderOf(stage.Janus.Current!.RecordingFolder, visit.Room.RoomId, "s1"));
        kept.Length.ShouldBe(4);
        var segment = new RecordedSegment("1", [.. kept.Select(RecordingMediaFacts.Track)]);
        var made = await new Composer(Path.Combine(stage.Folder, "work")).ComposeAsync([segment], Path.Combine(stage.Folder, "kept.mp4"), ct: ct);
        made.HasVideo.ShouldBeTrue();
        made.HasAudio.ShouldBeTrue();
        made.Duration.ShouldBe(TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(1.5));
    }
}
