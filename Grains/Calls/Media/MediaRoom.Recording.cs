using System.Collections.Immutable;

namespace Balie.Grains.Calls.Media;

public sealed partial class MediaRoom
{
    /// <summary>A recorded picture is whole at least so often, in seconds: a player that moves about in it begins at a whole one.</summary>
    const int WholePictureEvery = 10;

    RecordingState? recording;

    /// <summary>
    /// Has every publisher's raw tracks written from now on, into a folder of the segment's own: no track can be taken for another segment's. The node
    /// is asked always, also when this room thinks that it records already. The files prove it, not the answer: show "recording" only when
    /// <see cref="RecordingProbe"/> sees them grow.
    /// </summary>
    /// <param name="segment">Letters, digits, dots, dashes and underscores: the folder's name.</param>
    /// <param name="consented">Everyone who said yes. The room stops by itself before anyone else can publish.</param>
    /// <exception cref="InvalidSignalException">Someone who publishes has not consented.</exception>
    public Task StartRecordingAsync(string segment, IReadOnlyCollection<string> consented, CancellationToken ct = default)
    {
        RequireId(segment);
        return GatedAsync(async token =>
        {
            var agreed = consented.ToImmutableHashSet();
            if (seats.Values.Any(s => !s.Tracks.IsEmpty && !agreed.Contains(s.Id))) throw new InvalidSignalException("recording-without-consent");
            if (recording is { } other && other.Segment != segment) await StopAsync(token);
            // Remembered before it is asked: after a crash or a lost answer the node may write while nobody heard that it does.
            recording = recording is { } running ? running with { Consented = agreed } : new(segment, time.GetUtcNow(), agreed);
            await ControlAsync("edit", token, ("new_rec_dir", FolderOf(segment)), ("new_fir_freq", WholePictureEvery));
            await ControlAsync("enable_recording", token, ("record", true));
        }, ct);
    }

    /// <summary>Stops writing at once and closes the files. Null when nothing was being recorded; the tracks are named when they are on this machine.</summary>
    public Task<RecordingSegment?> StopRecordingAsync(CancellationToken ct = default) => GatedAsync(StopAsync, ct);

    /// <summary>Samples of how the raw tracks grow, for as long as this room records.</summary>
    public RecordingProbe Probe() => new(this, time);

    internal async Task<ImmutableArray<TrackGrowth>> SampleAsync(CancellationToken ct)
    {
        if (recording is not { } now) return [];
        // Another machine may have to look: nobody who speaks waits for that.
        var sizes = await session.Client.GrowingAsync(session.Node, RoomId, now.Segment, ct);
        return await GatedAsync(_ => Task.FromResult(Growth(sizes)), ct);
    }

    ImmutableArray<TrackGrowth> Growth(IReadOnlyDictionary<(string Participant, int Line), long> sizes)
    {
        var expected = seats.Values.Where(s => s.Publishing && recording is not null)
            .SelectMany(s => s.Tracks.Select((t, line) => (Seat: s.Id, Track: t, Line: line)).Where(e => e.Track.Active));
        return [.. expected.Select(e => new TrackGrowth(e.Seat, e.Track.Kind, sizes.TryGetValue((e.Seat, e.Line), out var bytes) ? bytes : null, false))];
    }

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
        return new(running.Segment, running.StartUtc, time.GetUtcNow(), session.Client.HasFiles ? RecordingFiles.Closed(FolderOf(running.Segment)) : []);
    }

    string FolderOf(string segment) => RecordingFiles.FolderOf(session.Node.RecordingFolder, RoomId, segment);
}
