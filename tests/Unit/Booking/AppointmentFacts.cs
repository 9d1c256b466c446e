using Balie.Grains.Booking;
using Balie.Grains.Interfaces.Booking;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Interfaces.Tenancy;
using Balie.Grains.Platform;

namespace Balie.Unit.Tests.Booking;

public sealed class AppointmentFacts
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Start = new(2026, 11, 24, 9, 0, 0, TimeSpan.Zero);
    private static readonly HoldView Hold = new() { Hold = "an.v", Product = "p", Start = Start, End = Start.AddMinutes(30), ExpiresAt = Now.AddMinutes(10) };
    private static readonly Caller Officer = new() { Kind = CallerKind.Staff, Tenant = "zonnedaal", Id = "an" };
    private static readonly StaffMember Staff = new() { Id = "an", Subject = "s", Name = "An Peeters", Products = ["p"] };
    private static readonly ProductRules Rules = new() { Product = "p", AcceptedAcr = ["x"] };

    [Fact]
    public void Booking_opens_the_waiting_room_around_the_moment_and_gives_everybody_a_link_of_their_own()
    {
        var view = Booked().View("v", 3);

        view.DoorsOpen.ShouldBe(Start.AddMinutes(-15));
        view.DoorsClose.ShouldBe(Start.AddMinutes(60));
        view.Participants.Select(p => (p.Id, p.Role)).ShouldBe([("c", ParticipantRole.Citizen), ("h", ParticipantRole.Lawyer)]);
        Booked().Invited.ShouldAllBe(p => p.LinkExpiresAt == Start.AddMinutes(30).AddHours(24));
    }

    [Fact]
    public void A_visit_is_booked_once() =>
        AppointmentDecisions.Book(Booked(), Command(), Hold, Staff, Rules, new NewSeat("x", "y"), null).Error!.Code.ShouldBe("hold.used");

    [Fact]
    public void A_link_opens_its_own_seat_until_a_day_after_the_end()
    {
        AppointmentDecisions.Exchange(Booked(), "hash-h", Now).Result!.Role.ShouldBe(ParticipantRole.Lawyer);
        AppointmentDecisions.Exchange(Booked(), "hash-z", Now).Error!.Code.ShouldBe("link.unknown");
        AppointmentDecisions.Exchange(Appointment.None, "hash-h", Now).Error!.Code.ShouldBe("link.unknown");
        AppointmentDecisions.Exchange(Booked(), "hash-h", Start.AddMinutes(30).AddHours(24)).Error!.Code.ShouldBe("link.expired");
    }

    [Fact]
    public void Only_the_citizen_and_staff_cancel_and_only_before_the_call_and_once()
    {
        Cancel(Booked(), Participant("h")).Error!.Code.ShouldBe("visit.citizen-only");
        Cancel(Booked(), Officer).Error.ShouldBeNull();
        var cancelled = After(Booked(), Cancel(Booked(), Participant("c")));
        cancelled.Sequence.ShouldBe(1);
        Cancel(cancelled, Participant("c")).Error!.Code.ShouldBe("visit.cancelled");
        Cancel(Started(), Participant("c")).Error!.Code.ShouldBe("visit.started");
    }

    [Fact]
    public void A_started_visit_stays_started_and_a_cancelled_one_does_not_start()
    {
        AppointmentDecisions.Start(Started(), Now.AddMinutes(1)).ShouldBe(Decision.Nothing);
        AppointmentDecisions.Start(After(Booked(), Cancel(Booked(), Officer)), Now).ShouldBe(Decision.Nothing);
    }

    [Fact]
    public void At_most_six_people_have_a_seat()
    {
        var visit = Booked();
        for (var i = visit.Invited.Length; i < 6; i++) visit = After(visit, Invite(visit, i));

        Invite(visit, 6).Error!.Code.ShouldBe("visit.companions");
    }

    [Fact]
    public void Closing_needs_an_outcome_of_the_product_and_happens_once()
    {
        Close(Booked(), "zomaar", null).Error!.Code.ShouldBe("outcome.unknown");
        var closed = After(Booked(), Close(Booked(), "klaar", null));
        closed.Status.ShouldBe(VisitStatus.Closed);
        Close(closed, "klaar", null).Error!.Code.ShouldBe("visit.closed");
    }

    [Fact]
    public void A_start_that_only_the_call_room_knew_of_is_written_with_the_closing()
    {
        var closed = After(Booked(), Close(Booked(), "klaar", Now.AddMinutes(-20)));

        closed.StartedAt.ShouldBe(Now.AddMinutes(-20));
        closed.Status.ShouldBe(VisitStatus.Closed);
    }

    [Fact]
    public void The_citizen_rates_once_and_only_what_took_place()
    {
        Rate(Booked(), 4, "c").Error!.Code.ShouldBe("visit.not-started");
        Rate(Started(), 6, "c").Error!.Code.ShouldBe("rating.score");
        Rate(Started(), 4, "h").Error!.Code.ShouldBe("visit.citizen-only");
        Rate(After(Started(), Rate(Started(), 4, "c")), 5, "c").Error!.Code.ShouldBe("visit.rated");
    }

    [Theory]
    [InlineData("A", "gerrit@voorbeeld.be", "nl", "2990", "name.length")]
    [InlineData("Gerrit\nMaes", "gerrit@voorbeeld.be", "nl", "2990", "name.characters")]
    [InlineData("Betaal op https://elders.example", "gerrit@voorbeeld.be", "nl", "2990", "name.characters")]
    [InlineData("Betaal op WWW.elders.example", "gerrit@voorbeeld.be", "nl", "2990", "name.characters")]
    [InlineData("schrijf aan x@elders.example", "gerrit@voorbeeld.be", "nl", "2990", "name.characters")]
    [InlineData("<b>Gerrit</b>", "gerrit@voorbeeld.be", "nl", "2990", "name.characters")]
    [InlineData("Gerrit \u202Eseam", "gerrit@voorbeeld.be", "nl", "2990", "name.characters")]
    [InlineData("Gerrit Maes", "gerrit", "nl", "2990", "email.invalid")]
    [InlineData("Gerrit Maes", "Gerrit <gerrit@voorbeeld.be>", "nl", "2990", "email.invalid")]
    [InlineData("Gerrit Maes", "gerrit@voorbeeld.be\r\nBcc: x@y.be", "nl", "2990", "email.invalid")]
    [InlineData("Gerrit Maes", "gerrit@localhost", "nl", "2990", "email.invalid")]
    [InlineData("Gerrit Maes", "gerrit@voorbeeld.be", "xx", "2990", "language.unknown")]
    [InlineData("Gerrit Maes", "gerrit@voorbeeld.be", "nl", "0999", "postal-code.invalid")]
    [InlineData("Gerrit Maes", "gerrit@voorbeeld.be", "nl", "29901", "postal-code.invalid")]
    public void Each_wrong_field_is_named(string name, string email, string language, string postalCode, string code) =>
        BookingDetails.Errors(Command() with { Name = name, Email = email, Language = language, PostalCode = postalCode, Companion = null })
            .ShouldHaveSingleItem().Code.ShouldBe(code);

    [Theory]
    [InlineData("Ann-Sophie D'Hondt")]
    [InlineData("J.P. Van den Bossche (mama)")]
    [InlineData("Nguyễn Thị Minh")]
    [InlineData("محمد علي")]
    public void Names_of_people_pass(string name) => BookingDetails.Errors(Command() with { Name = name }).ShouldBeEmpty();

    [Fact]
    public void Everything_wrong_is_said_at_once() =>
        BookingDetails.Errors(Command() with { Name = "", Email = "", PostalCode = "", Companion = new Companion { Role = ParticipantRole.Officer, Name = "" } })
            .Select(e => e.Field).ShouldBe(["name", "email", "postalCode", "companion.role", "companion.name"]);

    [Fact]
    public void A_hold_id_reads_back_and_nothing_else_does()
    {
        var id = HoldId.New("an");

        HoldId.Read(id.ToString()).ShouldBe(id);
        id.Visit.Length.ShouldBe(26);
        foreach (var text in new[] { null, "", "an", ".abc", "an.ABC", "an.short", "an/../x.aaaaaaaaaaaaaaaaaaaaaaaaaa" }) HoldId.Read(text).ShouldBeNull();
    }

    private static Appointment Booked() =>
        After(Appointment.None, AppointmentDecisions.Book(Appointment.None, Command(), Hold, Staff, Rules, new NewSeat("c", "hash-c"), new NewSeat("h", "hash-h")));

    private static Appointment Started() => After(Booked(), AppointmentDecisions.Start(Booked(), Now));

    private static BookAppointment Command() => new()
    {
        CommandId = Guid.Empty,
        Hold = "an.v",
        Name = "Gerrit Maes",
        Email = "gerrit@voorbeeld.be",
        Language = "nl",
        PostalCode = "2990",
        Companion = new Companion { Role = ParticipantRole.Lawyer, Name = "Mira Bos" },
        BaseAddress = "https://balie.example",
    };

    private static Caller Participant(string id) => new() { Kind = CallerKind.Participant, Tenant = "zonnedaal", Id = id, Visit = "v" };

    private static Decision Cancel(Appointment visit, Caller caller) => AppointmentDecisions.Cancel(visit, new CancelAppointment { CommandId = Guid.Empty }, caller);

    private static Decision Invite(Appointment visit, int i) =>
        AppointmentDecisions.Invite(visit, new Companion { Role = ParticipantRole.Helper, Name = "Helper" }, new NewSeat($"p{i}", $"hash-{i}"), Officer);

    private static Decision Close(Appointment visit, string outcome, DateTimeOffset? startedAt) => AppointmentDecisions.Close(
        visit, new CloseVisit { CommandId = Guid.Empty, Outcome = outcome, DoneInOneGo = true }, SlotFacts.Settings().View.Products[0], startedAt, "an", Now);

    private static Decision Rate(Appointment visit, int score, string who) =>
        AppointmentDecisions.Rate(visit, new RateVisit { CommandId = Guid.Empty, Score = score }, who);

    private static Appointment After(Appointment visit, Decision decision)
    {
        decision.Error.ShouldBeNull();
        return decision.Events.Aggregate(visit, (v, e) => v.Apply(e, Now));
    }
}
