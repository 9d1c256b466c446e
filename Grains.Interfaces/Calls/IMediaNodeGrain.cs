using System.Collections.Immutable;
using Balie.Grains.Interfaces.Platform;

namespace Balie.Grains.Interfaces.Calls;

/// <summary>What only the machine of a media node can see; key <c>{tenant}/{node}</c>, and it runs there.</summary>
[Alias("IMediaNodeGrain")]
public interface IMediaNodeGrain : IGrainWithStringKey
{
    /// <summary>The raw tracks of a segment in a room (<see cref="MediaRoomName"/>) that are being written, of the caller's tenant only.</summary>
    [Allow(CallerKind.System), Alias("Growing")]
    Task<ImmutableArray<GrowingTrack>> Growing(string room, string segment, CancellationToken ct = default);
}

/// <summary>A raw track that is being written: bytes so far, by participant and m-line.</summary>
[GenerateSerializer, Immutable, Alias("GrowingTrack")]
public sealed record GrowingTrack([property: Id(0)] string Participant, [property: Id(1)] int Line, [property: Id(2)] long Bytes);
