using Balie.Grains.Interfaces.Platform;

namespace Balie.Grains.Interfaces.Booking;

// Agenda of one member of staff; one stream a month (of the start, in UTC): agenda/{staff}-{yyyyMM}.

/// <summary>A moment is kept for somebody until <see cref="ExpiresAt"/>; <see cref="Until"/> includes the free time after it.</summary>
[EventName("agenda.slot-held.v1")]
public sealed record SlotHeld : IDomainEvent
{
    public required string Visit { get; init; }
    public required string Product { get; init; }
    public required DateTimeOffset Start { get; init; }
    public required DateTimeOffset End { get; init; }
    public required DateTimeOffset Until { get; init; }
    public required DateTimeOffset ExpiresAt { get; init; }
}

/// <summary>The one who held it let go.</summary>
[EventName("agenda.hold-released.v1")]
public sealed record HoldReleased(string Visit) : IDomainEvent;

/// <summary>The hold became an appointment.</summary>
[EventName("agenda.hold-confirmed.v1")]
public sealed record HoldConfirmed(string Visit) : IDomainEvent;

/// <summary>The appointment was cancelled; the time is free again.</summary>
[EventName("agenda.slot-freed.v1")]
public sealed record SlotFreed(string Visit) : IDomainEvent;

// One visit: appointment/{visit}.

[EventName("appointment.booked.v1")]
public sealed record AppointmentBooked : IDomainEvent
{
    public required string Staff { get; init; }
    public required string StaffName { get; init; }
    public required string Product { get; init; }
    public required DateTimeOffset Start { get; init; }
    public required DateTimeOffset End { get; init; }
    public required DateTimeOffset DoorsOpen { get; init; }
    public required DateTimeOffset DoorsClose { get; init; }
    public required string Language { get; init; }
    [Personal] public required string? PostalCode { get; init; }
    [Personal] public required string? Question { get; init; }
    /// <summary>Where links in mails point to.</summary>
    public required string BaseAddress { get; init; }
}

/// <summary>Somebody has a seat in the visit and a personal link to it. Only the hash of the link's token is kept.</summary>
[EventName("appointment.participant-invited.v1")]
public sealed record ParticipantInvited : IDomainEvent
{
    public required string Participant { get; init; }
    public required ParticipantRole Role { get; init; }
    [Personal] public required string? Name { get; init; }
    [Personal] public required string? Email { get; init; }
    public required string TokenHash { get; init; }
    public required DateTimeOffset LinkExpiresAt { get; init; }
    public required string By { get; init; }
}

[EventName("appointment.cancelled.v1")]
public sealed record AppointmentCancelled : IDomainEvent
{
    public required string By { get; init; }
    [Personal] public required string? Reason { get; init; }
}

/// <summary>The first participant was admitted to the call.</summary>
[EventName("appointment.started.v1")]
public sealed record VisitStarted(DateTimeOffset At) : IDomainEvent;

[EventName("appointment.closed.v1")]
public sealed record VisitClosed : IDomainEvent
{
    public required string By { get; init; }
    public required string Outcome { get; init; }
    [Personal] public required string? Note { get; init; }
    public required bool DoneInOneGo { get; init; }
    public required DateTimeOffset At { get; init; }
}

[EventName("appointment.rated.v1")]
public sealed record VisitRated : IDomainEvent
{
    public required string By { get; init; }
    public required int Score { get; init; }
    [Personal] public required string? Comment { get; init; }
}
