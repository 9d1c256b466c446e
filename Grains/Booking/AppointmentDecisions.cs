using Balie.Grains.Interfaces.Booking;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Interfaces.Tenancy;
using Balie.Grains.Platform;

namespace Balie.Grains.Booking;

/// <summary>Somebody who gets a seat: a fresh participant id and the hash of a fresh link.</summary>
public sealed record NewSeat(string Participant, string TokenHash);

/// <summary>The rules of a visit, from booking to rating. Pure: random parts come in from outside.</summary>
public static class AppointmentDecisions
{
    /// <summary>Citizen and companions together; a call with more is no conversation any more.</summary>
    public const int MaxParticipants = 6;

    public static Decision Book(Appointment visit, BookAppointment command, HoldView hold, StaffMember staff, ProductRules rules, NewSeat citizen, NewSeat? companion)
    {
        if (visit.Booked is not null) return BookingErrors.HoldUsed;
        var booked = new AppointmentBooked
        {
            Staff = staff.Id,
            StaffName = staff.Name,
            Product = hold.Product,
            Start = hold.Start,
            End = hold.End,
            DoorsOpen = hold.Start.AddMinutes(-rules.DoorsOpenMinutes),
            DoorsClose = hold.End.AddMinutes(rules.GraceMinutes),
            Language = command.Language,
            PostalCode = command.PostalCode,
            Question = command.Question.Trim(),
            BaseAddress = command.BaseAddress.TrimEnd('/'),
        };
        var self = new Companion { Role = ParticipantRole.Citizen, Name = command.Name, Email = command.Email };
        return command.Companion is null || companion is null
            ? Decision.Of(booked, Seat(booked, self, citizen, "citizen"))
            : Decision.Of(booked, Seat(booked, self, citizen, "citizen"), Seat(booked, command.Companion, companion, "citizen"));
    }

    /// <summary>The seat a link opens. Says the same for a wrong visit and a wrong token.</summary>
    public static Decision<LinkExchange> Exchange(Appointment visit, string tokenHash, DateTimeOffset now)
    {
        var seat = visit.Invited.FirstOrDefault(p => p.TokenHash == tokenHash);
        if (seat is null) return BookingErrors.LinkUnknown;
        if (now >= seat.LinkExpiresAt) return BookingErrors.LinkExpired;
        return Decision.Nothing.Returning(new LinkExchange
        {
            Participant = seat.Participant,
            Role = seat.Role,
            Name = seat.Name ?? "",
            ExpiresAt = seat.LinkExpiresAt,
        });
    }

    public static Decision Cancel(Appointment visit, CancelAppointment command, Caller caller)
    {
        if (visit.Booked is null) return BookingErrors.VisitUnknown;
        if (!caller.IsStaff && caller.Id != visit.Citizen?.Participant) return BookingErrors.NotYours;
        if (command.Reason.Length > 500) return BookingErrors.ReasonLength;
        return visit.Status switch
        {
            VisitStatus.Cancelled => BookingErrors.Cancelled,
            VisitStatus.InProgress => BookingErrors.Started,
            VisitStatus.Closed => BookingErrors.Closed,
            _ => Decision.Of(new AppointmentCancelled { By = caller.Id, Reason = command.Reason.Trim() }),
        };
    }

    public static Decision Invite(Appointment visit, Companion companion, NewSeat seat, Caller caller)
    {
        if (visit.Booked is not { } booked) return BookingErrors.VisitUnknown;
        if (!caller.IsStaff && caller.Id != visit.Citizen?.Participant) return BookingErrors.NotYours;
        if (visit.Status == VisitStatus.Cancelled) return BookingErrors.Cancelled;
        if (visit.Status == VisitStatus.Closed) return BookingErrors.Closed;
        return visit.Invited.Length >= MaxParticipants ? BookingErrors.TooManyCompanions : Decision.Of(Seat(booked, companion, seat, caller.Id));
    }

    public static Decision Start(Appointment visit, DateTimeOffset at) =>
        visit is { Booked: not null, Status: VisitStatus.Booked } ? Decision.Of(new VisitStarted(at)) : Decision.Nothing;

    /// <param name="visit">The visit.</param>
    /// <param name="command">What the officer says.</param>
    /// <param name="product">Whose outcomes count.</param>
    /// <param name="startedAt">When the Calls room saw the first participant admitted: its word that the call started may not have come yet.</param>
    /// <param name="officer">Staff id.</param>
    /// <param name="now">UTC.</param>
    public static Decision Close(Appointment visit, CloseVisit command, ProductView product, DateTimeOffset? startedAt, string officer, DateTimeOffset now)
    {
        if (visit.Booked is null) return BookingErrors.VisitUnknown;
        if (visit.Status == VisitStatus.Cancelled) return BookingErrors.Cancelled;
        if (visit.Status == VisitStatus.Closed) return BookingErrors.Closed;
        if (product.Outcomes.All(o => o.Code != command.Outcome)) return BookingErrors.OutcomeUnknown;
        if (command.Note.Length > 2000) return BookingErrors.NoteLength;
        var closed = new VisitClosed { By = officer, Outcome = command.Outcome, Note = command.Note.Trim(), DoneInOneGo = command.DoneInOneGo, At = now };
        return visit.StartedAt is null && startedAt is { } at ? Decision.Of(new VisitStarted(at), closed) : Decision.Of(closed);
    }

    public static Decision Rate(Appointment visit, RateVisit command, string participant)
    {
        if (visit.Booked is null) return BookingErrors.VisitUnknown;
        if (participant != visit.Citizen?.Participant) return BookingErrors.NotYours;
        if (command.Score is < 1 or > 5) return BookingErrors.Score;
        if (command.Comment.Length > 1000) return BookingErrors.CommentLength;
        if (visit.Rated is not null) return BookingErrors.Rated;
        return visit.Status is VisitStatus.InProgress or VisitStatus.Closed
            ? Decision.Of(new VisitRated { By = participant, Score = command.Score, Comment = command.Comment.Trim() })
            : BookingErrors.NotYetMet;
    }

    private static ParticipantInvited Seat(AppointmentBooked booked, Companion who, NewSeat seat, string by) => new()
    {
        Participant = seat.Participant,
        Role = who.Role,
        Name = who.Name.Trim(),
        Email = who.Email.Trim(),
        TokenHash = seat.TokenHash,
        LinkExpiresAt = booked.End.AddHours(AccessLinks.HoursAfterEnd),
        By = by,
    };
}
