using Balie.Browser.Stage;
using Balie.Browser.Steps;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Balie.Browser;

/// <summary>What a link gives when it is early, wrong, cancelled or used twice.</summary>
public sealed class LinkFacts(Stack stack)
{
    private const string Association = "Verenigingsdossier";

    private static readonly LocatorAssertionsToBeVisibleOptions Soon = new() { Timeout = Person.Patience };

    private Task<Person> Citizen(string name) => Person.OpenAsync(stack, FakeMedia.Citizen, name, 1280, 800);

    private static Task Heading(IPage page, string name) => Expect(page.GetByRole(AriaRole.Heading, new() { Name = name, Level = 1 })).ToBeVisibleAsync(Soon);

    [Fact]
    public async Task Who_comes_too_early_is_told_when_the_waiting_room_opens()
    {
        var (story, sight) = (new Story("Early"), new Sight("early-"));
        await using var lieve = story.Knows(await Citizen("Lieve Claes"));
        await story.StepAsync("book where the doors open fifteen minutes before", async () =>
        {
            var mail = await new Booking(lieve, tenant: "rivierbeke").BookAsync("Laatste wilsbeschikking over de uitvaart", lieve.Name, "lieve@voorbeeld.example");
            await lieve.Page.GotoAsync(mail.VisitLink);
        });
        await story.StepAsync("the page says so, and what to bring", async () =>
        {
            await Heading(lieve.Page, "Je bent op tijd");
            await Expect(lieve.Page.GetByText("De wachtkamer gaat open").First).ToBeVisibleAsync();
            await sight.LookAsync(lieve.Page, "te-vroeg");
        });
        sight.FoundNothing();
    }

    [Fact]
    public async Task An_unknown_link_offers_the_next_step()
    {
        var (story, sight) = (new Story("Unknown"), new Sight("unknown-"));
        await using var somebody = story.Knows(await Citizen("Iemand"));
        await story.StepAsync("an invented link", async () =>
        {
            await somebody.Page.GotoAsync($"{stack.Address}/zonnedaal/bezoek#abcdefghjkmnpqrstvwxyz2345.nietbestaand");
            await Heading(somebody.Page, "Deze link werkt niet");
            await Expect(somebody.Page.GetByText("Bel 015 00 00 10.")).ToBeVisibleAsync();
            await sight.LookAsync(somebody.Page, "link-werkt-niet");
        });
        await story.StepAsync("a municipality that is not there", async () =>
        {
            var answer = await somebody.Page.GotoAsync($"{stack.Address}/nergens");
            answer!.Status.ShouldBe(404);
            await Expect(somebody.Page.GetByText("nergens")).ToBeVisibleAsync();
            await sight.LookAsync(somebody.Page, "geen-gemeente");
        });
        await story.StepAsync("an address of a municipality that leads nowhere", async () =>
        {
            var answer = await somebody.Page.GotoAsync($"{stack.Address}/zonnedaal/iets/anders");
            answer!.Status.ShouldBe(404);
            await sight.LookAsync(somebody.Page, "geen-pagina");
            await somebody.Page.GetByRole(AriaRole.Link, new() { Name = "Naar Stad Zonnedaal" }).ClickAsync();
            await Heading(somebody.Page, "Waarvoor wil je een afspraak?");
            await somebody.Page.GotoAsync($"{stack.Address}/nergens");
        });
        await story.StepAsync("the page of all municipalities", async () =>
        {
            await somebody.Page.GetByRole(AriaRole.Link, new() { Name = "Kies je gemeente" }).ClickAsync();
            await Expect(somebody.Page.GetByRole(AriaRole.Link, new() { Name = "Gemeente Rivierbeke" }).First).ToBeVisibleAsync(Soon);
            await sight.LookAsync(somebody.Page, "gemeenten");
        });
        sight.FoundNothing();
    }

    [Fact]
    public async Task A_cancelled_appointment_says_so_and_mails_it()
    {
        var (story, sight) = (new Story("Cancelled"), new Sight("cancelled-"));
        await using var tom = story.Knows(await Citizen("Tom Wouters"));
        await story.StepAsync("book and open the link", async () =>
        {
            var mail = await new Booking(tom).BookAsync(Association, tom.Name, "tom@voorbeeld.example");
            await tom.Page.GotoAsync(mail.VisitLink);
        });
        await story.StepAsync("cancel", async () =>
        {
            await tom.Page.GetByRole(AriaRole.Button, new() { Name = "Ik kan niet komen" }).ClickAsync();
            await sight.LookAsync(tom.Page, "annuleren");
            await tom.Page.GetByRole(AriaRole.Button, new() { Name = "Ja, annuleer mijn afspraak" }).ClickAsync();
            await Heading(tom.Page, "Deze afspraak is geannuleerd");
            await sight.LookAsync(tom.Page, "geannuleerd");
            await stack.Mail.WaitAsync("tom@voorbeeld.example", "Geannuleerd");
        });
        sight.FoundNothing();
    }

    [Fact]
    public async Task A_second_browser_with_the_same_link_waits_until_the_officer_lets_it_in()
    {
        var (story, sight) = (new Story("Second browser"), new Sight("second-"));
        await using var laptop = story.Knows(await Citizen("Yusuf Demir"));
        await using var phone = story.Knows(await Person.OpenAsync(stack, FakeMedia.Helper, "Yusuf Demir telefoon", 390, 844, phone: true));
        await using var an = story.Knows(await Person.OpenAsync(stack, FakeMedia.Officer, Officer.Name, 1440, 900));
        var (first, second, officer) = (new Visitor(laptop), new Visitor(phone), new Officer(an));
        Mailbox.Mail? mail = null;
        await story.StepAsync("the first browser is in the call", async () =>
        {
            mail = await new Booking(laptop).BookAsync(Association, laptop.Name, "yusuf@voorbeeld.example");
            await first.ArriveAsync(mail.VisitLink);
            await officer.LogInAsync();
            await officer.OpenVisitAsync(laptop.Name, mail.Start);
            await officer.StartCallAsync();
            await officer.AdmitAsync(laptop.Name);
            await first.IsInCallAsync();
        });
        await story.StepAsync("the second one waits", async () =>
        {
            await phone.Page.GotoAsync(mail!.VisitLink);
            await second.CheckDevicesAsync();
            await Heading(phone.Page, "Je bent al binnen met een ander toestel");
            await sight.LookAsync(phone.Page, "ander-toestel");
            await first.IsInCallAsync();
        });
        await story.StepAsync("letting it in closes the first", async () =>
        {
            await officer.Button($"Laat {laptop.Name} hier binnen (ander toestel)").ClickAsync();
            await second.IsInCallAsync();
            await Expect(first.Now).ToHaveCountAsync(0, new() { Timeout = Person.Patience });
            await sight.LookAsync(laptop.Page, "eerste-toestel-gesloten");
        });
        await story.StepAsync("the second one dies, and the first is let in again", async () =>
        {
            await phone.DieAsync();
            await Heading(laptop.Page, "Je andere toestel viel weg");
            await officer.StepAsync($"Laat {laptop.Name} hier binnen (ander toestel)");
            await first.IsInCallAsync();
            await Task.WhenAll(laptop.SeesAndHearsAsync(Officer.Name), an.SeesAndHearsAsync(laptop.Name));
        });
        sight.FoundNothing();
    }
}
