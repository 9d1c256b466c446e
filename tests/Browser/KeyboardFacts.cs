using Balie.Browser.Stage;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Balie.Browser;

/// <summary>Booking with the keyboard alone.</summary>
public sealed class KeyboardFacts(Stack stack)
{
    private static readonly LocatorAssertionsToBeVisibleOptions Soon = new() { Timeout = Person.Patience };

    [Fact]
    public async Task An_appointment_can_be_booked_with_the_keyboard_alone()
    {
        var story = new Story("Keyboard");
        await using var aisha = story.Knows(await Person.OpenAsync(stack, FakeMedia.Helper, "Aisha Benali", 1280, 800));
        var page = aisha.Page;
        await story.StepAsync("product", async () =>
        {
            await page.GotoAsync($"{stack.Address}/zonnedaal");
            await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToBeVisibleAsync(Soon);
            await EnterAsync(page, "Verenigingsdossier");
            await EnterAsync(page, "Kies een moment");
        });
        await story.StepAsync("moment", async () =>
        {
            await Expect(page.Locator("[name=start]").First).ToBeAttachedAsync(new() { Timeout = Person.Patience });
            await TabToAsync(page, "e => e.name === 'day'");
            await page.Keyboard.PressAsync("ArrowRight");
            var day = await page.EvaluateAsync<string>("() => document.activeElement.parentElement.querySelector('span.visually-hidden').textContent");
            await Expect(page.GetByRole(AriaRole.Heading, new() { Name = day, Level = 2 })).ToBeVisibleAsync();
            await TabToAsync(page, "e => e.name === 'start'");
            await page.Keyboard.PressAsync("Space");
            await page.Keyboard.PressAsync("ArrowRight");
            await Expect(page.GetByText($"Jouw moment: {day}")).ToBeVisibleAsync();
            await EnterAsync(page, "Kies dit moment");
        });
        await story.StepAsync("details", async () =>
        {
            await Expect(page.GetByLabel("Voornaam en naam")).ToBeVisibleAsync(Soon);
            await TypeAsync(page, "name", aisha.Name);
            await TypeAsync(page, "email", "toetsenbord@voorbeeld.example");
            await TypeAsync(page, "postalCode", "2990");
            await EnterAsync(page, "Kijk na");
            await EnterAsync(page, "Bevestig mijn afspraak");
            await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Je afspraak is gemaakt" })).ToBeVisibleAsync(Soon);
        });
        (await stack.Mail.WaitAsync("toetsenbord@voorbeeld.example")).VisitLink.ShouldContain("/zonnedaal/bezoek#");
    }

    private static async Task TypeAsync(IPage page, string field, string text)
    {
        await TabToAsync(page, $"e => e.name === '{field}'");
        await page.Keyboard.TypeAsync(text);
    }

    private static async Task EnterAsync(IPage page, string name)
    {
        await Expect(page.GetByText(name, new() { Exact = true }).First).ToBeVisibleAsync(Soon);
        await TabToAsync(page, $"e => (e.textContent ?? '').trim() === '{name}'");
        await page.Keyboard.PressAsync("Enter");
    }

    /// <summary>Presses Tab until the wanted element has the focus, and sees that the focus shows.</summary>
    private static async Task TabToAsync(IPage page, string wanted)
    {
        for (var i = 0; i < 120; i++)
        {
            await page.Keyboard.PressAsync("Tab");
            if (!await page.EvaluateAsync<bool>($"() => (({wanted})(document.activeElement))")) continue;
            (await page.EvaluateAsync<bool>("() => document.activeElement.matches(':focus-visible')")).ShouldBeTrue("the focus shows");
            return;
        }

        throw new InvalidOperationException($"Tab never came to {wanted}.");
    }
}
