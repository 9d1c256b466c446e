using Balie.Browser.Stage;
using Balie.Browser.Steps;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Balie.Browser;

/// <summary>Text of twice the size (WCAG 2.2, 1.4.4): nothing lies beside the window or over something else, and words of headings stay whole.</summary>
public sealed class LargeTextFacts(Stack stack)
{
    private static readonly LocatorAssertionsToBeVisibleOptions Soon = new() { Timeout = Person.Patience };

    /// <summary>Words of headings and of the municipality's name that stand on two lines although one line has room for them.</summary>
    private const string Broken = """
        () => {
          const found = [];
          for (const e of document.querySelectorAll('h1, h2, h3, legend, .header__brand')) {
            const texts = document.createTreeWalker(e, NodeFilter.SHOW_TEXT);
            for (let node; node = texts.nextNode();)
              for (const word of node.data.matchAll(/[\p{L}\p{N}]+/gu)) {
                const range = document.createRange();
                range.setStart(node, word.index);
                range.setEnd(node, word.index + word[0].length);
                const lines = [...range.getClientRects()].filter(r => r.width > 1), width = lines.reduce((sum, r) => sum + r.width, 0);
                if (new Set(lines.map(r => Math.round(r.top))).size > 1 && width < node.parentElement.closest('h1, h2, h3, legend, span').clientWidth) found.push(word[0]);
              }
          }
          return found;
        }
        """;

    /// <summary>How much lies beside the window. Not by <c>innerWidth</c>: a phone makes that as wide as the page.</summary>
    private const string Beside = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth";

    [Fact]
    public async Task A_citizen_on_a_phone_reads_whole_words_and_scrolls_one_way()
    {
        var story = new Story("Large text");
        await using var lut = story.Knows(await Person.OpenAsync(stack, FakeMedia.Citizen, "Lut Maes", 390, 844, phone: true));
        foreach (var path in (string[])["", "/p/gas-boete", "/p/vereniging", "/p/gas-boete/moment", "/toegankelijkheid", "/geboekt", "/iets/anders"])
            await story.StepAsync($"page {path}", async () =>
            {
                await lut.Page.GotoAsync($"{stack.Address}/zonnedaal{path}");
                if (path.EndsWith("moment", StringComparison.Ordinal)) await Expect(lut.Page.Locator("[name=start]").First).ToBeAttachedAsync(new() { Timeout = Person.Patience });
                await Expect(lut.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToBeVisibleAsync(Soon);
                await EnlargeAsync(lut.Page);
                (await lut.Page.EvaluateAsync<string[]>(Broken)).ShouldBeEmpty();
                (await lut.Page.EvaluateAsync<int>(Beside)).ShouldBe(0);
            });
        await story.StepAsync("a page made to break is found broken", async () =>
        {
            await lut.Page.EvaluateAsync("""
                () => {
                  const heading = document.querySelector('h1');
                  heading.textContent = 'een afspraak '.repeat(40);
                  heading.style.wordBreak = 'break-all';
                }
                """);
            (await lut.Page.EvaluateAsync<string[]>(Broken)).ShouldContain("afspraak");
            await lut.Page.EvaluateAsync("() => { document.querySelector('main').style.minWidth = '150vw'; }");
            (await lut.Page.EvaluateAsync<int>(Beside)).ShouldBeGreaterThan(0);
        });
    }

    [Fact]
    public async Task An_officer_still_has_the_next_step_at_hand()
    {
        var (story, sight) = (new Story("Large cockpit"), new Sight("large-"));
        await using var an = story.Knows(await Person.OpenAsync(stack, FakeMedia.Officer, Officer.Name, 1280, 800));
        var officer = new Officer(an);
        await story.StepAsync("the cockpit of a visit", async () =>
        {
            var mail = await new Booking(an).BookAsync("Verenigingsdossier", "Lut Maes", "groot@voorbeeld.example");
            await officer.LogInAsync();
            await an.Page.GotoAsync($"{stack.Address}/zonnedaal/balie/bezoek/{new Uri(mail.VisitLink).Fragment.TrimStart('#').Split('.')[0]}");
            await Expect(officer.Next).ToBeVisibleAsync(Soon);
            await EnlargeAsync(an.Page);
            await Person.IsInSightAsync(officer.Next);
            await Person.IsInSightAsync(officer.Tab("Documenten"));
            await sight.LookAsync(an.Page, "cockpit");
        });
        sight.FoundNothing();
    }

    private static Task EnlargeAsync(IPage page) => page.EvaluateAsync("() => { document.documentElement.style.fontSize = '200%'; }");
}
