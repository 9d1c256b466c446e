using System.Collections.Immutable;

namespace Balie.Grains.Interfaces.Platform;

/// <summary>What the regional operator may know of the whole cluster: health, never content. Key <c>operator/health</c>.</summary>
[Alias("IOperatorGrain")]
public interface IOperatorGrain : IGrainWithStringKey
{
    public const string Key = "operator/health";

    /// <summary>Answers within a few seconds whatever is broken: what cannot be read is said to be unknown.</summary>
    [Allow(CallerKind.Operator), Alias("Health")]
    Task<ClusterHealth> Health(CancellationToken ct = default);
}

/// <summary>One number; the name is that of its metric, the unit is the metric's.</summary>
[GenerateSerializer, Immutable, Alias("Figure")]
public sealed record Figure([property: Id(0)] string Name, [property: Id(1)] double Value);

/// <summary>The cluster at one moment.</summary>
[GenerateSerializer, Immutable, Alias("ClusterHealth")]
public sealed record ClusterHealth
{
    [Id(0)] public required DateTimeOffset At { get; init; }

    /// <summary>Milliseconds in which the database answered; null when it did not. The rest is then what the silos know by themselves.</summary>
    [Id(1)] public double? DatabaseMilliseconds { get; init; }

    /// <summary>Processes that reported themselves in the last day and did not leave on purpose.</summary>
    [Id(2)] public ImmutableArray<NodeHealth> Nodes { get; init; } = [];

    /// <summary>Figures of the cluster as a whole.</summary>
    [Id(3)] public ImmutableArray<Figure> Figures { get; init; } = [];

    /// <summary>Messages that were given up, by kind.</summary>
    [Id(4)] public ImmutableArray<DeadLetters> Dead { get; init; } = [];

    /// <summary>Silos that the membership counts as active; known without the database too.</summary>
    [Id(5)] public int ActiveSilos { get; init; }
}

/// <summary>One process of Balie.</summary>
/// <param name="Roles">As configured: <c>web, rooms, media</c>.</param>
/// <param name="SeenAt">When it last reported; every ten seconds while it lives.</param>
[GenerateSerializer, Immutable, Alias("NodeHealth")]
public sealed record NodeHealth(
    [property: Id(0)] string Name,
    [property: Id(1)] string Roles,
    [property: Id(2)] DateTimeOffset StartedAt,
    [property: Id(3)] DateTimeOffset SeenAt,
    [property: Id(4)] ImmutableArray<Figure> Figures);

/// <param name="Reason">Type of the last failure, without content.</param>
[GenerateSerializer, Immutable, Alias("DeadLetters")]
public sealed record DeadLetters([property: Id(0)] string Kind, [property: Id(1)] int Count, [property: Id(2)] DateTimeOffset Newest, [property: Id(3)] string? Reason);
