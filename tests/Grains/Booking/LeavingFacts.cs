using System.Globalization;
using System.Text.Json;
using Balie.Grains.Impact;
using Balie.Grains.Integrations;
using Balie.Grains.Interfaces.Booking;
using Balie.Grains.Interfaces.Impact;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Interfaces.Tenancy;
using Balie.Grains.Platform;
using Balie.Grains.Tests.Platform;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using MimeKit;

namespace Balie.Grains.Tests.Booking;

/// <summary>What leaves after a visit changed: mail over real SMTP, webhooks over real HTTP, and the ledger of impact. The outbox is carried out by the test.</summary>
public sealed class LeavingFacts(Database database) : IClassFixture<Database>
{
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    [Fact]
    public async Task A_booking_arrives_as_a_mail_with_the_link_and_a_calendar_entry()
    {
        await using var office = new PostOffice();
        await using var stage = await Stage(office);
        var receipt = await stage.Booked();

        await CarryOut(stage);

        var mail = office.Taken().ShouldHaveSingleItem();
        mail.To.ToString().ShouldBe("\"Gerrit Maes\" <gerrit@voorbeeld.be>");
        mail.Subject.ShouldBe("Je afspraak bij Stad Zonnedaal: dinsdag 7 juli, 9.00 uur");
        mail.TextBody!.ShouldContain($"https://balie.example/zonnedaal/bezoek#{receipt.Visit}.");
        mail.BodyParts.OfType<TextPart>().Single(p => p.ContentType.MimeType == "text/calendar").Text!.ShouldContain("METHOD:REQUEST");
        (await Open()).ShouldBe(0);
    }

    [Fact]
    public async Task A_mail_that_the_server_refuses_for_good_is_a_dead_letter_and_is_not_tried_again()
    {
        await using var office = new PostOffice { Refuses = "niemand@" };
        await using var stage = await Stage(office);
        var receipt = await stage.Booked(slot: 3, change: c => c with { Email = "niemand@voorbeeld.be" });

        await CarryOut(stage);

        office.Taken().ShouldBeEmpty();
        (await database.ScalarAsync<long>($"select count(*) from outbox where stream = 'appointment/{receipt.Visit}' and dead_at is not null and attempts = 1")).ShouldBe(1);
    }

    [Fact]
    public async Task The_back_office_hears_of_a_booking_signed_and_without_a_name()
    {
        await using var office = new PostOffice();
        await using var desk = await BackOfficeDesk.StartAsync();
        await using var stage = await Stage(office, desk);
        var receipt = await stage.Booked(slot: 6);

        await CarryOut(stage);

        var (id, timestamp, signature, body) = desk.Heard.ShouldHaveSingleItem();
        signature.ShouldBe(WebhookSignature.Of(Secret, id, DateTimeOffset.FromUnixTimeSeconds(long.Parse(timestamp, CultureInfo.InvariantCulture)), body));
        var json = JsonDocument.Parse(body).RootElement;
        json.GetProperty("type").GetString().ShouldBe("be.balie.appointment.booked.v1");
        json.GetProperty("subject").GetString().ShouldBe(receipt.Visit);
        json.GetRawText().ShouldNotContain("Gerrit");
    }

