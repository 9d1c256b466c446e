using System.Collections.Immutable;

namespace Balie.Grains.Calls.Media;

public sealed partial class MediaRoom
{
    RecordingState? recording;

    /// <summary>
    /// Has every publisher's raw tracks written from now on. The files prove it, not the answer: show "recording" only when
    /// <see cref="RecordingProbe"/> sees them grow. Does nothing when it records already on the same consent.
    /// </summary>
    /// <param name="consented">Everyone who said yes. The room stops by itself before anyone else can publish.</param>
    /// <exception cref="InvalidSignalException">Someone who publishes has not consented.</exception>
    public Task StartRecordingAsync(IReadOnlyCollection<string> consented, CancellationToken ct = default) => GatedAsync(async token =>
    {
        var agreed = consented.ToImmutableHashSet();
        if (seats.Values.Any(s => !s.Tracks.IsEmpty && !agreed.Contains(s.Id))) throw new InvalidSignalException("recording-without-consent");
        // Remembered before it is asked, and asked even when it was: after a crash or a lost answer the node may think otherwise.
        recording = recording is { } running ? running with { Consented = agreed } : new(time.GetUtcNow(), agreed);
        await ControlAsync("enable_recording", token, ("record", true));
    }, ct);

    /// <summary>Stops writing at once and closes the files. Null when nothing was being recorded.</summary>
    public Task<RecordingSegment?> StopRecordingAsync(CancellationToken ct = default) => GatedAsync(StopAsync, ct);

    /// <summary>Samples of how the raw tracks grow, for as long as this room records.</summary>
    public RecordingProbe Probe() => new(this, time);

    internal Task<ImmutableArray<TrackGrowth>> SampleAsync(CancellationToken ct) => GatedAsync(_ =>
    {
        var sizes = RecordingFiles.Growing(session.Node.RecordingFolder, RoomId);
        var expected = seats.Values.Where(s => s.Publishing && recording is not null)
            .SelectMany(s => s.Tracks.Select((t, line) => (Seat: s.Id, Track: t, Line: line)).Where(e => e.Track.Active));
        return Task.FromResult<ImmutableArray<TrackGrowth>>(
            [.. expected.Select(e => new TrackGrowth(e.Seat, e.Track.Kind, sizes.TryGetValue((e.Seat, e.Line), out var bytes) ? bytes : null, false))]);
    }, ct);

    async Task PauseForAsync(string participantId, CancellationToken ct)
    {
        if (recording is null || recording.Consented.Contains(participantId)) return;
        if (await StopAsync(ct) is { } segment) Tell(new MediaRoomEvent.RecordingStopped(segment, participantId));
    }

    async Task<RecordingSegment?> StopAsync(CancellationToken ct)
    {
        // Asked always: what is remembered here may be less than what the node does.
        await ControlAsync("enable_recording", ct, ("record", false));
        if (recording is not { } running) return null;
        recording = null;
        // Tracks of earlier segments may still wait to be fetched; a track belongs to the segment it began in.
        var slack = TimeSpan.FromMilliseconds(5);
        var tracks = RecordingFiles.Closed(session.Node.RecordingFolder, RoomId).Where(t => t.StartUtc >= running.StartUtc - slack);
        return new(running.StartUtc, time.GetUtcNow(), [.. tracks]);
    }
}
