using System.Collections.Immutable;
using Balie.Grains.Interfaces.Platform;

namespace Balie.Grains.Interfaces.Booking;

/// <summary>Finds free moments and holds one; stateless, key <c>{tenant}/slots</c>. The exclusion constraint is the authority, not this search.</summary>
[Alias("ISlotFinderGrain")]
public interface ISlotFinderGrain : IGrainWithStringKey
{
    [Allow(CallerKind.Visitor, CallerKind.Participant, CallerKind.Staff, CallerKind.System, AnyVisit = true), Alias("Find")]
    Task<SlotOffer> Find(SlotQuery query, CancellationToken ct = default);

    /// <summary>Holds the moment with a free member of staff for ten minutes. <c>slot.taken</c> (Conflict) when nobody is free any more.</summary>
    [Allow(CallerKind.Visitor, CallerKind.Participant, CallerKind.Staff, AnyVisit = true), Alias("Hold")]
    Task<HoldView> Hold(HoldSlot command, CancellationToken ct = default);
}

/// <summary>Agenda of one member of staff; key <c>{tenant}/{staff}</c>. The only writer of slot claims.</summary>
[Alias("IStaffAgendaGrain")]
public interface IStaffAgendaGrain : IGrainWithStringKey
{
    /// <summary>
    /// Holds a moment of this person; null when it is taken, also for a repetition of the command that took it: the finder answers those. Nine of ten who want the
    /// same moment hear this, and an exception would cost more than everything else they ask.
    /// </summary>
    [Allow(CallerKind.Visitor, CallerKind.Participant, CallerKind.Staff, AnyVisit = true), Alias("Hold")]
    Task<HoldView?> Hold(HoldSlot command, CancellationToken ct = default);

    /// <summary>The hold as it stands; <c>hold.expired</c> (Gone) when it is over.</summary>
    [Allow(CallerKind.Visitor, CallerKind.Participant, CallerKind.Staff, AnyVisit = true), Alias("GetHold")]
    Task<HoldView> GetHold(string hold, CancellationToken ct = default);

    [Allow(CallerKind.Visitor, CallerKind.Participant, CallerKind.Staff, AnyVisit = true), Alias("ReleaseHold")]
    Task ReleaseHold(ReleaseHold command, CancellationToken ct = default);

    /// <summary>Turns the hold into the appointment and writes the appointment's first events in the same transaction.</summary>
    [Allow(CallerKind.Visitor, CallerKind.Participant, CallerKind.Staff, AnyVisit = true), Alias("Confirm")]
    Task Confirm(ConfirmHold command, CancellationToken ct = default);

    /// <summary>Frees the time of a cancelled appointment, with the appointment's events in the same transaction.</summary>
    [Allow(CallerKind.Visitor, CallerKind.Participant, CallerKind.Staff, CallerKind.System, AnyVisit = true), Alias("Free")]
    Task Free(FreeSlot command, CancellationToken ct = default);
}

[GenerateSerializer, Immutable, Alias("SlotQuery")]
public sealed record SlotQuery
{
    [Id(0)] public required string Product { get; init; }
    /// <summary>First day, ISO date in the tenant's zone; null = today.</summary>
    [Id(1)] public string? From { get; init; }
    /// <summary>Number of days, 1 to 60.</summary>
    [Id(2)] public int Days { get; init; } = 14;
}

[GenerateSerializer, Immutable, Alias("SlotOffer")]
public sealed record SlotOffer
{
    [Id(0)] public required ImmutableArray<SlotDay> Days { get; init; }
    /// <summary>First day after this offer that has a free moment within the horizon; null when there is none.</summary>
    [Id(1)] public string? NextDay { get; init; }
    /// <summary>Last bookable day, ISO date.</summary>
    [Id(2)] public required string LastDay { get; init; }
}

[GenerateSerializer, Immutable, Alias("SlotDay")]
public sealed record SlotDay([property: Id(0)] string Date, [property: Id(1)] ImmutableArray<Slot> Slots);

/// <summary>Instants in UTC; <see cref="LocalTime"/> is the wall time "HH:mm" in the tenant's zone.</summary>
[GenerateSerializer, Immutable, Alias("Slot")]
public sealed record Slot([property: Id(0)] DateTimeOffset Start, [property: Id(1)] DateTimeOffset End, [property: Id(2)] string LocalTime);

[GenerateSerializer, Immutable, Alias("HoldSlot")]
public sealed record HoldSlot : Command
{
    [Id(0)] public required string Product { get; init; }
    [Id(1)] public required DateTimeOffset Start { get; init; }
}

/// <summary>A moment kept for somebody. The id is <c>{staff}.{visit}</c>; the visit gets that id when it is confirmed.</summary>
[GenerateSerializer, Immutable, Alias("HoldView")]
public sealed record HoldView
{
    [Id(0)] public required string Hold { get; init; }
    [Id(1)] public required string Product { get; init; }
    [Id(2)] public required DateTimeOffset Start { get; init; }
    [Id(3)] public required DateTimeOffset End { get; init; }
    [Id(4)] public required DateTimeOffset ExpiresAt { get; init; }
}

[GenerateSerializer, Immutable, Alias("ReleaseHold")]
public sealed record ReleaseHold : Command
{
    [Id(0)] public required string Hold { get; init; }
}

[GenerateSerializer, Immutable, Alias("ConfirmHold")]
public sealed record ConfirmHold : Command
{
    [Id(0)] public required string Hold { get; init; }
    [Id(1)] public required PendingAppend Appointment { get; init; }
}

[GenerateSerializer, Immutable, Alias("FreeSlot")]
public sealed record FreeSlot : Command
{
    [Id(0)] public required string Visit { get; init; }
    [Id(1)] public required PendingAppend Appointment { get; init; }
}
