using System.Globalization;
using System.Text.RegularExpressions;
using Balie.Browser.Stage;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Balie.Browser.Steps;

/// <summary>An Peeters at her desk.</summary>
public sealed class Officer(Person person, Sight? sight = null, string tenant = "zonnedaal")
{
    private static readonly LocatorAssertionsToBeVisibleOptions Soon = new() { Timeout = Person.Patience };

    public const string Name = "An Peeters";

    public Person Person => person;

    public IPage Page => person.Page;

    public Task LookAsync(string name) => sight?.LookAsync(Page, name) ?? Task.CompletedTask;

    public ILocator Button(string name) => Page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    public ILocator Tab(string name) => Page.GetByRole(AriaRole.Tab, new() { Name = name });

    public Task Text(string text) => Expect(Page.GetByText(text).First).ToBeVisibleAsync(Soon);

    /// <summary>The one large button of the script.</summary>
    public ILocator Next => Page.Locator(".script__button");

    public async Task LogInAsync()
    {
        await Page.GotoAsync($"{person.Scene.Address}/{tenant}/balie");
        await Expect(Page.GetByRole(AriaRole.Heading, new() { Name = "Meld je aan" })).ToBeVisibleAsync(Soon);
        await LookAsync("medewerker-aanmelden");
        await Page.GetByRole(AriaRole.Link, new() { Name = "Aanmelden als medewerker" }).ClickAsync();
        await Page.Locator("#kies-an-eid").ClickAsync();
        await Expect(Page.GetByRole(AriaRole.Heading, new() { Name = "Agenda en wachtkamer" })).ToBeVisibleAsync(Soon);
    }

    /// <summary>Goes through the agenda to the day of the appointment and opens the visit of who waits there.</summary>
    public async Task OpenVisitAsync(string citizen, DateTimeOffset start)
    {
        await Page.GotoAsync($"{person.Scene.Address}/{tenant}/balie");
        var zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Brussels");
        var day = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(start, zone).DateTime);
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(DateTimeOffset.UtcNow, zone).DateTime);
        for (var i = today.DayNumber; i < day.DayNumber; i++) await Button("Volgende dag").ClickAsync();
        var at = TimeZoneInfo.ConvertTime(start, zone).ToString("HH:mm", CultureInfo.InvariantCulture);
        var row = Page.GetByRole(AriaRole.Row).Filter(new() { HasText = citizen }).Filter(new() { HasTextRegex = new Regex($"^{at}.*wacht") });
        await Expect(row).ToBeVisibleAsync(Soon);
        await LookAsync("agenda");
        await row.GetByRole(AriaRole.Link, new() { Name = citizen }).ClickAsync();
        await Expect(Page.GetByRole(AriaRole.Navigation, new() { Name = "Vandaag" })).ToBeVisibleAsync(Soon);
    }

    public async Task StartCallAsync()
    {
        await Next.And(Button("Start het gesprek")).ClickAsync();
        await Expect(Page.GetByTestId("own-tile").Locator("video")).ToBeVisibleAsync(Soon);
    }

    public Task AdmitAsync(string name) => Page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex($"^Laat {Regex.Escape(name)} binnen$") }).First.ClickAsync();

    public async Task StepAsync(string button) => await Next.And(Button(button)).ClickAsync();

    public async Task ConfirmIdentityAsync()
    {
        await Tab("Identiteit").ClickAsync();
        await LookAsync("identiteit-controleren");
        foreach (var check in new[] { "Gezicht past bij de persoon", "Naam klopt", "De burger zei zelf waarvoor dit gesprek is", "De burger handelt uit vrije wil" })
            await Page.GetByLabel(check).CheckAsync();
        await Button("Bevestig identiteit").ClickAsync();
        await Expect(Page.GetByText("bevestigd", new() { Exact = true })).ToBeVisibleAsync(Soon);
    }

    public async Task WriteReportAsync(params (string Section, string Text)[] sections)
    {
        await Tab("Verslag").ClickAsync();
        foreach (var (section, text) in sections)
        {
            var field = Page.GetByLabel(section, new() { Exact = true });
            await field.FillAsync(text);
            await field.BlurAsync();
        }

        await Expect(Page.GetByText(new Regex("^Bewaard, versie"))).ToHaveCountAsync(sections.Length, new() { Timeout = Person.Patience });
        await LookAsync("verslag");
    }

    public async Task CloseVisitAsync(string outcome)
    {
        await StepAsync("Sluit het bezoek af");
        await Page.GetByLabel(outcome).CheckAsync();
        await Page.GetByLabel("Notitie (alleen voor medewerkers)").FillAsync("Dossier is volledig.");
        await LookAsync("afsluiten");
        await Button("Sluit af").ClickAsync();
        await Text("Dit bezoek is afgesloten.");
    }
}
