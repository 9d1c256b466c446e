using Balie.Browser.Stage;
using Balie.Browser.Steps;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Balie.Browser;

/// <summary>A tablet hangs, and the same person opens the same link on a phone: the phone gets into the call, whichever came, died or was let in first.</summary>
public sealed class TwoBrowsersFacts(Stack stack)
{
    private const string Association = "Verenigingsdossier";

    private static readonly LocatorAssertionsToBeVisibleOptions Soon = new() { Timeout = Person.Patience };

    private static Task Heading(IPage page, string name) => Expect(page.GetByRole(AriaRole.Heading, new() { Name = name, Level = 1 })).ToBeVisibleAsync(Soon);

    [Fact]
    public async Task A_phone_that_came_while_the_tablet_waited_takes_its_place_at_the_door_when_the_tablet_dies()
    {
        var (story, sight) = (new Story("Tablet dies at the door"), new Sight("tablet-wacht-"));
        await using var tablet = story.Knows(await Tablet("Maria Peeters"));
        await using var phone = story.Knows(await Phone("Maria Peeters telefoon"));
        await using var an = story.Knows(await Person.OpenAsync(stack, FakeMedia.Officer, Officer.Name, 1440, 900));
        var (second, officer) = (new Visitor(phone), new Officer(an));
        await story.StepAsync("the tablet waits, and the phone beside it", async () =>
        {
            var mail = await BookAndWaitAsync(tablet, "maria.deur@voorbeeld.example");
            await OpenBesideAsync(second, mail, "Je wacht al met een ander toestel");
            await sight.LookAsync(phone.Page, "wacht-al");
            await officer.LogInAsync();
            await officer.OpenVisitAsync(tablet.Name, mail.Start);
            await officer.StartCallAsync();
            await Expect(officer.Next).ToHaveTextAsync($"Laat {tablet.Name} binnen", new() { Timeout = Person.Patience });
            await Expect(officer.Button(OtherOf(tablet))).ToBeVisibleAsync(Soon);
            await sight.LookAsync(an.Page, "cockpit-twee-toestellen");
        });
        await story.StepAsync("the tablet dies, and the phone waits in its place", async () =>
        {
            await tablet.DieAsync();
            await Heading(phone.Page, "Je zit in de wachtkamer");
            await Expect(officer.Button(OtherOf(tablet))).ToHaveCountAsync(0, new() { Timeout = Person.Patience });
            await sight.LookAsync(phone.Page, "wachtkamer");
        });
        await story.StepAsync("let in, it is in the call", async () =>
        {
            await officer.AdmitAsync(tablet.Name);
            await MeetAsync(second, phone, an, tablet.Name);
            await sight.LookAsync(phone.Page, "in-gesprek");
        });
        sight.FoundNothing();
    }

    [Fact]
    public async Task A_phone_that_waits_beside_a_tablet_that_was_let_in_is_let_in_when_the_tablet_dies()
    {
        var (story, sight) = (new Story("Tablet dies in the call"), new Sight("tablet-binnen-"));
        await using var tablet = story.Knows(await Tablet("Maria Janssens"));
        await using var phone = story.Knows(await Phone("Maria Janssens telefoon"));
        await using var an = story.Knows(await Person.OpenAsync(stack, FakeMedia.Officer, Officer.Name, 1440, 900));
        var (first, second, officer) = (new Visitor(tablet), new Visitor(phone), new Officer(an));
        await story.StepAsync("the tablet is let in while the phone waits beside it", async () =>
        {
            var mail = await BookAndWaitAsync(tablet, "maria.binnen@voorbeeld.example");
            await OpenBesideAsync(second, mail, "Je wacht al met een ander toestel");
            await officer.LogInAsync();
            await officer.OpenVisitAsync(tablet.Name, mail.Start);
            await officer.StartCallAsync();
            await officer.AdmitAsync(tablet.Name);
            await first.IsInCallAsync();
            await Heading(phone.Page, "Je bent al binnen met een ander toestel");
            await sight.LookAsync(phone.Page, "al-binnen");
            await Expect(officer.Button(OtherOf(tablet))).ToBeVisibleAsync(Soon);
            await Expect(officer.Next).Not.ToHaveTextAsync($"Laat {tablet.Name} binnen");
        });
        await story.StepAsync("the tablet dies: both are told, and the phone sees nothing of the call", async () =>
        {
            await tablet.DieAsync();
            await Heading(phone.Page, "Je andere toestel viel weg");
            await sight.LookAsync(phone.Page, "ander-toestel-weg");
            await Expect(officer.Next).ToHaveTextAsync(OtherOf(tablet), new() { Timeout = Person.Patience });
            await officer.Text("Met een ander toestel: het eerste viel weg.");
            await sight.LookAsync(an.Page, "cockpit-toestel-weg");
            await Expect(second.Now).ToHaveCountAsync(0);
        });
        await story.StepAsync("let in by one key, the phone is in the call", async () =>
        {
            await an.Page.Keyboard.PressAsync("a");
            await MeetAsync(second, phone, an, tablet.Name);
            await sight.LookAsync(phone.Page, "in-gesprek");
            await sight.LookAsync(an.Page, "cockpit-in-gesprek");
        });
        sight.FoundNothing();
    }

    private static string OtherOf(Person person) => $"Laat {person.Name} hier binnen (ander toestel)";

    private Task<Person> Tablet(string name) => Person.OpenAsync(stack, FakeMedia.Citizen, name, 820, 1180, phone: true);

    private Task<Person> Phone(string name) => Person.OpenAsync(stack, FakeMedia.Helper, name, 390, 844, phone: true);

    private static async Task<Mailbox.Mail> BookAndWaitAsync(Person tablet, string email)
    {
        var mail = await new Booking(tablet).BookAsync(Association, tablet.Name, email);
        await new Visitor(tablet).ArriveAsync(mail.VisitLink);
        return mail;
    }

    private static async Task OpenBesideAsync(Visitor phone, Mailbox.Mail mail, string heading)
    {
        await phone.Page.GotoAsync(mail.VisitLink);
        await phone.CheckDevicesAsync();
        await Heading(phone.Page, heading);
    }

    private static async Task MeetAsync(Visitor visitor, Person phone, Person an, string name)
    {
        await visitor.IsInCallAsync();
        await Task.WhenAll(phone.SeesAndHearsAsync(Officer.Name), an.SeesAndHearsAsync(name));
    }
}
