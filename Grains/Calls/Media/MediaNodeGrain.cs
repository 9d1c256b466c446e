using System.Collections.Immutable;
using Balie.Grains.Interfaces.Calls;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Platform;

namespace Balie.Grains.Calls.Media;

/// <summary>Looks at this machine's raw tracks for rooms that run on other silos.</summary>
[OnNode]
public sealed class MediaNodeGrain(IMediaNode node) : Grain, IMediaNodeGrain
{
    public Task<ImmutableArray<GrowingTrack>> Growing(string room, string segment, CancellationToken ct = default)
    {
        var tenant = GrainKey.Parse(this.GetPrimaryKeyString()).Tenant;
        // They become parts of a path; the name of a room begins with its tenant.
        if (!IsName(room) || !IsName(segment) || !room.StartsWith($"{tenant}-", StringComparison.Ordinal) || node.Current is not { } here)
            return Task.FromResult<ImmutableArray<GrowingTrack>>([]);
        var sizes = RecordingFiles.Growing(RecordingFiles.FolderOf(here.RecordingFolder, room, segment));
        return Task.FromResult<ImmutableArray<GrowingTrack>>([.. sizes.Select(s => new GrowingTrack(s.Key.Participant, s.Key.Line, s.Value))]);
    }

    private static bool IsName(string text) => GrainKey.IsPart(text) && text[0] != '.';
}
