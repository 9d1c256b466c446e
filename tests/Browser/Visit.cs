using System.Diagnostics;
using System.Text.RegularExpressions;
using Balie.Browser.Stage;
using Balie.Browser.Steps;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Balie.Browser;

/// <summary>The steps of one visit. What a step needs of an earlier one (link, start) is kept here.</summary>
internal sealed partial class Visit(Story story, Sight sight, Visitor citizen, Officer officer, Visitor? helper = null)
{
    private readonly LocatorAssertionsToBeVisibleOptions soon = new() { Timeout = Person.Patience };

    private Mailbox.Mail? mail;
    private Mailbox.Mail? invitation;

    private string CitizenName => citizen.Person.Name;

    private string HelperName => helper!.Person.Name;

    private IEnumerable<IPage> Everybody => helper is null ? [citizen.Page, officer.Page] : [citizen.Page, officer.Page, helper.Page];

    public async Task BookAsync(string product, string name, string email, string? companion = null, string? companionEmail = null)
    {
        var booking = new Booking(citizen.Person, sight);
        await story.StepAsync("the citizen chooses a product and a moment", async () =>
        {
            await booking.ChooseProductAsync(product);
            await booking.ChooseMomentAsync();
        });
        await story.StepAsync("each wrong field says so beside it", booking.SeeWhatIsMissingAsync);
        await story.StepAsync("the citizen fills in who they are", () => booking.FillInAsync(name, email, companion, companionEmail));
        await story.StepAsync("a mail brings the link and a calendar file", async () =>
        {
            mail = await booking.ConfirmAsync(email);
            mail.Start.ShouldBeGreaterThan(DateTimeOffset.UtcNow);
            mail.Calendar!.ShouldContain("BEGIN:VEVENT");
            mail.Calendar!.ShouldNotContain(mail.VisitLink, Case.Sensitive, "calendars are shared, the link is not");
            if (companionEmail is not null) invitation = await citizen.Person.Scene.Mail.WaitAsync(companionEmail);
        });
    }

    public async Task MeetAsync()
    {
        await story.StepAsync("the citizen checks the camera and waits", () => citizen.ArriveAsync(mail!.VisitLink));
        await story.StepAsync("the officer logs in", officer.LogInAsync);
        await story.StepAsync("the officer sees who waits and opens the visit", () => officer.OpenVisitAsync(CitizenName, mail!.Start));
        await story.StepAsync("the officer starts the call and lets the citizen in", async () =>
        {
            await officer.LookAsync("cockpit");
            await officer.StartCallAsync();
            await officer.AdmitAsync(CitizenName);
            await citizen.IsInCallAsync();
        });
        await story.StepAsync("both see and hear each other", () => Task.WhenAll(citizen.Person.SeesAndHearsAsync(Officer.Name), officer.Person.SeesAndHearsAsync(CitizenName)));
        await citizen.LookAsync("gesprek");
        await officer.LookAsync("cockpit-gesprek");
    }

