namespace Balie.Grains.Interfaces.Platform;

/// <summary>
/// The state of one room of one visit after a change. It carries the room's whole view at a journal version, so a viewer that missed one is right again with the
/// next, and a repeated or late one is recognised by its version. <see cref="View"/> is the full view for staff; a web node redacts it for each viewer
/// (<see cref="IRedacted{T}"/>) before it leaves.
/// </summary>
[GenerateSerializer, Immutable, Alias("LiveUpdate")]
public sealed record LiveUpdate
{
    /// <summary>call, identity, dossier, signing, recording, appointment, queue, or "signal" for unsequenced signalling.</summary>
    [Id(0)] public required string Room { get; init; }

    /// <summary>Journal version of the room's stream; 0 for signalling.</summary>
    [Id(1)] public required long Version { get; init; }

    [Id(2)] public required object View { get; init; }

    /// <summary>When set, only this participant (or staff seat) gets it.</summary>
    [Id(3)] public string? To { get; init; }

    /// <summary>Its own, for signalling: by it a web node knows what it has heard before. Empty for views, which have a version.</summary>
    [Id(4)] public Guid Id { get; init; }
}

/// <summary>A view that knows what a viewer may see of it. Pure; returns null when the viewer may see nothing.</summary>
public interface IRedacted<out T>
    where T : class
{
    T? For(Viewer viewer);
}

/// <summary>Who looks: staff of the tenant, or a participant of the visit.</summary>
[GenerateSerializer, Immutable, Alias("Viewer")]
public sealed record Viewer([property: Id(0)] bool IsStaff, [property: Id(1)] string Id);
