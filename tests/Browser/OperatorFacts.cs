using Balie.Browser.Stage;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Balie.Browser;

/// <summary>What the operator of the region sees.</summary>
public sealed class OperatorFacts(Stack stack)
{
    private static readonly LocatorAssertionsToBeVisibleOptions Soon = new() { Timeout = Person.Patience };

    [Fact]
    public async Task The_operator_reads_in_sentences_how_it_fares_and_finds_a_runbook()
    {
        var (story, sight) = (new Story("Operator"), new Sight("operator-"));
        await using var els = story.Knows(await Person.OpenAsync(stack, FakeMedia.Officer, "Els Operator", 390, 844, phone: true, devices: Person.Devices.Missing));
        var page = els.Page;
        await story.StepAsync("log in", async () =>
        {
            await page.GotoAsync($"{stack.Address}/operator");
            await page.GetByRole(AriaRole.Link, new() { Name = "Aanmelden als operator" }).ClickAsync();
            await page.Locator("#kies-els-eid").ClickAsync();
        });
        await story.StepAsync("how it fares", async () =>
        {
            await Expect(page.GetByText("De databank antwoordt in")).ToBeVisibleAsync(Soon);
            await page.GotoAsync($"{stack.Address}/operator?stil=true");
            await Expect(page.GetByText("De mediaserver van")).ToBeVisibleAsync(Soon);
            await Expect(page.GetByText("seconden geleden verzegeld")).ToBeVisibleAsync(Soon);
            await sight.LookAsync(page, "overzicht");
        });
        await story.StepAsync("a runbook", async () =>
        {
            await page.GetByRole(AriaRole.Link, new() { Name = "postgresql" }).ClickAsync();
            await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "De databank antwoordt niet" })).ToBeVisibleAsync(Soon);
            await sight.LookAsync(page, "draaiboek");
            await page.GetByRole(AriaRole.Link, new() { Name = "schijf" }).First.ClickAsync();
            await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Weinig of geen plaats meer" })).ToBeVisibleAsync(Soon);
        });
        await story.StepAsync("the silos in detail", async () =>
        {
            await page.GotoAsync($"{stack.Address}/operator/orleans");
            await Expect(page.GetByText("Orleans").First).ToBeVisibleAsync(Soon);
        });
        sight.FoundNothing();
    }
}
