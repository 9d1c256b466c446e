using System.Collections.Concurrent;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Interfaces.Recording;
using Balie.Grains.Recording.Media;
using Microsoft.Extensions.Logging;

namespace Balie.Grains.Recording;

/// <summary>
/// Makes of a kept segment's raw tracks the files that a page plays, without encoding anything again: from the store, into the store, in the clear only in a
/// work folder of its own. The raw tracks stay: nothing that a browser sent can cost the recording, whatever it does to the tools.
/// </summary>
public sealed partial class PlayableMaker(RecordingFolders folders, IBlobStore blobs, IGrainFactory grains, ILogger<PlayableMaker> log)
{
    /// <summary>Tracks that are worked on at a time.</summary>
    private const int AtATime = 2;

    /// <exception cref="ToolStruckException">A tool was killed; nothing is kept, and it can be tried again.</exception>
    public async Task MakeAsync(GrainKey visit, MakePlayable job, CancellationToken ct)
    {
        Caller.Current = Caller.System(visit.Tenant, "recording");
        var grain = grains.GetGrain<IRecordingGrain>(visit.ToString());
        if ((await grain.View(ct)).Segments.FirstOrDefault(s => s.Id == job.Segment)?.Playable == true) return;
        var made = new ConcurrentBag<MadeTrack>();
        try
        {
            await Parallel.ForEachAsync(job.Tracks, new ParallelOptions { MaxDegreeOfParallelism = AtATime, CancellationToken = ct }, async (track, stop) =>
            {
                if (await RemuxAsync(visit, job.Segment, track, stop) is { } one) made.Add(one);
                else LogUnreadable(log, track.Kind, job.Segment, visit);
            });
        }
        catch
        {
            await ForgetAsync(visit, made);
            throw;
        }

        var command = new SegmentPlayable { CommandId = Guid.NewGuid(), Segment = job.Segment, Tracks = [.. made.OrderBy(t => t.Raw, StringComparer.Ordinal)] };
        // When the answer is lost the files may be the recording's all the same: they stay.
        if (!await grain.MadePlayable(command, ct)) await ForgetAsync(visit, made);
    }

    private async Task<MadeTrack?> RemuxAsync(GrainKey visit, string segment, KeptTrack track, CancellationToken ct)
    {
        using var tools = new MediaTools(folders.Work);
        var kind = Enum.Parse<RecordedKind>(track.Kind, ignoreCase: true);
        await using (var raw = await blobs.OpenReadAsync(visit.Tenant, visit.Id, track.Blob, ct))
        {
            var left = await TrackRemuxer.TakeAsync(raw, kind, tools, "track", ct);
            if (left > 0) LogNotWhole(log, track.Kind, segment, visit, left);
        }

        if (await TrackRemuxer.PlayableAsync(kind, tools, "track", ct) is not { } file) return null;
        await using var playable = MediaTools.OpenMade(tools.Path(file.Name));
        return new MadeTrack(track.Blob.Address, file.Lead.TotalSeconds, file.Length.TotalSeconds, await blobs.WriteAsync(visit.Tenant, visit.Id, playable, ct));
    }

    private async Task ForgetAsync(GrainKey visit, IEnumerable<MadeTrack> made)
    {
        foreach (var one in made) await blobs.DeleteAsync(visit.Tenant, visit.Id, one.Blob, CancellationToken.None);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Of a {Kind} of segment {Segment} of {Visit} {Left} pictures did not arrive whole and are left out; its raw track keeps what there is of them")]
    private static partial void LogNotWhole(ILogger log, string kind, string segment, GrainKey visit, int left);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A {Kind} of segment {Segment} of {Visit} holds nothing that plays; its raw track is kept")]
    private static partial void LogUnreadable(ILogger log, string kind, string segment, GrainKey visit);
}