    public Task ReloadAsync() => story.StepAsync("the citizen reloads and is back by themselves", async () =>
    {
        var watch = Stopwatch.StartNew();
        await citizen.Page.ReloadAsync();
        await citizen.IsInCallAsync();
        await Task.WhenAll(citizen.Person.SeesAndHearsAsync(Officer.Name), officer.Person.SeesAndHearsAsync(CitizenName));
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(45));
    });

    public async Task LetHelperInAsync()
    {
        await story.StepAsync("the helper comes by an own link", () => helper!.ArriveAsync(invitation!.VisitLink));
        await story.StepAsync("the helper is let in and named as helper", async () =>
        {
            await officer.AdmitAsync(HelperName);
            await helper!.IsInCallAsync();
            await Expect(citizen.Page.GetByText($"Helper van {CitizenName}").First).ToBeVisibleAsync(soon);
            await Expect(officer.Page.GetByText($"Helper van {CitizenName}").First).ToBeVisibleAsync(soon);
            await Task.WhenAll(helper.Person.SeesAndHearsAsync(CitizenName), citizen.Person.SeesAsync(HelperName), officer.Person.SeesAsync(HelperName));
            await helper.LookAsync("helper-in-gesprek");
            await citizen.LookAsync("gesprek-met-drie");
        });
    }

    public async Task ProveIdentityAsync()
    {
        await story.StepAsync("the officer asks who the citizen is", () => officer.StepAsync($"Vraag {CitizenName} om zich aan te melden"));
        await story.StepAsync("the citizen logs in beside the call, which goes on", async () =>
        {
            await citizen.ProveIdentityAsync("Aanmelden met je eID", "gerrit-eid");
            await Expect(citizen.Page.GetByText("Gelukt. Je bent aangemeld als Gerrit Maes.")).ToBeVisibleAsync(soon);
            await citizen.LookAsync("identiteit-getoond");
            await officer.Person.SeesAsync(CitizenName);
        });
        await story.StepAsync("the officer confirms with the check list", async () =>
        {
            await officer.ConfirmIdentityAsync();
            await citizen.Text("De medewerker heeft bevestigd wie je bent.");
        });
    }

    public async Task LookAtDocumentsAsync()
    {
        var media = citizen.Person.Scene.Media;
        await story.StepAsync("the citizen adds a PDF and a photo", async () =>
        {
            await officer.StepAsync("Uitleg gegeven, verder");
            await citizen.OpenDocumentsAsync();
            await citizen.UploadAsync(media.File("brief.pdf"));
            await citizen.UploadAsync(media.File("foto van de straat.png"));
            await Expect(citizen.Page.GetByRole(AriaRole.Button, new() { Name = "Bekijk", Exact = false })).ToHaveCountAsync(2, new() { Timeout = Person.Patience });
        });
        await story.StepAsync("a text file is refused with the reason, and nothing else is lost", async () =>
        {
            await citizen.UploadAsync(media.File("notities.txt"));
            await citizen.Text("notities.txt is niet toegevoegd.");
            await citizen.Text("Kies een PDF, een JPEG of een PNG.");
            await Expect(citizen.Page.GetByRole(AriaRole.Button, new() { Name = "Bekijk" })).ToHaveCountAsync(2);
            await citizen.LookAsync("documenten");
        });
        await story.StepAsync("both look at pages in step", async () =>
        {
            await officer.Tab("Documenten").ClickAsync();
            await officer.Button("Kijk samen: brief.pdf").ClickAsync();
            await Expect(Page(citizen.Page, 1)).ToBeVisibleAsync(soon);
            await officer.Button("Volgende pagina").ClickAsync();
            await Expect(Page(citizen.Page, 2)).ToBeVisibleAsync(soon);
            await citizen.Button("Vorige pagina").ClickAsync();
            await Expect(Page(officer.Page, 1)).ToBeVisibleAsync(soon);
            await citizen.LookAsync("samen-kijken");
            await officer.LookAsync("cockpit-samen-kijken");
            await officer.Button("Stop samen kijken").ClickAsync();
            await officer.StepAsync("Documenten bekeken, verder");
        });
    }

    private static ILocator Page(IPage page, int number) => page.Locator($"[data-testid=pdf-page][data-page='{number}'][data-shown=true]");

    public Task RefuseRecordingAsync() => story.StepAsync("the citizen says no to recording and the call goes on", async () =>
    {
        await officer.StepAsync("Vraag of we mogen opnemen");
        await citizen.Heading("Mogen we dit gesprek opnemen?");
        foreach (var (width, height) in ((int, int)[])[(320, 568), (390, 664), (390, 844)])
        {
            // A window of another size is scrolled as it was; asked anew, it is brought into sight.
            await citizen.Page.SetViewportSizeAsync(width, height);
            await citizen.Page.ReloadAsync();
            await citizen.IsInCallAsync();
            foreach (var answer in (string[])["Ja, neem op", "Nee, neem niet op"]) await Person.IsInSightAsync(citizen.Button(answer));
        }

        await citizen.LookAsync("mogen-we-opnemen");
        await citizen.AnswerRecordingAsync(false);
        await citizen.Text("Je zei nee. We nemen niet op.");
        await Expect(officer.Page.GetByText("Opname loopt")).ToHaveCountAsync(0);
        await citizen.Person.SeesAndHearsAsync(Officer.Name);
    });

    public async Task SignAsync()
    {
        await story.StepAsync("the officer writes the report", async () =>
        {
            await officer.StepAsync("Gesprek gevoerd, verder");
            await officer.WriteReportAsync(
                ("De feiten", "De wagen stond op 3 november vijf minuten voor de poort."),
                ("Wat de burger zegt", "Gerrit Maes legt uit dat hij zijn moeder naar de dokter bracht."));
        });
        await story.StepAsync("the signing starts", async () =>
        {
            await officer.StepAsync("Start het tekenen");
            await citizen.Heading("Lees en teken");
        });
        await story.StepAsync("the citizen reads and draws a signature", async () =>
        {
            await citizen.ReadAndDrawAsync();
            await Expect(citizen.Page.GetByText(new Regex("Je handtekening staat erop"))).ToBeVisibleAsync(soon);
            await citizen.LookAsync("getekend-door-burger");
        });
        await story.StepAsync("the officer signs", async () =>
        {
            await officer.StepAsync("Teken het verslag");
            await officer.Page.GetByLabel("Ik typ mijn naam").CheckAsync();
            await officer.Page.GetByLabel("Typ je volledige naam").FillAsync(Officer.Name);
            await officer.LookAsync("medewerker-tekent");
            await officer.Button("Ik teken").ClickAsync();
            await officer.Text("Iedereen tekende");
            await Expect(citizen.Page.GetByText("Jij en Stad Zonnedaal hebben allebei een exemplaar.")).ToBeVisibleAsync(soon);
            await citizen.LookAsync("klaar");
            await officer.LookAsync("cockpit-getekend");
        });
        await story.StepAsync("the signed report holds for others too", CheckSignedReportAsync);
    }

    private async Task CheckSignedReportAsync()
    {
        var download = await citizen.Page.RunAndWaitForDownloadAsync(() => citizen.Page.GetByRole(AriaRole.Link, new() { Name = "Download het getekende verslag" }).ClickAsync());
        var file = Path.Combine(Stack.Output, "verslag.pdf");
        await download.SaveAsAsync(file);
        var signatures = await Machine.RunAsync("pdfsig", "-nocert", file);
        Regex.Count(signatures, @"Signature #\d").ShouldBe(2, signatures);
        Regex.Count(signatures, "Signature Validation: Signature is Valid").ShouldBe(2, signatures);
        (await Machine.RunAsync("qpdf", "--check", file)).ShouldContain("No syntax or stream encoding errors");
        (await Machine.RunAsync("pdftotext", file, "-")).ShouldContain("zijn moeder naar de dokter bracht");
        await citizen.Button("Terug naar het gesprek").ClickAsync();
        await Expect(citizen.Now).ToBeVisibleAsync(soon);
    }

    public async Task CloseAsync()
    {
        await story.StepAsync("the officer closes the visit with an outcome", () => officer.CloseVisitAsync("Gehoord, beslissing volgt per brief"));
        await story.StepAsync("the citizen rates the visit", async () =>
        {
            await citizen.Heading("Je gesprek is gedaan");
            await citizen.LookAsync("na-het-gesprek");
            await citizen.Page.GetByLabel("Goed", new() { Exact = true }).CheckAsync();
            await citizen.Button("Verstuur").ClickAsync();
            await citizen.Text("Dank je. Hiermee maken we het beter.");
            await citizen.LookAsync("beoordeeld");
            await officer.LookAsync("cockpit-afgesloten");
        });
    }
}
