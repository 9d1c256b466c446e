using System.Collections.Immutable;
using Balie.Grains.Interfaces.Booking;
using Balie.Grains.Interfaces.Calls;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Platform;

namespace Balie.Grains.Calls;

/// <summary>The rules of a call room. Pure: what is asked, what is so, what time it is; events or a refusal comes out.</summary>
public static class CallRoomDecisions
{
    /// <summary>At most this many browsers wait for one seat; a link that leaked must not fill the officer's screen.</summary>
    public const int MaxOtherSessions = 3;

    /// <summary>Somebody with an access link is at the door.</summary>
    public static Decision Arrive(CallRoom room, Arrive command, AppointmentView appointment, string participant, string session, DateTimeOffset now)
    {
        if (Closed(room, appointment) is { } closed) return closed;
        var who = appointment.Participants.FirstOrDefault(p => p.Id == participant);
        if (who is null) return CallErrors.NotInvited;

        var seat = room.Seats.GetValueOrDefault(participant);
        if (seat is null || seat.Status == SeatStatus.Absent)
        {
            if (room.StartedAt is null && Outside(appointment, now) is { } outside) return outside;
            return Decision.Of(Waiting(who, session, command));
        }

        if (seat.Session == session)
            return seat.Connected ? Decision.Nothing : Decision.Of(new ConnectionBack(participant));
        // Nobody is behind the browser that waits: the officer would let in an empty chair.
        if (seat is { Status: SeatStatus.Waiting, Connected: false }) return Decision.Of(Waiting(who, session, command));
        if (seat.OthersHere.Contains(session)) return Decision.Nothing;
        return seat.OthersHere.Count() >= MaxOtherSessions
            ? CallErrors.TooManyBrowsers
            : Decision.Of(new SecondBrowserWaiting(participant, session));
    }

    /// <summary>An officer takes a seat; no waiting room.</summary>
    public static Decision OfficerArrives(CallRoom room, Arrive command, AppointmentView appointment, Caller officer)
    {
        if (Closed(room, appointment) is { } closed) return closed;
        var session = officer.Session ?? "";
        if (room.IsIn(officer.Id, session))
            return room.Seats[officer.Id].Connected ? Decision.Nothing : Decision.Of(new ConnectionBack(officer.Id));
        return ComesIn(room, officer.Id, session, new OfficerJoined
        {
            Staff = officer.Id,
            Name = officer.Name,
            Session = session,
            Camera = command.Camera,
            Microphone = command.Microphone,
        });
    }

    public static Decision Admit(CallRoom room, AdmitParticipant command, string officer)
    {
        if (room.Ended) return CallErrors.Ended;
        if (!room.Seats.TryGetValue(command.Participant, out var seat)) return CallErrors.NotWaiting;
        if (seat.Status == SeatStatus.Admitted && seat.Session == command.Session) return Decision.Nothing;
        var waits = (seat.Status == SeatStatus.Waiting && seat.Session == command.Session) || seat.OthersHere.Contains(command.Session);
        if (!waits) return CallErrors.NotWaiting;
        return ComesIn(room, command.Participant, command.Session, new ParticipantAdmitted(command.Participant, command.Session, officer));
    }

    public static Decision Remove(CallRoom room, RemoveParticipant command, string officer)
    {
        if (!room.Seats.TryGetValue(command.Participant, out var seat) || seat.Status != SeatStatus.Admitted) return Decision.Nothing;
        return seat.Role == ParticipantRole.Officer
            ? CallErrors.OfficersLeaveThemselves
            : Decision.Of(new ParticipantRemoved(command.Participant, officer));
    }

    public static Decision Leave(CallRoom room, string participant, string session) =>
        room.Seats.TryGetValue(participant, out var seat) && seat.Session == session && seat.Status != SeatStatus.Absent
            ? Decision.Of(new ParticipantLeft(participant))
            : Decision.Nothing;

