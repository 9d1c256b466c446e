using System.Collections.Immutable;
using Balie.Grains.Calls;
using Balie.Grains.Interfaces.Booking;
using Balie.Grains.Interfaces.Calls;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Platform;
using CsCheck;

namespace Balie.Unit.Tests.Calls;

public sealed class CallRoomFacts
{
    private static readonly DateTimeOffset Start = new(2026, 11, 24, 18, 20, 0, TimeSpan.Zero);

    private static readonly AppointmentView Appointment = new()
    {
        Version = 1,
        Visit = "v1",
        Product = "gas-boete",
        Start = Start,
        End = Start.AddMinutes(30),
        Status = VisitStatus.Booked,
        Staff = "an",
        StaffName = "An Peeters",
        Participants =
        [
            new ParticipantView { Id = "gerrit", Role = ParticipantRole.Citizen, Name = "Gerrit Maes" },
            new ParticipantView { Id = "aisha", Role = ParticipantRole.Helper, Name = "Aisha Benali" },
        ],
        Language = "nl",
        DoorsOpen = Start.AddMinutes(-15),
        DoorsClose = Start.AddMinutes(60),
    };

    private static readonly Caller Officer = new() { Kind = CallerKind.Staff, Tenant = "t", Id = "an", Name = "An Peeters", Session = "desk" };

    [Fact]
    public void A_participant_lands_in_the_waiting_room_and_cannot_publish_before_being_admitted()
    {
        var room = After(CallRoom.Empty, Arrives("gerrit", "phone"));

        room.Seats["gerrit"].Status.ShouldBe(SeatStatus.Waiting);
        room.IsIn("gerrit", "phone").ShouldBeFalse();
    }

    [Fact]
    public void An_admitted_browser_is_back_in_its_place_without_being_admitted_again()
    {
        var room = After(CallRoom.Empty, Arrives("gerrit", "phone"), Admits("gerrit", "phone"), r => CallRoomDecisions.Connection(r, "gerrit", "phone", up: false));

        room = After(room, Arrives("gerrit", "phone"));

        room.IsIn("gerrit", "phone").ShouldBeTrue();
        room.Seats["gerrit"].Connected.ShouldBeTrue();
    }

    [Fact]
    public void A_browser_that_waits_and_is_gone_gives_its_place_at_the_door_to_the_next_with_the_same_link()
    {
        var room = After(CallRoom.Empty, Arrives("gerrit", "phone"), r => CallRoomDecisions.Connection(r, "gerrit", "phone", up: false));

        room = Arrives("gerrit", "tablet")(room).Events.Aggregate(room, (state, e) => state.Apply(e, Start.AddMinutes(4)));

        var seat = room.Seats["gerrit"];
        (seat.Status, seat.Session, seat.Connected).ShouldBe((SeatStatus.Waiting, "tablet", true));
        seat.WaitingSince.ShouldBe(Start, "the place in the queue is kept");
        After(room, Arrives("gerrit", "phone")).Seats["gerrit"].Others.ShouldBe(["phone"]);
    }

    [Fact]
    public void A_second_browser_with_the_same_link_waits_and_admitting_it_closes_the_first()
    {
        var room = After(CallRoom.Empty, Arrives("gerrit", "phone"), Admits("gerrit", "phone"), Arrives("gerrit", "tablet"));
        room.IsIn("gerrit", "tablet").ShouldBeFalse();
        room.IsIn("gerrit", "phone").ShouldBeTrue();

        room = After(room, Admits("gerrit", "tablet"));

        room.IsIn("gerrit", "tablet").ShouldBeTrue();
        room.IsIn("gerrit", "phone").ShouldBeFalse();
    }

