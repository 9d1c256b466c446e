namespace Balie.Grains.Interfaces.Impact;

/// <summary>What the Impact room hears of other rooms, through the outbox; without personal data.</summary>
public static class ImpactMessage
{
    /// <summary>A visit was closed; payload <see cref="VisitDone"/>.</summary>
    public const string Done = "impact.visit-done";

    /// <summary>A closed visit was rated; payload <see cref="VisitScored"/>.</summary>
    public const string Scored = "impact.visit-scored";
}

/// <summary>A visit that took place and was closed.</summary>
public sealed record VisitDone
{
    public required string Visit { get; init; }
    public required string Product { get; init; }
    public required DateTimeOffset BookedAt { get; init; }
    public required DateTimeOffset ClosedAt { get; init; }
    public required bool DoneInOneGo { get; init; }
    /// <summary>Kilometres one way that the citizen did not have to come.</summary>
    public required decimal KilometresOneWay { get; init; }
    /// <summary>As the municipality's settings said when it was closed.</summary>
    public required decimal GramsCo2PerKilometre { get; init; }
    /// <summary>1 to 5 when it was rated before it was closed.</summary>
    public int? Score { get; init; }
}

public sealed record VisitScored(string Visit, int Score);
