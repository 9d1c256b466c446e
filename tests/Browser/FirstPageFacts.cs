using Balie.Browser.Stage;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Balie.Browser;

/// <summary>The page that a citizen opens first stands before its scripts are there, and stays as it is when they come.</summary>
public sealed class FirstPageFacts(Stack stack)
{
    private static readonly LocatorAssertionsToBeVisibleOptions Soon = new() { Timeout = Person.Patience };

    /// <summary>Remembers the page as it was written, before any script of it ran, and every jump of it.</summary>
    private const string Remember = """
        document.addEventListener('readystatechange', () => {
          if (document.readyState !== 'interactive') return;
          window.__written = document.getElementById('root').innerHTML;
          window.__heading = document.querySelector('h1');
        });
        window.__jumps = [];
        new PerformanceObserver(list => { for (const e of list.getEntries()) window.__jumps.push(e.value); }).observe({ type: 'layout-shift', buffered: true });
        """;

    [Fact]
    public async Task What_stands_before_the_scripts_stands_afterwards_and_nothing_is_asked_for_again()
    {
        var story = new Story("First page");
        await using var lut = story.Knows(await Person.OpenAsync(stack, FakeMedia.Citizen, "Lut Maes", 390, 844, phone: true));
        await lut.Context.AddInitScriptAsync(Remember);
        foreach (var tenant in (string[])["zonnedaal", "rivierbeke"])
            foreach (var path in (string[])["", "/p/gas-boete", "/p/weg", "/toegankelijkheid", "?taal=en", "/p/gas-boete"])
                await story.StepAsync($"{tenant}{path}", () => StaysAsync(lut, tenant, path));
    }

    [Fact]
    public async Task Choosing_a_product_and_a_language_works_without_scripts()
    {
        var story = new Story("Without scripts");
        await using var lut = story.Knows(await Person.OpenAsync(stack, FakeMedia.Citizen, "Lut Maes", 390, 844, phone: true));
        await using var plain = await lut.Context.Browser!.NewContextAsync(new() { JavaScriptEnabled = false });
        plain.SetDefaultTimeout(Person.Patience);
        var page = await plain.NewPageAsync();
        await story.StepAsync("product, moment", async () =>
        {
            await page.GotoAsync($"{stack.Address}/zonnedaal");
            await page.GetByRole(AriaRole.Link, new() { Name = "Verenigingsdossier" }).ClickAsync();
            await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Verenigingsdossier", Level = 1 })).ToBeVisibleAsync(Soon);
            await page.GetByRole(AriaRole.Link, new() { Name = "Kies een moment" }).ClickAsync();
            await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Kies een moment", Level = 1 })).ToBeVisibleAsync(Soon);
        });
        await story.StepAsync("English", async () =>
        {
            await page.GetByRole(AriaRole.Link, new() { Name = "English" }).ClickAsync();
            await Expect(page.Locator("html")).ToHaveAttributeAsync("lang", "en");
        });
    }

    private static async Task StaysAsync(Person lut, string tenant, string path)
    {
        var asked = new List<string>();
        void Note(object? _, IRequest request) => asked.Add(request.Url);
        lut.Page.Request += Note;
        await lut.Page.GotoAsync($"{lut.Scene.Address}/{tenant}{path}");
        // The client has taken over when it brought the focus to the heading.
        await lut.Page.WaitForFunctionAsync("() => document.activeElement?.tagName === 'H1'");
        lut.Page.Request -= Note;

        var same = await lut.Page.EvaluateAsync<bool>("() => document.querySelector('h1') === window.__heading");
        same.ShouldBeTrue("the client took over what was written instead of drawing it anew");
        var (written, now) = (await lut.Page.EvaluateAsync<string>("() => window.__written"), await lut.Page.Locator("#root").InnerHTMLAsync());
        now.Replace("<h1 class=\"utrecht-heading-1\" tabindex=\"-1\">", "<h1 class=\"utrecht-heading-1\">", StringComparison.Ordinal).ShouldBe(written);
        (await lut.Page.EvaluateAsync<double[]>("() => window.__jumps")).ShouldBeEmpty("nothing jumps");
        asked.Where(url => url.Contains("/api/", StringComparison.Ordinal)).ShouldBeEmpty("the page brought its data");
    }
}
