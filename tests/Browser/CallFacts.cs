using Balie.Browser.Stage;
using Balie.Browser.Steps;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Balie.Browser;

/// <summary>What goes wrong in a call, and comes right again.</summary>
public sealed class CallFacts(Stack stack)
{
    private const string Association = "Verenigingsdossier";

    private static readonly LocatorAssertionsToBeVisibleOptions Soon = new() { Timeout = Person.Patience };

    private static Task<(Visitor Citizen, Officer Officer)> MeetAsync(Story story, Person citizen, Person an, string email) =>
        Meeting.MeetAsync(story, citizen, an, email, Association);

    [Fact]
    public async Task A_login_that_is_cancelled_can_be_tried_again()
    {
        var (story, sight) = (new Story("Cancelled login"), new Sight("login-"));
        await using var lieve = story.Knows(await Person.OpenAsync(stack, FakeMedia.Citizen, "Lieve Claes", 1280, 800));
        await using var an = story.Knows(await Person.OpenAsync(stack, FakeMedia.Officer, Officer.Name, 1440, 900));
        var (citizen, officer) = await MeetAsync(story, lieve, an, "lieve.login@voorbeeld.example");
        await story.StepAsync("cancelled", async () =>
        {
            await officer.StepAsync($"Vraag {lieve.Name} om zich aan te melden");
            await citizen.Heading("Toon wie je bent");
            var window = await lieve.Page.RunAndWaitForPopupAsync(() => citizen.Button("Aanmelden met itsme").ClickAsync());
            await window.Locator("#annuleer").ClickAsync();
            await Expect(window.GetByText("Niet gelukt").First).ToBeVisibleAsync(Soon);
            await sight.LookAsync(window, "niet-gelukt");
            await window.CloseAsync();
            await citizen.Text("Je stopte met aanmelden. Je kan het opnieuw proberen.");
            await sight.LookAsync(lieve.Page, "opnieuw-proberen");
        });
        await story.StepAsync("tried again", async () =>
        {
            await citizen.ProveIdentityAsync("Aanmelden met itsme", "lieve-itsme");
            await citizen.Text("Gelukt. Je bent aangemeld als Lieve Claes.");
        });
        sight.FoundNothing();
    }

    [Fact]
    public async Task A_restart_of_Balie_in_mid_call_loses_nothing_and_both_come_back()
    {
        var (story, sight) = (new Story("Restart"), new Sight("restart-"));
        await using var gerrit = story.Knows(await Person.OpenAsync(stack, FakeMedia.Citizen, "Gerrit Maes", 1280, 800));
        await using var an = story.Knows(await Person.OpenAsync(stack, FakeMedia.Officer, Officer.Name, 1440, 900));
        var (citizen, officer) = await MeetAsync(story, gerrit, an, "gerrit.herstart@voorbeeld.example");
        await story.StepAsync("something is written", async () =>
        {
            await officer.WriteReportAsync(("De vraag", "De vereniging vraagt een erkenning."));
            await citizen.OpenDocumentsAsync();
            await citizen.UploadAsync(stack.Media.File("brief.pdf"));
            await Expect(citizen.Button("Bekijk brief.pdf")).ToBeVisibleAsync(Soon);
        });
        await story.StepAsync("Balie stops: both see that the connection is lost", async () =>
        {
            await stack.StopBalieAsync();
            await Expect(citizen.Page.GetByTestId("connection-lost")).ToBeVisibleAsync(Soon);
            await Expect(officer.Page.GetByTestId("connection-lost")).ToBeVisibleAsync(Soon);
            await sight.LookAsync(gerrit.Page, "verbinding-weg");
            await sight.LookAsync(an.Page, "cockpit-verbinding-weg");
        });
        await story.StepAsync("Balie starts: both come back by themselves and see each other", async () =>
        {
            await stack.StartBalieAsync();
            await Expect(citizen.Page.GetByTestId("connection-lost")).ToHaveCountAsync(0, new() { Timeout = Person.Patience });
            await Expect(officer.Page.GetByTestId("connection-lost")).ToHaveCountAsync(0, new() { Timeout = Person.Patience });
            await Task.WhenAll(gerrit.SeesAndHearsAsync(Officer.Name), an.SeesAndHearsAsync(gerrit.Name));
        });
        await story.StepAsync("nothing is lost", async () =>
        {
            await an.Page.ReloadAsync();
            await officer.Tab("Verslag").ClickAsync();
            await Expect(an.Page.GetByLabel("De vraag", new() { Exact = true })).ToHaveValueAsync("De vereniging vraagt een erkenning.", new() { Timeout = Person.Patience });
            await Expect(citizen.Button("Bekijk brief.pdf")).ToBeVisibleAsync(Soon);
        });
        sight.FoundNothing();
    }

