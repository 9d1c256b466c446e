using Balie.Grains.Interfaces.Booking;
using Balie.Grains.Interfaces.Integrations;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Interfaces.Tenancy;
using Balie.Grains.Platform;
using Balie.Grains.Tests.Platform;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Balie.Grains.Tests.Booking;

public sealed class BookingGrainFacts(Database database) : IClassFixture<Database>
{
    [Fact]
    public async Task A_citizen_books_the_moment_they_held_and_the_link_in_the_mail_opens_it()
    {
        await using var stage = await BookingStage.StartAsync(database);
        var moment = (await stage.Free("gas-boete", "2026-07-08"))[0];
        moment.LocalTime.ShouldBe("09:00");

        var hold = await stage.Hold("gas-boete", moment.Start);
        hold.ExpiresAt.ShouldBe(RoomCluster.Start.AddMinutes(10), TimeSpan.FromSeconds(5));
        var receipt = await stage.Book(hold.Hold);

        receipt.Start.ShouldBe(moment.Start);
        var mail = (await stage.Mails(receipt.Visit)).ShouldHaveSingleItem();
        mail.Link.ShouldStartWith($"https://balie.example/zonnedaal/bezoek#{receipt.Visit}.");
        var citizen = await stage.Citizen(receipt.Visit);
        using var _ = RoomCluster.As(citizen);
        var view = await stage.Appointment(receipt.Visit).View();
        view.Status.ShouldBe(VisitStatus.Booked);
        view.Participants.ShouldHaveSingleItem().Name.ShouldBe("Gerrit Maes");
    }

    [Fact]
    public async Task A_hundred_people_after_ten_moments_get_ten_holds_and_never_the_same_time_twice()
    {
        await using var stage = await BookingStage.StartAsync(database);
        // One person handles this product, so each moment can be held once.
        var moments = (await stage.Free("laatste-wil", "2026-07-14")).Where((_, i) => i % 2 == 0).Take(10).ToList();
        moments.Count.ShouldBe(10);

        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(async i =>
        {
            try
            {
                return (Hold: (HoldView?)await stage.Hold("laatste-wil", moments[i % 10].Start), Code: "");
            }
            catch (BalieException refusal)
            {
                return (Hold: null, Code: refusal.Error.Code);
            }
        }));

