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
        After(room, Arrives("gerrit", "phone")).View(1).Seats.Single().OtherSessions.ShouldBe(["phone"]);
    }

    [Fact]
    public void Admitting_one_browser_leaves_the_others_of_that_person_at_the_door()
    {
        var room = After(CallRoom.Empty, Arrives("gerrit", "tablet"), Arrives("gerrit", "phone"), Admits("gerrit", "tablet"), Loses("gerrit", "tablet"));

        var seat = room.View(1).Seats.Single();
        (seat.Status, seat.Connected).ShouldBe((SeatStatus.Admitted, false));
        seat.OtherSessions.ShouldBe(["phone"]);
        After(room, Admits("gerrit", "phone")).IsIn("gerrit", "phone").ShouldBeTrue();
    }

    [Fact]
    public void A_browser_that_waits_beside_is_shown_only_while_it_is_connected()
    {
        var room = After(CallRoom.Empty, Arrives("gerrit", "tablet"), Arrives("gerrit", "phone"), Loses("gerrit", "phone"));
        room.View(1).Seats.Single().OtherSessions.ShouldBeEmpty();
        Admits("gerrit", "phone")(room).Error!.Code.ShouldBe("call.not-waiting");

        After(room, r => CallRoomDecisions.Connection(r, "gerrit", "phone", up: true)).View(1).Seats.Single().OtherSessions.ShouldBe(["phone"]);
        After(room, Arrives("gerrit", "phone")).View(1).Seats.Single().OtherSessions.ShouldBe(["phone"]);
    }

    [Fact]
    public void A_browser_that_waits_beside_takes_the_place_at_the_door_of_the_one_that_is_gone()
    {
        var room = After(CallRoom.Empty, Arrives("gerrit", "tablet"), Arrives("gerrit", "phone"), Loses("gerrit", "tablet"), Arrives("gerrit", "phone"));

        var seat = room.View(1).Seats.Single();
        (seat.Status, seat.Session, seat.Connected).ShouldBe((SeatStatus.Waiting, "phone", true));
        seat.OtherSessions.ShouldBeEmpty();
    }

    [Fact]
    public void A_browser_that_died_just_before_it_is_let_in_is_shown_as_gone()
    {
        var room = After(CallRoom.Empty, Arrives("gerrit", "tablet"), Loses("gerrit", "tablet"), Admits("gerrit", "tablet"));
        room.Seats["gerrit"].Connected.ShouldBeFalse();
        room.View(1).Seats.Single().AwaySince.ShouldNotBeNull();

        After(room, r => CallRoomDecisions.Connection(r, "gerrit", "tablet", up: true)).Seats["gerrit"].Connected.ShouldBeTrue();
    }

    [Fact]
    public void Browsers_that_are_gone_keep_no_other_from_the_door()
    {
        var room = After(CallRoom.Empty, Arrives("gerrit", "a"), Arrives("gerrit", "b"), Arrives("gerrit", "c"), Arrives("gerrit", "d"));
        Arrives("gerrit", "e")(room).Error!.Code.ShouldBe("call.too-many-browsers");

        room = After(room, Loses("gerrit", "c"), Arrives("gerrit", "e"));

        room.View(1).Seats.Single().OtherSessions.ShouldBe(["b", "d", "e"]);
        room.Seats["gerrit"].Others.Length.ShouldBe(CallRoomDecisions.MaxOtherSessions, "a link that leaked does not fill the room's memory either");
    }

    [Theory]
    [InlineData(true, false, "waiting alone")]
    [InlineData(true, true, "waiting with two")]
    [InlineData(false, true, "the seat's browser is gone, the other is there")]
    public void Somebody_waits_while_one_of_their_browsers_is_there(bool seated, bool beside, string why) => AtTheDoor(seated, beside).Seats["gerrit"].Waits.ShouldBeTrue(why);

    [Fact]
    public void Nobody_waits_who_is_gone_or_sits_in_the_call_beside_another_browser()
    {
        AtTheDoor(seated: false, beside: false).Seats["gerrit"].Waits.ShouldBeFalse();

        var inside = After(AtTheDoor(seated: true, beside: true), Admits("gerrit", "tablet"));
        inside.Seats["gerrit"].Waits.ShouldBeFalse();
        After(inside, Loses("gerrit", "tablet")).Seats["gerrit"].Waits.ShouldBeTrue();
    }

    [Fact]
    public void Nobody_is_at_the_door_of_a_call_that_ended()
    {
        var room = After(AtTheDoor(seated: true, beside: true), r => CallRoomDecisions.End(r, new EndCall { CommandId = Guid.NewGuid() }, "an"));

        room.Seats["gerrit"].Waits.ShouldBeFalse();
        CallRoomDecisions.Connection(room, "gerrit", "phone", up: false).Events.ShouldBeEmpty();
    }

    /// <summary>In whatever order the browsers of one person came, died, came back and were let in: the officer sees each one that is alive, and it is in when let in.</summary>
    [Fact]
    public void Whatever_happened_before_each_browser_that_is_alive_can_be_let_in()
    {
        var steps = Gen.OneOf("comes", "dies", "leaves", "is let in", "is sent back").Select(Gen.OneOf("a", "b", "c"), (what, session) => (what, session));

        Check.Sample(steps.List[0, 40], played =>
        {
            var (room, pages) = (CallRoom.Empty, new SortedDictionary<string, string?>(StringComparer.Ordinal));
            foreach (var (what, session) in played)
            {
                room = After(room, what switch
                {
                    "comes" => r => CallRoomDecisions.Connection(r, "gerrit", session, up: true),
                    "dies" => Loses("gerrit", session),
                    "leaves" => r => CallRoomDecisions.Leave(r, "gerrit", session),
                    "is let in" => Admits("gerrit", session),
                    _ => r => CallRoomDecisions.Remove(r, new RemoveParticipant { CommandId = Guid.NewGuid(), Participant = "gerrit" }, "an"),
                });
                if (what == "comes") pages[session] = null;
                if (what == "leaves") room = After(room, Loses("gerrit", session));
                if (what is "dies" or "leaves") pages.Remove(session);
                room = PagesAnnounce(room, pages);
                if (!pages.Keys.All(alive => IsSeen(room, alive) && After(room, Admits("gerrit", alive)).IsIn("gerrit", alive))) return false;
            }

            return true;
        });

        static bool IsSeen(CallRoom room, string session) =>
            room.View(1).Seats.Single() is var seat && (seat.OtherSessions.Contains(session) || (seat.Session == session && seat.Connected && seat.Status != SeatStatus.Absent));
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
    /// runs everybody who is in consented to it; and of whoever is away it is known since when.</summary>
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
                if (room.View(1).Seats.Any(s => s.Status != SeatStatus.Absent && s.Connected == s.AwaySince is not null)) return false;
            }

            return true;
        });
    }

    private static Arrive Command() => new() { CommandId = Guid.NewGuid() };

    private static Func<CallRoom, Decision> Arrives(string participant, string session) =>
        room => CallRoomDecisions.Arrive(room, Command(), Appointment, participant, session, Start);

    private static Func<CallRoom, Decision> Admits(string participant, string session) =>
        room => CallRoomDecisions.Admit(room, new AdmitParticipant { CommandId = Guid.NewGuid(), Participant = participant, Session = session }, "an");

    private static Func<CallRoom, Decision> Loses(string participant, string session) => room => CallRoomDecisions.Connection(room, participant, session, up: false);

    /// <summary>Gerrit's tablet has the seat and his phone waits beside it, each there or gone again.</summary>
    private static CallRoom AtTheDoor(bool seated, bool beside)
    {
        var room = After(CallRoom.Empty, Arrives("gerrit", "tablet"), Arrives("gerrit", "phone"));
        if (!seated) room = After(room, Loses("gerrit", "tablet"));
        return beside ? room : After(room, Loses("gerrit", "phone"));
    }

    /// <summary>What the pages do: each that is outside says that it is here, once for each thing that it sees there (what it saw last is kept in <paramref name="pages"/>).</summary>
    private static CallRoom PagesAnnounce(CallRoom room, SortedDictionary<string, string?> pages)
    {
        for (var told = true; told;)
        {
            told = false;
            foreach (var page in pages.Keys.ToList())
            {
                var sees = Outside(room, page);
                told |= sees is not null && sees != pages[page];
                if (sees is not null && sees != pages[page]) room = After(room, Arrives("gerrit", page));
                pages[page] = sees;
            }
        }

        return room;

        static string? Outside(CallRoom room, string session) => room.Seats.GetValueOrDefault("gerrit") switch
        {
            null or { Status: SeatStatus.Absent } => "nobody has the seat",
            { Session: var seated } when seated == session => null,
            { Connected: true } => "another browser has it",
            _ => "another browser has it, and is gone",
        };
    }

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
