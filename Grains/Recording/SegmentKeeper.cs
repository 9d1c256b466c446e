using System.Collections.Immutable;
using System.Text.Json;
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

    private const string StillWritten = "A track is still being written.";

    /// <summary>So often it is looked again before a segment without a single track is believed: the node closes its files a moment after it stopped.</summary>
    private const int LooksForNothing = 3;

    /// <param name="look">Counts from 1.</param>
    /// <exception cref="OutboxLaterException">The node, or a track that is still being written, must be waited for, however long it takes.</exception>
    /// <exception cref="BalieException"><c>recording.node-away</c>: there is nothing yet.</exception>
    public async Task KeepAsync(GrainKey visit, StoreSegment job, int look, CancellationToken ct)
    {
        var recordings = node.Current?.RecordingFolder ?? throw new OutboxLaterException("The media node is away.", NodeAwayWait);
        var folder = RecordingFiles.FolderOf(recordings, job.RoomId, job.Segment);
        // First whether any is open: a track that closes in between must be among those that are listed.
        if (RecordingFiles.AreOpen(folder)) throw new OutboxLaterException(StillWritten, StillWrittenWait);
        var tracks = RecordingFiles.Closed(folder);
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

        Remove(folder, tracks);
    }

    /// <summary>Removes what is stored; what came too late to be part of its segment is left for somebody to look at.</summary>
    private static void Remove(string folder, ImmutableArray<RawTrack> tracks)
    {
        foreach (var track in tracks.Where(t => File.Exists(Receipt(t)))) File.Delete(track.Path);
        if (RecordingFiles.TryRemove(folder)) return;
        if (RecordingFiles.AreOpen(folder)) throw new OutboxLaterException(StillWritten, StillWrittenWait);
        throw new OutboxRefusedException("A track was written after its segment was kept; it is still on the media node.");
    }

    /// <summary>Stores a track once: a receipt beside it tells the next try, after a crash or when all together took too long, where it is.</summary>
    private async Task<StoredTrack> StoreAsync(GrainKey visit, RawTrack track, CancellationToken ct)
    {
        var blob = await ReceiptOfAsync(track, ct);
        if (blob is null)
        {
            await using (var file = File.OpenRead(track.Path)) blob = await blobs.WriteAsync(visit.Tenant, visit.Id, file, ct);
            var unfinished = Receipt(track) + ".new";
            await File.WriteAllTextAsync(unfinished, JsonSerializer.Serialize(blob), CancellationToken.None);
            File.Move(unfinished, Receipt(track), overwrite: true);
        }

        return new StoredTrack { Participant = track.ParticipantId, Kind = track.Kind.ToString().ToLowerInvariant(), StartedAt = track.StartUtc, Blob = blob };
    }

    /// <summary>Null when the track was not stored, or its receipt did not survive whole.</summary>
    private static async Task<BlobRef?> ReceiptOfAsync(RawTrack track, CancellationToken ct)
    {
        if (!File.Exists(Receipt(track))) return null;
        try
        {
            return JsonSerializer.Deserialize<BlobRef>(await File.ReadAllTextAsync(Receipt(track), ct));
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Receipt(RawTrack track) => track.Path + ".stored";

    [LoggerMessage(Level = LogLevel.Information, Message = "Segment {Segment} of {Visit} is kept: {Tracks} tracks, {Bytes} bytes")]
    private static partial void LogKept(ILogger log, string segment, GrainKey visit, int tracks, long bytes);
}
