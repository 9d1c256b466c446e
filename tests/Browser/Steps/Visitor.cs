using System.Text.RegularExpressions;
using Balie.Browser.Stage;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Balie.Browser.Steps;

/// <summary>A citizen or a companion on their side of the visit.</summary>
public sealed class Visitor(Person person, Sight? sight = null)
{
    private static readonly LocatorAssertionsToBeVisibleOptions Soon = new() { Timeout = Person.Patience };

    public Person Person => person;

    public IPage Page => person.Page;

    public ILocator Now => Page.GetByTestId("now");

    public Task LookAsync(string name) => sight?.LookAsync(Page, name) ?? Task.CompletedTask;

    public Task Heading(string name) => Expect(Page.GetByRole(AriaRole.Heading, new() { Name = name, Exact = true })).ToBeVisibleAsync(Soon);

    public ILocator Button(string name) => Page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    public Task Text(string text) => Expect(Page.GetByText(text).First).ToBeVisibleAsync(Soon);

    /// <summary>From the link in the mail to the waiting room.</summary>
    public async Task ArriveAsync(string link)
    {
        await Page.GotoAsync(link);
        await CheckDevicesAsync();
        await Heading("Je zit in de wachtkamer");
        await Person.IsAtTopAsync(Page);
        await LookAsync("wachtkamer");
    }

    public async Task CheckDevicesAsync()
    {
        await Heading("Test je camera en geluid");
        Page.Url.ShouldNotContain("#", Case.Sensitive, "the secret of the link does not stay in the address");
        await LookAsync("toestel");
        await Button("Zet camera en microfoon aan").ClickAsync();
        await Text("Je camera werkt.");
        await Text("We horen je goed.");
        await LookAsync("toestel-werkt");
        await Page.EvaluateAsync("() => scrollTo(0, document.body.scrollHeight)");
        await Button("Ga naar de wachtkamer").ClickAsync();
    }

    public async Task IsInCallAsync()
    {
        await Expect(Now).ToBeVisibleAsync(Soon);
        await Expect(Page.GetByTestId("own-tile").Locator("video")).ToBeVisibleAsync(Soon);
    }

    /// <summary>Logs in at the chooser that opens beside the call.</summary>
    public async Task ProveIdentityAsync(string button, string account)
    {
        await Heading("Toon wie je bent");
        await LookAsync("toon-wie-je-bent");
        var window = await Page.RunAndWaitForPopupAsync(() => Button(button).ClickAsync());
        await window.Locator($"#kies-{account}").ClickAsync();
        await Expect(window.GetByText("Gelukt").First).ToBeVisibleAsync(Soon);
        await (sight?.LookAsync(window, "aangemeld") ?? Task.CompletedTask);
        await window.CloseAsync();
    }

    public Task UploadAsync(params string[] files) => Page.GetByLabel("Voeg een document toe").SetInputFilesAsync(files);

    public async Task OpenDocumentsAsync()
    {
        var button = Page.GetByRole(AriaRole.Toolbar).GetByRole(AriaRole.Button, new() { Name = "Documenten" });
        if (await button.GetAttributeAsync("aria-expanded") != "true") await button.ClickAsync();
        await Expect(Page.GetByRole(AriaRole.Heading, new() { Name = "Documenten", Exact = true })).ToBeVisibleAsync(Soon);
    }

    public async Task MicrophoneAsync(bool on)
    {
        var button = Page.GetByRole(AriaRole.Toolbar).GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Microfoon (aan|uit)$") });
        await Expect(button).ToHaveTextAsync(on ? "Microfoon uit" : "Microfoon aan");
        await button.ClickAsync();
        await Expect(button).ToHaveTextAsync(on ? "Microfoon aan" : "Microfoon uit");
    }

    public Task AnswerRecordingAsync(bool yes) => Button(yes ? "Ja, neem op" : "Nee, neem niet op").ClickAsync();

    /// <summary>Reads every page of the report, then draws.</summary>
    public async Task ReadAndDrawAsync()
    {
        await ReadAsync();
        var box = await Page.GetByTestId("signature-box").BoundingBoxAsync() ?? throw new InvalidOperationException("There is no box to draw in.");
        await Page.Mouse.MoveAsync(box.X + 30, box.Y + box.Height / 2);
        await Page.Mouse.DownAsync();
        for (var i = 1; i <= 20; i++)
            await Page.Mouse.MoveAsync(box.X + 30 + i * 10, box.Y + box.Height / 2 + (i % 2 == 0 ? 25 : -25), new() { Steps = 3 });
        await Page.Mouse.UpAsync();
        await LookAsync("handtekening");
        await Button("Ik teken").ClickAsync();
    }

    public async Task ReadAsync()
    {
        await Heading("Lees en teken");
        await Expect(Page.GetByTestId("pdf-page")).ToHaveAttributeAsync("data-shown", "true", new() { Timeout = Person.Patience });
        await LookAsync("lees-het-verslag");
        var read = Button("Ik heb alles gelezen");
        while (!await read.IsEnabledAsync())
        {
            var before = await Page.GetByTestId("pdf-page").GetAttributeAsync("data-page");
            await Button("Volgende pagina").ClickAsync();
            await Expect(Page.GetByTestId("pdf-page")).Not.ToHaveAttributeAsync("data-page", before!);
        }

        await read.ClickAsync();
        await Heading("Wat betekent tekenen?");
    }
}
