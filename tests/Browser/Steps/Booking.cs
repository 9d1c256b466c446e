using System.Text.RegularExpressions;
using Balie.Browser.Stage;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Balie.Browser.Steps;

/// <summary>Booking as a citizen does it. <paramref name="sight"/> looks at every page when given.</summary>
public sealed partial class Booking(Person citizen, Sight? sight = null, string tenant = "zonnedaal")
{
    private static readonly LocatorAssertionsToBeVisibleOptions Soon = new() { Timeout = Person.Patience };

    private IPage Page => citizen.Page;

    private Task LookAsync(string name) => sight?.LookAsync(Page, name) ?? Task.CompletedTask;

    private Task Heading(string name) => Expect(Page.GetByRole(AriaRole.Heading, new() { Name = name, Level = 1, Exact = true })).ToBeVisibleAsync(Soon);

    private ILocator Button(string name) => Page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    public async Task ChooseProductAsync(string product)
    {
        await Page.GotoAsync($"{citizen.Scene.Address}/{tenant}");
        await Heading("Waarvoor wil je een afspraak?");
        await LookAsync("producten");
        await Page.GetByRole(AriaRole.Link, new() { Name = product, Exact = true }).ClickAsync();
        await Heading(product);
        await LookAsync("product");
        await Page.GetByRole(AriaRole.Link, new() { Name = "Kies een moment", Exact = true }).ClickAsync();
    }

    public async Task ChooseMomentAsync()
    {
        await Heading("Kies een moment");
        var first = Page.Locator("[name=start]").First;
        await Expect(first).ToBeAttachedAsync(new() { Timeout = Person.Patience });
        await LookAsync("momenten");
        await Page.GetByText(Moment()).First.ClickAsync();
        await Expect(first).ToBeCheckedAsync();
        await Person.IsInSightAsync(Page.GetByText("Jouw moment:"));
        await Person.IsInSightAsync(Button("Kies dit moment"));
        await Button("Kies dit moment").ClickAsync();
        await Heading("Jouw gegevens");
        await Person.IsAtTopAsync(Page);
        await Expect(Page.GetByRole(AriaRole.Timer)).ToContainTextAsync(new Regex(@"(9|10):\d\d"));
    }

    /// <summary>Sends the form as it is and sees each wrong field named.</summary>
    public async Task SeeWhatIsMissingAsync()
    {
        await Button("Kijk na").ClickAsync();
        await Expect(Page.GetByText("Vul je naam in.").First).ToBeVisibleAsync(Soon);
        await Expect(Page.GetByText("Vul een postcode van vier cijfers in.").First).ToBeVisibleAsync();
        await Expect(Page.GetByLabel("Voornaam en naam")).ToHaveAttributeAsync("aria-invalid", "true");
        await LookAsync("gegevens-met-fouten");
    }

    public async Task FillInAsync(string name, string email, string? helper = null, string? helperEmail = null)
    {
        await Page.GetByLabel("Voornaam en naam").FillAsync(name);
        await Page.GetByLabel("E-mailadres", new() { Exact = true }).FillAsync(email);
        await Page.GetByLabel("Postcode").FillAsync("2991");
        if (helper is not null)
        {
            await Page.GetByLabel("Ja, er komt iemand mee").CheckAsync();
            await Page.GetByLabel("Helper", new() { Exact = true }).CheckAsync();
            await Page.GetByLabel("Naam van die persoon").FillAsync(helper);
            await Page.GetByLabel("E-mailadres van die persoon").FillAsync(helperEmail ?? "");
        }

        await Page.GetByLabel("Wil je ons al iets vertellen?").FillAsync("Ik stond daar maar vijf minuten.");
        await LookAsync("gegevens");
        await Button("Kijk na").ClickAsync();
        await Heading("Klopt alles?");
        await LookAsync("nakijken");
    }

    public async Task<Mailbox.Mail> ConfirmAsync(string email)
    {
        await Button("Bevestig mijn afspraak").ClickAsync();
        await Heading("Je afspraak is gemaakt");
        await LookAsync("geboekt");
        return await citizen.Scene.Mail.WaitAsync(email, "afspraak");
    }

    /// <summary>All of it, without looking around.</summary>
    public async Task<Mailbox.Mail> BookAsync(string product, string name, string email, string? helper = null, string? helperEmail = null)
    {
        await ChooseProductAsync(product);
        await ChooseMomentAsync();
        await FillInAsync(name, email, helper, helperEmail);
        return await ConfirmAsync(email);
    }

    [GeneratedRegex(@"^\d\d\.\d\d uur")]
    private static partial Regex Moment();
}
