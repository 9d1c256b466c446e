using System.Collections.Immutable;
using Balie.Grains.Interfaces.Platform;
using Orleans.Concurrency;

namespace Balie.Grains.Interfaces.Booking;

/// <summary>
/// One visit from booking to closing; key <c>{tenant}/{visit}</c>. Owns the details given at booking, the participants and their access
/// links, cancellation, the outcome and the rating.
/// </summary>
[Alias("IAppointmentGrain")]
public interface IAppointmentGrain : IVisitRoom
{
    /// <summary>Books the held moment. Mails the link (and the companion's) through the outbox.</summary>
    [Allow(CallerKind.Visitor, CallerKind.Participant, CallerKind.Staff, AnyVisit = true), Alias("Book")]
    Task<BookingReceipt> Book(BookAppointment command, CancellationToken ct = default);

    /// <summary>Full view; a door redacts it for participants. <c>visit.unknown</c> when it was never booked.</summary>
    [Allow(CallerKind.Participant, CallerKind.Staff, CallerKind.System, Role = StaffRole.Officer), Alias("View"), AlwaysInterleave]
    Task<AppointmentView> View(CancellationToken ct = default);

    /// <summary>Exchanges an access link for a seat. <c>link.unknown</c>, <c>link.expired</c>.</summary>
    [Allow(CallerKind.Visitor, CallerKind.Participant, CallerKind.Staff, AnyVisit = true), Alias("Exchange")]
    Task<LinkExchange> Exchange(ExchangeLink command, CancellationToken ct = default);

    /// <summary>Cancels. Not after the call began (<c>visit.started</c>) or twice (<c>visit.cancelled</c>).</summary>
    [Allow(CallerKind.Participant, CallerKind.Staff, Role = StaffRole.Officer), Alias("Cancel")]
    Task Cancel(CancelAppointment command, CancellationToken ct = default);

    /// <summary>Adds a companion and returns their personal link's path (shown once); mails it when an address is given.</summary>
    [Allow(CallerKind.Participant, CallerKind.Staff, Role = StaffRole.Officer), Alias("Invite")]
    Task<Invitation> Invite(InviteParticipant command, CancellationToken ct = default);

    /// <summary>Closes the visit with an outcome; ends the call.</summary>
    [Allow(CallerKind.Staff, Role = StaffRole.Officer), Alias("Close")]
    Task Close(CloseVisit command, CancellationToken ct = default);

    /// <summary>From the Calls room: the first participant was admitted. From then on it cannot be cancelled.</summary>
    [Allow(CallerKind.Participant, CallerKind.Staff, CallerKind.System), Alias("CallStarted")]
    Task CallStarted(DateTimeOffset at);

    [Allow(CallerKind.Participant), Alias("Rate")]
    Task Rate(RateVisit command, CancellationToken ct = default);
}

/// <summary>Part somebody has in a visit.</summary>
public enum ParticipantRole
{
    Citizen = 0,
    Helper = 1,
    Lawyer = 2,
    Interpreter = 3,
    Officer = 4,
}

public enum VisitStatus
{
    Booked = 0,
    Cancelled = 1,
    /// <summary>Somebody was admitted to the call.</summary>
    InProgress = 2,
    Closed = 3,
}

[GenerateSerializer, Immutable, Alias("BookAppointment")]
public sealed record BookAppointment : Command
{
    [Id(0)] public required string Hold { get; init; }
    [Id(1)] public required string Name { get; init; }
    [Id(2)] public required string Email { get; init; }
    /// <summary>nl, en, fr or de: the language of mails and pages.</summary>
    [Id(3)] public required string Language { get; init; }
    /// <summary>Belgian postal code, for the avoided trip.</summary>
    [Id(4)] public required string PostalCode { get; init; }
    [Id(5)] public Companion? Companion { get; init; }
    /// <summary>What the citizen wants to say beforehand; may be empty.</summary>
    [Id(6)] public string Question { get; init; } = "";
    /// <summary>Scheme and host that links in mails start with, as configured at the door.</summary>
    [Id(7)] public required string BaseAddress { get; init; }
}

[GenerateSerializer, Immutable, Alias("Companion")]
public sealed record Companion
{
    [Id(0)] public required ParticipantRole Role { get; init; }
    [Id(1)] public required string Name { get; init; }
    /// <summary>Where their own invitation goes; empty when the citizen passes it on.</summary>
    [Id(2)] public string Email { get; init; } = "";
}

