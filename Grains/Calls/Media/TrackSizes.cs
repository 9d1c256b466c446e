using Balie.Grains.Interfaces.Calls;
using Balie.Grains.Interfaces.Platform;
using Orleans.Runtime;

namespace Balie.Grains.Calls.Media;

/// <summary>Says how long the raw tracks of a segment are that a media node is writing, whichever machine's disk they are on.</summary>
public interface ITrackSizes
{
    /// <summary>Bytes by participant and m-line.</summary>
    /// <exception cref="MediaUnavailableException">Nobody can look there now.</exception>
    Task<IReadOnlyDictionary<(string Participant, int Line), long>> GrowingAsync(MediaNodeAddress node, string room, string segment, CancellationToken ct);
}

/// <summary>On this machine.</summary>
internal sealed class OwnTrackSizes : ITrackSizes
{
    public static readonly OwnTrackSizes Instance = new();

    public Task<IReadOnlyDictionary<(string Participant, int Line), long>> GrowingAsync(MediaNodeAddress node, string room, string segment, CancellationToken ct) =>
        Task.FromResult<IReadOnlyDictionary<(string, int), long>>(RecordingFiles.Growing(RecordingFiles.FolderOf(node.RecordingFolder, room, segment)));
}

/// <summary>On another machine: its silo looks. The caller must be established: the room is of their tenant.</summary>
internal sealed class RemoteTrackSizes(IGrainFactory grains) : ITrackSizes
{
    public async Task<IReadOnlyDictionary<(string Participant, int Line), long>> GrowingAsync(MediaNodeAddress node, string room, string segment, CancellationToken ct)
    {
        var key = GrainKey.Of(Caller.Required.Tenant!, MediaNodeAddress.NodeOf(node.Incarnation)).ToString();
        try
        {
            return (await grains.GetGrain<IMediaNodeGrain>(key).Growing(room, segment, ct)).ToDictionary(t => (t.Participant, t.Line), t => t.Bytes);
        }
        catch (Exception away) when (away is OrleansException or TimeoutException or ArgumentException)
        {
            // Its silo is away, and perhaps Janus is not.
            throw new MediaUnavailableException("The silo of the media node does not answer", away);
        }
    }
}
