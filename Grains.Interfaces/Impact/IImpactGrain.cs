using System.Collections.Immutable;
using Balie.Grains.Interfaces.Platform;

namespace Balie.Grains.Interfaces.Impact;

/// <summary>What the counter saved and how people liked it; key <c>{tenant}/impact</c>. Reads projections only.</summary>
[Alias("IImpactGrain")]
public interface IImpactGrain : IGrainWithStringKey
{
    /// <summary>Figures of visits that were closed in the period; ISO dates in the tenant's zone, both included.</summary>
    [Allow(CallerKind.Staff), Alias("Figures")]
    Task<ImpactView> Figures(string from, string to, CancellationToken ct = default);
}

[GenerateSerializer, Immutable, Alias("ImpactView")]
public sealed record ImpactView
{
    [Id(0)] public required string From { get; init; }
    [Id(1)] public required string To { get; init; }
    [Id(2)] public required ImmutableArray<ImpactFigure> Figures { get; init; }
    /// <summary>One row a month, newest last.</summary>
    [Id(3)] public required ImmutableArray<ImpactRow> Months { get; init; }
}

/// <summary>A figure with its formula in words and with the numbers filled in. <see cref="Value"/> null = nothing to measure yet.</summary>
[GenerateSerializer, Immutable, Alias("ImpactFigure")]
public sealed record ImpactFigure
{
    /// <summary>visits, one-go, turnaround, kilometres, co2, satisfaction.</summary>
    [Id(0)] public required string Code { get; init; }
    [Id(1)] public required string Label { get; init; }
    [Id(2)] public decimal? Value { get; init; }
    [Id(3)] public required string Unit { get; init; }
    [Id(4)] public required string Formula { get; init; }
    [Id(5)] public required string Source { get; init; }
}

[GenerateSerializer, Immutable, Alias("ImpactRow")]
public sealed record ImpactRow
{
    /// <summary>"2026-11".</summary>
    [Id(0)] public required string Month { get; init; }
    [Id(1)] public required int Visits { get; init; }
    [Id(2)] public required int DoneInOneGo { get; init; }
    /// <summary>Median minutes from booking to closing; null without visits.</summary>
    [Id(3)] public decimal? TurnaroundMinutes { get; init; }
    [Id(4)] public required decimal Kilometres { get; init; }
    [Id(5)] public required decimal KilogramsCo2 { get; init; }
    /// <summary>Mean of 1 to 5; null when nobody rated.</summary>
    [Id(6)] public decimal? Satisfaction { get; init; }
}
