using System.Text.RegularExpressions;
using Balie.Browser.Stage;
using Balie.Browser.Steps;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Balie.Browser;

/// <summary>Booking when somebody else is quicker, and in another language.</summary>
public sealed partial class BookingFacts(Stack stack)
{
    private static readonly LocatorAssertionsToBeVisibleOptions Soon = new() { Timeout = Person.Patience };

    [Fact]
    public async Task A_moment_that_somebody_took_just_before_is_refused_and_others_are_offered()
    {
        var (story, sight) = (new Story("Lost moment"), new Sight("lost-"));
        await using var quick = story.Knows(await Person.OpenAsync(stack, FakeMedia.Citizen, "Aisha Benali", 1280, 800));
        var slow = await quick.NewPageAsync();
        await story.StepAsync("two look at the same moment, which one member of staff has", async () =>
        {
            await new Booking(quick).ChooseProductAsync("Laatste wilsbeschikking over de uitvaart");
            await slow.GotoAsync($"{stack.Address}/zonnedaal/p/laatste-wil/moment");
            await slow.GetByText(Moment()).First.ClickAsync(new() { Timeout = Person.Patience });
        });
        await story.StepAsync("the first takes it", () => new Booking(quick).ChooseMomentAsync());
        await story.StepAsync("the second hears so and chooses another", async () =>
        {
            await slow.GetByRole(AriaRole.Button, new() { Name = "Kies dit moment" }).ClickAsync();
            await Expect(slow.GetByText("Iemand anders koos dit moment net voor jou.")).ToBeVisibleAsync(Soon);
            await sight.LookAsync(slow, "net-gekozen");
            await slow.GetByText(Moment()).First.ClickAsync();
            await slow.GetByRole(AriaRole.Button, new() { Name = "Kies dit moment" }).ClickAsync();
            await Expect(slow.GetByRole(AriaRole.Heading, new() { Name = "Jouw gegevens" })).ToBeVisibleAsync(Soon);
        });
        sight.FoundNothing();
    }

    [Fact]
    public async Task The_citizens_side_speaks_English_too()
    {
        var (story, sight) = (new Story("English"), new Sight("en-"));
        await using var yusuf = story.Knows(await Person.OpenAsync(stack, FakeMedia.Citizen, "Yusuf Demir", 1280, 800));
        var page = yusuf.Page;
        await story.StepAsync("switch", async () =>
        {
            await page.GotoAsync($"{stack.Address}/rivierbeke");
            await page.GetByRole(AriaRole.Link, new() { Name = "English" }).ClickAsync();
            await Expect(page.Locator("html")).ToHaveAttributeAsync("lang", "en");
            await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Hearing about a municipal fine" })).ToBeVisibleAsync(Soon);
            await sight.LookAsync(page, "products");
        });
        await story.StepAsync("a reload stays English", async () =>
        {
            await page.ReloadAsync();
            await page.GetByRole(AriaRole.Link, new() { Name = "Hearing about a municipal fine" }).ClickAsync();
            await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Hearing about a municipal fine" })).ToBeVisibleAsync(Soon);
            await sight.LookAsync(page, "product");
        });
        sight.FoundNothing();
    }

    [GeneratedRegex(@"^\d\d\.\d\d uur")]
    private static partial Regex Moment();
}
