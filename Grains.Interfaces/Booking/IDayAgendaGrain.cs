using System.Collections.Immutable;
using Balie.Grains.Interfaces.Platform;
using Orleans.Concurrency;

namespace Balie.Grains.Interfaces.Booking;

/// <summary>The appointments of a day over all staff; stateless, key <c>{tenant}/agenda</c>; reads the projection.</summary>
[Alias("IDayAgendaGrain")]
public interface IDayAgendaGrain : IGrainWithStringKey
{
    /// <summary>Appointments that start on that day (ISO date in the tenant's zone, null = today), and those of which somebody is in a visit now.</summary>
    [Allow(CallerKind.Staff, CallerKind.System, Role = StaffRole.Officer), Alias("Day"), AlwaysInterleave]
    Task<DayAgenda> Day(string? date, ImmutableArray<string> alsoVisits, CancellationToken ct = default);
}

[GenerateSerializer, Immutable, Alias("DayAgenda")]
public sealed record DayAgenda([property: Id(0)] string Date, [property: Id(1)] ImmutableArray<AgendaEntry> Entries);

[GenerateSerializer, Immutable, Alias("AgendaEntry")]
public sealed record AgendaEntry
{
    [Id(0)] public required string Visit { get; init; }
    [Id(1)] public required string Product { get; init; }
    [Id(2)] public required DateTimeOffset Start { get; init; }
    [Id(3)] public required DateTimeOffset End { get; init; }
    [Id(4)] public required string CitizenName { get; init; }
    [Id(5)] public required string Staff { get; init; }
    [Id(6)] public required string StaffName { get; init; }
    [Id(7)] public required VisitStatus Status { get; init; }
}