    [Fact]
    public void The_waiting_room_has_opening_times_that_a_running_call_overrules()
    {
        var early = Appointment.DoorsOpen.AddSeconds(-1);
        CallRoomDecisions.Arrive(CallRoom.Empty, Command(), Appointment, "gerrit", "phone", early).Error!.Code.ShouldBe("visit.too-early");
        CallRoomDecisions.Arrive(CallRoom.Empty, Command(), Appointment, "gerrit", "phone", Appointment.DoorsClose.AddSeconds(1)).Error!.Code.ShouldBe("visit.too-late");

        var running = After(CallRoom.Empty, Arrives("gerrit", "phone"), Admits("gerrit", "phone"));
        CallRoomDecisions.Arrive(running, Command(), Appointment, "aisha", "laptop", Appointment.DoorsClose.AddHours(1)).Error.ShouldBeNull();
    }

    [Theory]
    [InlineData(VisitStatus.Cancelled, "visit.cancelled")]
    [InlineData(VisitStatus.Closed, "visit.closed")]
    public void A_visit_that_is_over_lets_nobody_in(VisitStatus status, string code)
    {
        var over = Appointment with { Status = status };
        CallRoomDecisions.Arrive(CallRoom.Empty, Command(), over, "gerrit", "phone", Start).Error!.Code.ShouldBe(code);
        CallRoomDecisions.OfficerArrives(CallRoom.Empty, Command(), over, Officer).Error!.Code.ShouldBe(code);
    }

    [Fact]
    public void Somebody_who_was_not_invited_is_refused() =>
        CallRoomDecisions.Arrive(CallRoom.Empty, Command(), Appointment, "stranger", "x", Start).Error!.Code.ShouldBe("call.not-invited");

    [Fact]
    public void Recording_does_not_start_when_somebody_present_did_not_consent()
    {
        var room = After(CallRoom.Empty, Officers(), Arrives("gerrit", "phone"), Admits("gerrit", "phone"));

        CallRoomDecisions.StartRecording(room, Order("s1", "an")).Error!.Code.ShouldBe("recording.someone-new");
        CallRoomDecisions.StartRecording(room, Order("s1", "an", "gerrit")).Error.ShouldBeNull();
    }

    [Fact]
    public void A_late_joiner_pauses_the_recording_in_the_decision_that_lets_them_in()
    {
        var room = After(CallRoom.Empty, Officers(), Arrives("gerrit", "phone"), Admits("gerrit", "phone"), Records("s1", "an", "gerrit"), Arrives("aisha", "laptop"));

        var decision = CallRoomDecisions.Admit(room, new AdmitParticipant { CommandId = Guid.NewGuid(), Participant = "aisha", Session = "laptop" }, "an");

        decision.Events.Length.ShouldBe(2);
        decision.Events[0].ShouldBe(new CallRecordingStopped("s1", "newcomer"));
    }

    [Fact]
    public void Another_browser_of_somebody_who_consented_pauses_the_recording_too()
    {
        var room = After(CallRoom.Empty, Officers(), Arrives("gerrit", "phone"), Admits("gerrit", "phone"), Records("s1", "an", "gerrit"), Arrives("gerrit", "tablet"));

        After(room, Admits("gerrit", "tablet")).Recording.ShouldBeNull();
    }

    [Fact]
    public void Recording_is_shown_only_after_the_files_grow()
    {
        var room = After(CallRoom.Empty, Officers(), Records("s1", "an"));
        room.View(1).Recording.ShouldBeFalse();

        After(room, CallRoomDecisions.ConfirmRecording).View(2).Recording.ShouldBeTrue();
    }

    [Fact]
    public void After_the_end_only_the_browser_that_was_in_the_call_still_has_its_seat()
    {
        var room = After(CallRoom.Empty, Officers(), Arrives("gerrit", "phone"), Admits("gerrit", "phone"), Arrives("aisha", "laptop"),
            r => CallRoomDecisions.End(r, new EndCall { CommandId = Guid.NewGuid() }, "an"));

        var seats = room.View(1).Seats;

        seats.Single(s => s.Participant == "gerrit").Session.ShouldBe("phone");
        seats.Single(s => s.Participant == "aisha").Session.ShouldBeNull();
    }