[GenerateSerializer, Immutable, Alias("BookingReceipt")]
public sealed record BookingReceipt
{
    [Id(0)] public required string Visit { get; init; }
    [Id(1)] public required DateTimeOffset Start { get; init; }
    [Id(2)] public required DateTimeOffset End { get; init; }
    [Id(3)] public required string Product { get; init; }
    /// <summary>The address the link was mailed to.</summary>
    [Id(4)] public required string Email { get; init; }
}

[GenerateSerializer, Immutable, Alias("AppointmentView")]
public sealed record AppointmentView : IRedacted<AppointmentView>
{
    [Id(0)] public required long Version { get; init; }
    [Id(1)] public required string Visit { get; init; }
    [Id(2)] public required string Product { get; init; }
    [Id(3)] public required DateTimeOffset Start { get; init; }
    [Id(4)] public required DateTimeOffset End { get; init; }
    [Id(5)] public required VisitStatus Status { get; init; }
    [Id(6)] public required string Staff { get; init; }
    [Id(7)] public required string StaffName { get; init; }
    [Id(8)] public required ImmutableArray<ParticipantView> Participants { get; init; }
    [Id(9)] public required string Language { get; init; }
    /// <summary>Instants between which the waiting room is open.</summary>
    [Id(10)] public required DateTimeOffset DoorsOpen { get; init; }
    [Id(11)] public required DateTimeOffset DoorsClose { get; init; }
    /// <summary>What the citizen wrote at booking; staff and the citizen only.</summary>
    [Id(12)] public string? Question { get; init; }
    /// <summary>Outcome code and note once closed; the note is for staff only.</summary>
    [Id(13)] public string? Outcome { get; init; }
    [Id(14)] public string? OutcomeNote { get; init; }
    [Id(15)] public bool Rated { get; init; }

    public AppointmentView For(Viewer viewer)
    {
        if (viewer.IsStaff) return this;
        var isCitizen = Participants.Any(p => p.Id == viewer.Id && p.Role == ParticipantRole.Citizen);
        return this with
        {
            OutcomeNote = null,
            Question = isCitizen ? Question : null,
            Participants = [.. Participants.Select(p => p with { Email = null })],
        };
    }
}

[GenerateSerializer, Immutable, Alias("ParticipantView")]
public sealed record ParticipantView
{
    [Id(0)] public required string Id { get; init; }
    [Id(1)] public required ParticipantRole Role { get; init; }
    [Id(2)] public required string Name { get; init; }
    /// <summary>Staff only.</summary>
    [Id(3)] public string? Email { get; init; }
}

/// <summary>Only the token's SHA-256 travels and is kept.</summary>
[GenerateSerializer, Immutable, Alias("ExchangeLink")]
public sealed record ExchangeLink : Command
{
    /// <summary>Hex SHA-256 of the token in the link.</summary>
    [Id(0)] public required string TokenHash { get; init; }
}

[GenerateSerializer, Immutable, Alias("LinkExchange")]
public sealed record LinkExchange
{
    [Id(0)] public required string Participant { get; init; }
    [Id(1)] public required ParticipantRole Role { get; init; }
    [Id(2)] public required string Name { get; init; }
    /// <summary>When the cookie must end.</summary>
    [Id(3)] public required DateTimeOffset ExpiresAt { get; init; }
}

[GenerateSerializer, Immutable, Alias("CancelAppointment")]
public sealed record CancelAppointment : Command
{
    [Id(0)] public string Reason { get; init; } = "";
}

[GenerateSerializer, Immutable, Alias("InviteParticipant")]
public sealed record InviteParticipant : Command
{
    [Id(0)] public required Companion Companion { get; init; }
    [Id(1)] public required string BaseAddress { get; init; }
}

[GenerateSerializer, Immutable, Alias("Invitation")]
public sealed record Invitation([property: Id(0)] string Participant, [property: Id(1)] string Link);

[GenerateSerializer, Immutable, Alias("CloseVisit")]
public sealed record CloseVisit : Command
{
    [Id(0)] public required string Outcome { get; init; }
    [Id(1)] public string Note { get; init; } = "";
    /// <summary>True when nothing more is needed from the citizen: "done in one go".</summary>
    [Id(2)] public required bool DoneInOneGo { get; init; }
}

[GenerateSerializer, Immutable, Alias("RateVisit")]
public sealed record RateVisit : Command
{
    /// <summary>1 (not good) to 5 (very good).</summary>
    [Id(0)] public required int Score { get; init; }
    [Id(1)] public string Comment { get; init; } = "";
}