    [Fact]
    public async Task Somebody_whose_network_lets_no_UDP_through_is_met_over_the_relay()
    {
        var story = new Story("No UDP");
        await using var noor = story.Knows(await Person.OpenAsync(stack, FakeMedia.Citizen, "Noor Haddad", 1280, 800, udp: false));
        await using var an = story.Knows(await Person.OpenAsync(stack, FakeMedia.Officer, Officer.Name, 1440, 900));
        await MeetAsync(story, noor, an, "noor.relay@voorbeeld.example");
        (await noor.PathsAsync()).ShouldBe(["relay tcp", "relay tcp"]);
        (await an.PathsAsync()).ShouldBe(["host udp", "host udp"]);
    }

    [Fact]
    public async Task A_line_that_loses_one_packet_in_twenty_still_carries_the_call()
    {
        Assert.SkipUnless(Loss.IsPossible, "There is no network of our own in which to lose packets.");
        var story = new Story("Loss");
        await using var gerrit = story.Knows(await Person.OpenAsync(stack, FakeMedia.Citizen, "Gerrit Maes", 1280, 800));
        await using var an = story.Knows(await Person.OpenAsync(stack, FakeMedia.Officer, Officer.Name, 1440, 900));
        await using var loss = await Loss.StartAsync(percent: 5);
        await MeetAsync(story, gerrit, an, "gerrit.verlies@voorbeeld.example");
        await story.StepAsync("packets are lost, and picture and sound go on", async () =>
        {
            await an.Page.WaitForFunctionAsync("async () => (await window.__heard()).lost > 10", null, new() { Timeout = Person.Patience });
            await Task.WhenAll(gerrit.SeesAndHearsAsync(Officer.Name), an.SeesAndHearsAsync(gerrit.Name));
        });
    }