    [Fact]
    public void Somebody_in_the_waiting_room_sees_only_themselves_and_the_officer()
    {
        var room = After(CallRoom.Empty, Officers(), Arrives("gerrit", "phone"), Admits("gerrit", "phone"), Arrives("aisha", "laptop"));

        var seen = room.View(1).For(new Viewer(false, "aisha"));

        seen.Seats.Select(s => s.Participant).ShouldBe(["aisha", "an"], ignoreOrder: true);
        seen.Seats.Single(s => s.Participant == "an").Session.ShouldBeNull();
    }

    /// <summary>Whatever is asked in whatever order: nobody is in without an officer having said so for that browser, and while a segment
    /// runs everybody who is in consented to it.</summary>
    [Fact]
    public void No_order_of_events_lets_somebody_in_unasked_or_records_somebody_who_did_not_consent()
    {
        var people = Gen.OneOf("gerrit", "aisha");
        var sessions = Gen.OneOf("a", "b", "c");
        var step = Gen.OneOf(
            people.Select(sessions, (p, s) => (Func<CallRoom, Decision>)Arrives(p, s)),
            people.Select(sessions, (p, s) => (Func<CallRoom, Decision>)Admits(p, s)),
            people.Select(sessions, (p, s) => (Func<CallRoom, Decision>)(r => CallRoomDecisions.Leave(r, p, s))),
            people.Select(p => (Func<CallRoom, Decision>)(r => CallRoomDecisions.Remove(r, new RemoveParticipant { CommandId = Guid.NewGuid(), Participant = p }, "an"))),
            people.Select(sessions, Gen.Bool, (p, s, up) => (Func<CallRoom, Decision>)(r => CallRoomDecisions.Connection(r, p, s, up))),
            Gen.Const((Func<CallRoom, Decision>)Officers()),
            Gen.OneOf("an", "an gerrit/a", "an gerrit/b", "an gerrit/a aisha/b", "an gerrit/b aisha/c", "gerrit/a").Select(w => (Func<CallRoom, Decision>)Records("s", w.Split(' '))),
            Gen.Const((Func<CallRoom, Decision>)(r => CallRoomDecisions.StopRecording(r, "stopped"))));

        Check.Sample(step.List[0, 40], steps =>
        {
            var room = CallRoom.Empty;
            var allowed = new HashSet<(string, string)>();
            foreach (var one in steps)
            {
                var decision = one(room);
                foreach (var e in decision.Events)
                {
                    if (e is ParticipantAdmitted a) allowed.Add((a.Participant, a.Session));
                    room = room.Apply(e, Start);
                }

                foreach (var seat in room.Admitted.Where(s => s.Role != ParticipantRole.Officer))
                    if (!allowed.Contains((seat.Participant, seat.Session))) return false;
                if (room.Recording is { } running && !room.Admitted.All(s => running.Covers(s.Participant, s.Session))) return false;
            }

            return true;
        });
    }

    private static Arrive Command() => new() { CommandId = Guid.NewGuid() };

    private static Func<CallRoom, Decision> Arrives(string participant, string session) =>
        room => CallRoomDecisions.Arrive(room, Command(), Appointment, participant, session, Start);

    private static Func<CallRoom, Decision> Admits(string participant, string session) =>
        room => CallRoomDecisions.Admit(room, new AdmitParticipant { CommandId = Guid.NewGuid(), Participant = participant, Session = session }, "an");

    private static Func<CallRoom, Decision> Officers() => room => CallRoomDecisions.OfficerArrives(room, Command(), Appointment, Officer);

    private static Func<CallRoom, Decision> Records(string segment, params string[] consenting) =>
        room => CallRoomDecisions.StartRecording(room, Order(segment, consenting));

    /// <summary>"who" in the browser of these facts, or "who/session".</summary>
    private static RecordingOrder Order(string segment, params string[] consenting) => new(segment,
    [
        .. consenting.Select(c => c.Split('/')).Select(c => new SeatRef(c[0], c.Length > 1 ? c[1] : c[0] switch { "an" => "desk", "gerrit" => "phone", _ => "laptop" })),
    ]);

    private static CallRoom After(CallRoom room, params Func<CallRoom, Decision>[] steps) =>
        steps.Aggregate(room, (state, step) => step(state).Events.Aggregate(state, (s, e) => s.Apply(e, Start)));
}