    public static Decision SetPresence(CallRoom room, SetPresence command, string participant, string session)
    {
        if (!room.IsIn(participant, session)) return CallErrors.NotAdmitted;
        var seat = room.Seats[participant];
        return seat.Microphone == command.Microphone && seat.Camera == command.Camera && seat.Identifying == command.Identifying
            ? Decision.Nothing
            : Decision.Of(new PresenceChanged(participant, command.Microphone, command.Camera, command.Identifying));
    }

    public static Decision Connection(CallRoom room, string participant, string session, bool up)
    {
        if (!room.Seats.TryGetValue(participant, out var seat)) return Decision.Nothing;
        if (seat.Others.FirstOrDefault(o => o.Session == session) is { } other)
            return other.Connected == up ? Decision.Nothing : Decision.Of(new SecondBrowserPresence(participant, session, up));
        if (seat.Session != session || seat.Status == SeatStatus.Absent || seat.Connected == up) return Decision.Nothing;
        return Decision.Of(up ? new ConnectionBack(participant) : new ConnectionLost(participant));
    }

    /// <summary>Recording may start only when everybody who is in now is among those who consented.</summary>
    public static Decision StartRecording(CallRoom room, RecordingOrder order)
    {
        if (room.Ended) return CallErrors.Ended;
        if (room.MediaLost) return CallErrors.MediaUnavailable;
        if (room.Recording?.Segment == order.Segment) return Decision.Nothing;
        if (room.Recording is not null) return CallErrors.AlreadyRecording;
        if (!room.Admitted.Any()) return CallErrors.NobodyPresent;
        return room.Admitted.All(s => order.Consenting.Contains(new SeatRef(s.Participant, s.Session)))
            ? Decision.Of(new CallRecordingStarted(order.Segment, order.Consenting))
            : CallErrors.SomebodyDidNotConsent;
    }

    public static Decision StopRecording(CallRoom room, string reason) =>
        room.Recording is { } running ? Decision.Of(new CallRecordingStopped(running.Segment, reason)) : Decision.Nothing;

    public static Decision ConfirmRecording(CallRoom room) =>
        room.Recording is { Grows: false } running ? Decision.Of(new CallRecordingConfirmed(running.Segment)) : Decision.Nothing;

    /// <summary>True when the node must have stopped recording before this person may come in.</summary>
    public static bool PausesRecording(CallRoom room, string participant, string session) =>
        room.Recording is { } running && !running.Covers(participant, session);

    public static Decision End(CallRoom room, EndCall command, string by)
    {
        if (command.Reason is not ("closed" or "safety")) return CallErrors.UnknownReason;
        return room.Ended ? Decision.Nothing : Decision.Of(new CallEnded(command.Reason, by));
    }

    /// <summary>Whoever comes in without having consented stops the recording in the same decision: there is no moment in between.</summary>
    private static Decision ComesIn(CallRoom room, string participant, string session, IDomainEvent arrival) => PausesRecording(room, participant, session)
        ? Decision.Of(new CallRecordingStopped(room.Recording!.Segment, "newcomer"), arrival)
        : Decision.Of(arrival);

    private static ParticipantWaiting Waiting(ParticipantView who, string session, Arrive command) => new()
    {
        Participant = who.Id,
        Role = who.Role,
        Name = who.Name,
        Session = session,
        Camera = command.Camera,
        Microphone = command.Microphone,
    };

    private static BalieError? Closed(CallRoom room, AppointmentView appointment) => appointment.Status switch
    {
        VisitStatus.Cancelled => CallErrors.Cancelled,
        VisitStatus.Closed => CallErrors.VisitClosed,
        _ => room.Ended ? CallErrors.Ended : null,
    };

    private static BalieError? Outside(AppointmentView appointment, DateTimeOffset now) =>
        now < appointment.DoorsOpen ? CallErrors.TooEarly : now > appointment.DoorsClose ? CallErrors.TooLate : null;
}