    [Fact]
    public async Task An_address_that_is_gone_hears_nothing_more_and_one_that_fails_is_tried_again_with_the_same_id()
    {
        await using var office = new PostOffice();
        await using var desk = await BackOfficeDesk.StartAsync();
        await using var stage = await Stage(office, desk);
        desk.Answer = System.Net.HttpStatusCode.ServiceUnavailable;
        await stage.Booked(slot: 9);
        await CarryOut(stage);
        stage.Cluster.Clock.Advance(TimeSpan.FromMinutes(1));
        desk.Answer = System.Net.HttpStatusCode.Gone;
        await CarryOut(stage);
        desk.Heard.Count.ShouldBe(2);
        desk.Heard.Select(h => h.Id).Distinct().Count().ShouldBe(1);

        await stage.Booked(slot: 12);
        await CarryOut(stage);

        desk.Heard.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_visit_that_took_place_counts_with_its_kilometres_and_its_score()
    {
        await using var office = new PostOffice();
        await using var stage = await Stage(office);
        var receipt = await stage.Booked(slot: 15);
        var citizen = await stage.Citizen(receipt.Visit);
        await CarryOut(stage);
        var ear = await stage.Cluster.ListenAsync(BookingStage.Tenant, receipt.Visit);
        using (RoomCluster.As(RoomCluster.Staff(BookingStage.Tenant, "an")))
        {
            await stage.Appointment(receipt.Visit).CallStarted(stage.Cluster.Clock.GetUtcNow());
            await ear.NextAsync(u => u.View is AppointmentView { Status: VisitStatus.InProgress });
            stage.Cluster.Clock.Advance(TimeSpan.FromMinutes(30));
            await stage.Appointment(receipt.Visit).Close(new CloseVisit { CommandId = Guid.NewGuid(), Outcome = "gehoord", DoneInOneGo = true });
        }

        using (RoomCluster.As(citizen)) await stage.Appointment(receipt.Visit).Rate(new RateVisit { CommandId = Guid.NewGuid(), Score = 4 });
        await CarryOut(stage);

        using (RoomCluster.As(RoomCluster.Staff(BookingStage.Tenant, "an"))) (await stage.Appointment(receipt.Visit).View()).Outcome.ShouldBe("gehoord");
        using var _ = RoomCluster.As(RoomCluster.Staff(BookingStage.Tenant, "carla", StaffRole.Manager));
        (await Should.ThrowAsync<BalieException>(stage.Appointment(receipt.Visit).View())).Error.Code.ShouldBe("access.denied", "figures are for managers, visits for officers");
        var figures = (await stage.Cluster.Grain<IImpactGrain>(BookingStage.Tenant, "impact").Figures("2026-07-01", "2026-07-31")).Figures.ToDictionary(f => f.Code);
        figures["visits"].Value.ShouldBe(1);
        figures["kilometres"].Value.ShouldBe(13, "postal code 2991 is 6.5 km away");
        figures["satisfaction"].Value.ShouldBe(4);
        figures["turnaround"].Value!.Value.ShouldBeInRange(30, 40);
    }

    private Task<BookingStage> Stage(PostOffice office, BackOfficeDesk? desk = null) => BookingStage.StartAsync(
        database,
        settings => desk is null || settings.View.Code != BookingStage.Tenant ? settings : settings with { Webhooks = [new WebhookEndpoint("crm", desk.Url, Secret)] },
        silo =>
        {
            // What other rooms send needs parts of a whole process; here only mail, webhooks and impact leave.
            silo.Services.RemoveAll<IOutboxHandler>();
            silo.Services.AddSingleton<IOutboxHandler, MailHandler>();
            silo.Services.AddSingleton<IOutboxHandler, WebhookHandler>();
            silo.Services.AddSingleton<IOutboxHandler, ImpactHandler>();
            silo.Services.AddSingleton<OutboxMetrics>();
            silo.Services.AddSingleton<OutboxDispatcher>();
            silo.Services.Replace(ServiceDescriptor.Singleton(new SmtpOptions { Host = "127.0.0.1", Port = office.Port, From = "balie@balie.example", Security = SmtpSecurity.None }));
            silo.Services.Replace(ServiceDescriptor.Singleton(new WebhookOptions { PublicOnly = false }));
        });

    private static async Task CarryOut(BookingStage stage)
    {
        var dispatcher = stage.Cluster.Services.GetRequiredService<OutboxDispatcher>();
        while (await dispatcher.CarryOutOneAsync(TestContext.Current.CancellationToken))
        {
            // Until nothing is due.
        }
    }

    private Task<long> Open() => database.ScalarAsync<long>("select count(*) from outbox where done_at is null and dead_at is null");
}
