namespace Balie.Grains.Interfaces.Platform;

/// <summary>
/// Head versions of the streams of visits, read from the journal: what a web node tells its viewers so that a lost last live event is
/// found. Implemented by the journal; asked at most every two seconds, for all visits that a node has viewers of at once.
/// </summary>
public interface IJournalHeads
{
    /// <summary>By visit, by room (appointment, call, identity, dossier, signing, recording): the version of stream <c>{room}/{visit}</c>. Rooms without events are absent.</summary>
    Task<IReadOnlyDictionary<GrainKey, IReadOnlyDictionary<string, long>>> HeadsAsync(IReadOnlyCollection<GrainKey> visits, CancellationToken ct = default);
}