        answers.Where(a => a.Hold is not null).Select(a => a.Hold!.Start).Order().ShouldBe(moments.Select(m => m.Start));
        answers.Where(a => a.Hold is null).ShouldAllBe(a => a.Code == "slot.taken");
        (await database.ScalarAsync<long>("select count(*) from slot_claim where tenant = 'zonnedaal' and lower(period) >= '2026-07-14' and lower(period) < '2026-07-15'")).ShouldBe(10);
    }

    [Theory]
    [InlineData("laatste-wil", "2026-07-30")]
    [InlineData("gas-boete", "2026-07-31")]
    public async Task A_double_click_gets_one_answer_whether_or_not_somebody_else_is_free(string product, string day)
    {
        await using var stage = await BookingStage.StartAsync(database);
        var moment = (await stage.Free(product, day))[0];
        var command = Guid.NewGuid();

        var answers = await Task.WhenAll(stage.Hold(product, moment.Start, command), stage.Hold(product, moment.Start, command));

        answers[1].ShouldBe(answers[0]);
        (await database.ScalarAsync<long>($"select count(*) from slot_claim where tenant = 'zonnedaal' and lower(period) = '{moment.Start:O}'")).ShouldBe(1);
    }

    [Fact]
    public async Task Moments_can_be_looked_for_while_a_crowd_waits_for_its_holds()
    {
        WaitingJournal? journal = null;
        await using var stage = await BookingStage.StartAsync(database, configure: silo =>
            silo.Services.AddSingleton<IJournal>(services => journal = new WaitingJournal(ActivatorUtilities.CreateInstance<Journal>(services))));
        var moments = await stage.Free("laatste-wil", "2026-08-04");
        var commits = new TaskCompletionSource();
        journal.ShouldNotBeNull().Until = commits.Task;

        // More than there are finders, which is one a core.
        var crowd = Enumerable.Range(0, Environment.ProcessorCount + 1).Select(_ => stage.Hold("laatste-wil", moments[0].Start)).ToList();
        await journal.Asked;
        (await stage.Free("laatste-wil", "2026-08-04")).ShouldContain(moments[0]);
        crowd.ShouldAllBe(c => !c.IsCompleted);

        commits.SetResult();
        var taken = await Task.WhenAll(crowd.Select(hold => hold.ContinueWith(h => h.IsCompletedSuccessfully, TaskScheduler.Default)));
        taken.Count(t => t).ShouldBe(1);
    }

    [Fact]
    public async Task Two_officers_can_be_held_at_the_same_moment_and_a_third_citizen_cannot()
    {
        await using var stage = await BookingStage.StartAsync(database);
        var moment = (await stage.Free("gas-boete", "2026-07-16")).First(s => s.LocalTime == "14:00");

        var staff = new[] { await stage.Hold("gas-boete", moment.Start), await stage.Hold("gas-boete", moment.Start) }.Select(h => h.Hold.Split('.')[0]);

        staff.Order().ShouldBe(["an", "bram"]);
        (await Refusal(() => stage.Hold("gas-boete", moment.Start))).ShouldBe("slot.taken");
        (await stage.Free("gas-boete", "2026-07-16")).ShouldNotContain(s => s.LocalTime == "14:00");
    }

    [Fact]
    public async Task Time_that_another_node_claimed_is_refused_by_the_database_although_this_agenda_does_not_know_of_it()
    {
        await using var stage = await BookingStage.StartAsync(database);
        var moments = await stage.Free("laatste-wil", "2026-07-21");
        await stage.Hold("laatste-wil", moments[0].Start);
        await database.ExecuteAsync($"insert into slot_claim values ('zonnedaal', 'an', 'elsewhere', 'appointment', tstzrange('{moments[8].Start:O}', '{moments[8].End:O}'), null)");

        using var _ = BookingStage.Visitor();
        var agenda = stage.Cluster.Grain<IStaffAgendaGrain>(BookingStage.Tenant, "an");
        (await agenda.Hold(new HoldSlot { CommandId = Guid.NewGuid(), Product = "laatste-wil", Start = moments[8].Start })).ShouldBeNull();
        (await agenda.Hold(new HoldSlot { CommandId = Guid.NewGuid(), Product = "laatste-wil", Start = moments[4].Start })).ShouldNotBeNull().Start.ShouldBe(moments[4].Start);
    }

    [Fact]
    public async Task A_hold_that_is_over_is_taken_over_and_its_first_owner_hears_it()
    {
        await using var stage = await BookingStage.StartAsync(database);
        var moment = (await stage.Free("laatste-wil", "2026-07-23"))[0];
        var first = await stage.Hold("laatste-wil", moment.Start);

        stage.Cluster.Clock.Advance(TimeSpan.FromMinutes(11));
        (await Refusal(() => stage.Book(first.Hold))).ShouldBe("hold.expired");
        var second = await stage.Hold("laatste-wil", moment.Start);

        (await stage.Book(second.Hold)).Start.ShouldBe(moment.Start);
        (await Refusal(() => stage.Book(first.Hold))).ShouldBe("hold.expired");
        using var _ = BookingStage.Visitor();
        (await Refusal(() => stage.Cluster.Grain<IStaffAgendaGrain>(BookingStage.Tenant, "an").GetHold(first.Hold))).ShouldBe("hold.expired");
    }

    [Fact]
    public async Task A_repeated_command_gets_the_first_answer_and_happens_once()
    {
        await using var stage = await BookingStage.StartAsync(database);
        var moment = (await stage.Free("gas-boete", "2026-07-28"))[0];
        var (holding, booking) = (Guid.NewGuid(), Guid.NewGuid());

        var hold = await stage.Hold("gas-boete", moment.Start, holding);
        (await stage.Hold("gas-boete", moment.Start, holding)).ShouldBe(hold);
        var receipt = await stage.Book(hold.Hold, c => c with { CommandId = booking });
        (await stage.Book(hold.Hold, c => c with { CommandId = booking })).ShouldBe(receipt);

        (await Refusal(() => stage.Book(hold.Hold, c => c with { CommandId = booking, Name = "Iemand Anders" }))).ShouldBe("command.reused");
        (await Refusal(() => stage.Book(hold.Hold))).ShouldBe("hold.used");
        (await stage.Mails(receipt.Visit)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Changes_of_moments_that_are_over_are_forgotten_and_no_others()
    {
        await using var stage = await BookingStage.StartAsync(database);
        var moment = (await stage.Free("laatste-wil", "2026-07-29"))[0];
        await stage.Hold("laatste-wil", moment.Start);
        var services = stage.Cluster.Services;
        using var sweep = new RetentionSweep(
            database.Source, services.GetRequiredService<JournalClock>(), Options.Create(new OutboxOptions()), services.GetServices<Retention>(), NullLogger<RetentionSweep>.Instance);

        await sweep.SweepAsync(TestContext.Current.CancellationToken);
        (await ChangesAsync()).ShouldBe(1);
        stage.Cluster.Clock.Advance(moment.Start.AddDays(2) - RoomCluster.Start);
        await sweep.SweepAsync(TestContext.Current.CancellationToken);
        (await ChangesAsync()).ShouldBe(0);

        Task<long> ChangesAsync() => database.ScalarAsync<long>($"select count(*) from slot_change where lower(period) = '{moment.Start:O}'");
    }

    [Fact]
    public async Task Cancelling_frees_the_moment_tells_everybody_and_cannot_be_done_twice()
    {
        await using var stage = await BookingStage.StartAsync(database);
        var moment = (await stage.Free("laatste-wil", "2026-07-30"))[0];
        var receipt = await stage.Book((await stage.Hold("laatste-wil", moment.Start)).Hold, c => c with
        {
            Companion = new Companion { Role = ParticipantRole.Helper, Name = "Aisha Benali", Email = "aisha@voorbeeld.be" },
        });
        using (RoomCluster.As(await stage.Citizen(receipt.Visit)))
        {
            await stage.Appointment(receipt.Visit).Cancel(new CancelAppointment { CommandId = Guid.NewGuid(), Reason = "Ziek" });
            (await Refusal(() => stage.Appointment(receipt.Visit).Cancel(new CancelAppointment { CommandId = Guid.NewGuid() }))).ShouldBe("visit.cancelled");
        }

        (await stage.Hold("laatste-wil", moment.Start)).Start.ShouldBe(moment.Start);
        var mails = await stage.Mails(receipt.Visit);
        mails.Select(m => (m.Kind, m.To, m.Sequence)).ShouldBe(
        [
            (MailKind.Booked, "gerrit@voorbeeld.be", 0), (MailKind.Invited, "aisha@voorbeeld.be", 0),
            (MailKind.Cancelled, "gerrit@voorbeeld.be", 1), (MailKind.Cancelled, "aisha@voorbeeld.be", 1),
        ]);
    }

    [Fact]
    public async Task Nothing_personal_lies_readable_in_the_journal_or_the_outbox()
    {
        await using var stage = await BookingStage.StartAsync(database);
        var receipt = await stage.Booked(change: c => c with { Question = "Mijn hond heet Bello" });
        var token = (await stage.Mails(receipt.Visit))[0].Link!.Split('.')[^1];

        foreach (var secret in new[] { "Gerrit", "gerrit@", "Bello", token })
        {
            var found = $"select (select count(*) from journal_event where payload like '%{secret}%') + (select count(*) from outbox where payload like '%{secret}%') + (select count(*) from command where result like '%{secret}%')";
            (await database.ScalarAsync<long>(found)).ShouldBe(0, secret == token ? "the link's token" : secret);
        }
    }

    [Fact]
    public async Task Somebody_of_another_municipality_is_refused()
    {
        await using var stage = await BookingStage.StartAsync(database);
        var receipt = await stage.Booked(slot: 4);

        using var _ = RoomCluster.As(RoomCluster.Staff("rivierbeke", "dirk"));
        await Should.ThrowAsync<BalieException>(() => stage.Appointment(receipt.Visit).View());
        await Should.ThrowAsync<BalieException>(() => stage.Slots.Find(new SlotQuery { Product = "gas-boete" }));
    }

    [Fact]
    public async Task Everybody_sees_the_municipality_and_nobody_an_unknown_one()
    {
        await using var stage = await BookingStage.StartAsync(database);

        using (BookingStage.Visitor()) (await stage.Cluster.Grain<ITenantGrain>(BookingStage.Tenant, "tenant").View()).Name.ShouldBe("Stad Zonnedaal");
        using (BookingStage.Visitor("nergens")) (await Refusal(() => stage.Cluster.Grain<ITenantGrain>("nergens", "tenant").View())).ShouldBe("tenant.unknown");
    }

    [Fact]
    public async Task The_agenda_of_a_day_lists_its_appointments_and_their_state()
    {
        await using var stage = await BookingStage.StartAsync(database);
        var receipt = await stage.Book((await stage.Hold("vereniging", (await stage.Free("vereniging", "2026-07-31"))[0].Start)).Hold);

        using var _ = RoomCluster.As(RoomCluster.Staff(BookingStage.Tenant, "an"));
        var agenda = stage.Cluster.Grain<IDayAgendaGrain>(BookingStage.Tenant, "agenda");
        (await agenda.Day("2026-07-31", [])).Entries.ShouldHaveSingleItem().CitizenName.ShouldBe("Gerrit Maes");
        await stage.Appointment(receipt.Visit).Cancel(new CancelAppointment { CommandId = Guid.NewGuid() });
        (await agenda.Day("2026-07-31", [])).Entries.ShouldHaveSingleItem().Status.ShouldBe(VisitStatus.Cancelled);
        (await agenda.Day("2026-08-01", [receipt.Visit])).Entries.ShouldHaveSingleItem().Visit.ShouldBe(receipt.Visit);
    }

    private static async Task<string> Refusal(Func<Task> act) => (await Should.ThrowAsync<BalieException>(act)).Error.Code;
}
