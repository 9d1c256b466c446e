using System.Collections.Immutable;
using Balie.Grains.Calls.Media;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Interfaces.Recording;
using Balie.Grains.Platform;
using Microsoft.Extensions.Logging;

namespace Balie.Grains.Recording;

/// <summary>
/// Takes the raw tracks of a closed segment from the media node into the encrypted store, has that journalled, and only then removes them from
/// the node. Done again after a crash it finds the same files, or finds that the segment is kept already.
/// </summary>
public sealed partial class SegmentKeeper(IMediaNode node, IBlobStore blobs, IGrainFactory grains, ILogger<SegmentKeeper> log)
{
    private static readonly TimeSpan NodeAwayWait = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan StillWrittenWait = TimeSpan.FromSeconds(1);

    /// <summary>So often it is looked again before a segment without a single track is believed: the node closes its files a moment after it stopped.</summary>
    private const int LooksForNothing = 3;

    /// <param name="look">Counts from 1.</param>
    /// <exception cref="OutboxLaterException">The node, or a track that is still being written, must be waited for, however long it takes.</exception>
    /// <exception cref="BalieException"><c>recording.node-away</c>: there is nothing yet.</exception>
    public async Task KeepAsync(GrainKey visit, StoreSegment job, int look, CancellationToken ct)
    {
        var recordings = node.Current?.RecordingFolder ?? throw new OutboxLaterException("The media node is away.", NodeAwayWait);
        var folder = RecordingFiles.FolderOf(recordings, job.RoomId, job.Segment);
        var tracks = RecordingFiles.Closed(folder);
        if (RecordingFiles.AreOpen(folder)) throw new OutboxLaterException("A track is still being written.", StillWrittenWait);
        if (tracks.IsEmpty && look < LooksForNothing) throw new BalieException(RecordingErrors.NodeAway);
        Caller.Current = Caller.System(visit.Tenant, "recording");
        var grain = grains.GetGrain<IRecordingGrain>(visit.ToString());
        var kept = (await grain.View(ct)).Segments.FirstOrDefault(s => s.Id == job.Segment)?.Stored == true;
        if (!kept)
        {
            var stored = new List<StoredTrack>(tracks.Length);
            foreach (var track in tracks) stored.Add(await StoreAsync(visit, track, ct));
            await grain.Stored(new SegmentStored { CommandId = Guid.NewGuid(), Segment = job.Segment, Tracks = [.. stored] }, ct);
            LogKept(log, job.Segment, visit, tracks.Length, tracks.Sum(t => t.Bytes));
        }

        foreach (var track in tracks) File.Delete(track.Path);
        RecordingFiles.TryRemove(folder);
    }

    private async Task<StoredTrack> StoreAsync(GrainKey visit, RawTrack track, CancellationToken ct)
    {
        await using var file = File.OpenRead(track.Path);
        return new StoredTrack
        {
            Participant = track.ParticipantId,
            Kind = track.Kind.ToString().ToLowerInvariant(),
            StartedAt = track.StartUtc,
            Blob = await blobs.WriteAsync(visit.Tenant, visit.Id, file, ct),
        };
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Segment {Segment} of {Visit} is kept: {Tracks} tracks, {Bytes} bytes")]
    private static partial void LogKept(ILogger log, string segment, GrainKey visit, int tracks, long bytes);
}