    [Fact]
    public async Task While_login_and_mail_are_away_the_call_goes_on_and_afterwards_everything_is_done()
    {
        var (story, sight) = (new Story("Login and mail away"), new Sight("weg-"));
        await using var lieve = story.Knows(await Person.OpenAsync(stack, FakeMedia.Citizen, "Lieve Claes", 1280, 800));
        await using var an = story.Knows(await Person.OpenAsync(stack, FakeMedia.Officer, Officer.Name, 1440, 900));
        var (citizen, officer) = await MeetAsync(story, lieve, an, "lieve.weg@voorbeeld.example");
        await story.StepAsync("the login provider is away: the step stays and can be tried again", async () =>
        {
            await officer.StepAsync($"Vraag {lieve.Name} om zich aan te melden");
            await citizen.Heading("Toon wie je bent");
            await stack.KillSandboxAsync();
            var window = await lieve.Page.RunAndWaitForPopupAsync(() => citizen.Button("Aanmelden met itsme").ClickAsync());
            await Expect(window.GetByText("De aanmelddienst antwoordt nu niet.")).ToBeVisibleAsync(Soon);
            await sight.LookAsync(window, "aanmelddienst-weg");
            await window.CloseAsync();
            await citizen.Text("De aanmelddienst antwoordde niet goed. Probeer opnieuw.");
            await sight.LookAsync(lieve.Page, "login-weg");
            await Task.WhenAll(lieve.SeesAndHearsAsync(Officer.Name), an.SeesAndHearsAsync(lieve.Name));
        });
        await using var tom = story.Knows(await Person.OpenAsync(stack, FakeMedia.Citizen, "Tom Wouters", 1280, 800));
        await story.StepAsync("the mail server is away: somebody books all the same", async () =>
        {
            var booking = new Booking(tom, sight);
            await booking.ChooseProductAsync(Association);
            await booking.ChooseMomentAsync();
            await booking.FillInAsync(tom.Name, "tom.weg@voorbeeld.example");
            await tom.Page.GetByRole(AriaRole.Button, new() { Name = "Bevestig mijn afspraak", Exact = true }).ClickAsync();
            await Expect(tom.Page.GetByRole(AriaRole.Heading, new() { Name = "Je afspraak is gemaakt" })).ToBeVisibleAsync(Soon);
        });
        await story.StepAsync("they are back: the mail arrives once, and the login works", async () =>
        {
            await stack.StartSandboxAsync();
            (await stack.Mail.WaitAsync("tom.weg@voorbeeld.example", "afspraak")).VisitLink.ShouldNotBeEmpty();
            await citizen.ProveIdentityAsync("Aanmelden met itsme", "lieve-itsme");
            await citizen.Text("Gelukt. Je bent aangemeld als Lieve Claes.");
            (await stack.Mail.CountAsync("tom.weg@voorbeeld.example")).ShouldBe(1);
        });
        sight.FoundNothing();
    }

    [Fact]
    public async Task The_second_screen_follows_and_a_safe_end_stops_the_call_for_everybody()
    {
        var (story, sight) = (new Story("Safe end"), new Sight("safe-"));
        await using var tom = story.Knows(await Person.OpenAsync(stack, FakeMedia.Citizen, "Tom Wouters", 1280, 800));
        await using var an = story.Knows(await Person.OpenAsync(stack, FakeMedia.Officer, Officer.Name, 1440, 900));
        var (citizen, officer) = await MeetAsync(story, tom, an, "tom.veilig@voorbeeld.example");
        await story.StepAsync("what is typed here stands on the second screen", async () =>
        {
            var second = await an.Page.RunAndWaitForPopupAsync(() => officer.Button("Tweede scherm").ClickAsync());
            await officer.WriteReportAsync(("De vraag", "Een toelage voor het dorpsfeest."));
            await second.GetByRole(AriaRole.Tab, new() { Name = "Verslag" }).ClickAsync();
            await Expect(second.GetByLabel("De vraag", new() { Exact = true })).ToHaveValueAsync("Een toelage voor het dorpsfeest.", new() { Timeout = Person.Patience });
            await sight.LookAsync(second, "tweede-scherm");
            await second.CloseAsync();
        });
        await story.StepAsync("ended safely", async () =>
        {
            await officer.Button("Veilig beëindigen").ClickAsync();
            await sight.LookAsync(an.Page, "veilig-beeindigen");
            await officer.Button("Ja, beëindig nu").ClickAsync();
            await citizen.Heading("Je gesprek is gedaan");
            await citizen.Text("De medewerker beëindigde het gesprek.");
            await sight.LookAsync(tom.Page, "beeindigd");
            await officer.Text("Het gesprek is beëindigd.");
            await sight.LookAsync(an.Page, "cockpit-beeindigd");
            await officer.StepAsync("Sluit het bezoek af");
            await an.Page.GetByLabel("Dossier volledig").CheckAsync();
            await officer.Button("Sluit af").ClickAsync();
            await officer.Text("Dit bezoek is afgesloten.");
        });
        sight.FoundNothing();
    }
}
