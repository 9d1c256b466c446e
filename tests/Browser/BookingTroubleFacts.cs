using System.Text.Json;
using System.Text.RegularExpressions;
using Balie.Browser.Stage;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Balie.Browser;

/// <summary>Booking on a bad day, on a phone: each state says what goes on and what can be done, and axe finds it usable.</summary>
public sealed partial class BookingTroubleFacts(Stack stack)
{
    private const string Product = "/zonnedaal/p/vereniging";

    private static readonly LocatorAssertionsToBeVisibleOptions Soon = new() { Timeout = Person.Patience };

    private static readonly LocatorAssertionsToBeInViewportOptions InSight = new() { Timeout = Person.Patience };

    private static readonly LocatorAssertionsToHaveCountOptions Counted = new() { Timeout = Person.Patience };

    private static readonly RouteFulfillOptions Taken = new()
    {
        Status = 409,
        ContentType = "application/problem+json",
        Body = """{"title":"Bezet","status":409,"traceId":"t2","errors":[{"code":"slot.taken","message":"Bezet","field":null}]}""",
    };

    private static readonly RouteFulfillOptions Busy = new()
    {
        Status = 503,
        ContentType = "application/problem+json",
        Body = """{"title":"Balie antwoordt even niet.","status":503,"traceId":"t1","errors":[{"code":"balie.busy","message":"Balie antwoordt even niet.","field":null}]}""",
    };

    private static readonly RouteFulfillOptions Failed = new()
    {
        Status = 500,
        ContentType = "application/problem+json",
        Body = """{"title":"Fout","status":500,"traceId":"t3","errors":[{"code":"balie.failed","message":"Er ging iets mis bij ons. Probeer opnieuw.","field":null}]}""",
    };

    [Fact]
    public async Task Each_trouble_on_the_way_says_what_goes_on_and_leads_on()
    {
        var (story, sight) = (new Story("Trouble"), new Sight("trouble-"));
        await using var lut = story.Knows(await Person.OpenAsync(stack, FakeMedia.Citizen, "Lut Maes", 390, 844, phone: true));
        var page = lut.Page;
        await story.StepAsync("moments on their way, then nobody answers, then they come by themselves", () => MomentsAsync(page, sight));
        await story.StepAsync("other days begin at the top", () => OtherDaysAsync(page));
        await story.StepAsync("the last moment of a day goes to somebody else", () => DayGoneAsync(page, sight));
        await story.StepAsync("the last moment of all goes to somebody else", () => LastGoneAsync(page, sight));
        await story.StepAsync("what is free now does not come", () => NotAnewAsync(page, sight));
        await story.StepAsync("nothing free in these days", () => EmptyDaysAsync(page, sight));
        await story.StepAsync("pressing on without a moment is answered beside the button", () => NothingChosenAsync(page, sight));
        await story.StepAsync("confirming without a line tries again in words, and succeeds", () => ConfirmingAsync(page, sight));
        await story.StepAsync("the held moment is over", () => OverAsync(page, sight));
        await story.StepAsync("the municipality does not answer", () => WithoutDataAsync(page, sight));
        sight.FoundNothing();
    }

    private async Task MomentsAsync(IPage page, Sight sight)
    {
        var held = new TaskCompletionSource();
        await page.RouteAsync("**/slots?*", async route =>
        {
            await held.Task;
            await route.FulfillAsync(Busy);
        });
        await page.GotoAsync(stack.Address + Product + "/moment");
        await Expect(page.GetByText("Even geduld …")).ToBeVisibleAsync(Soon);
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Past geen enkel moment?" })).Not.ToBeInViewportAsync(InSight);
        await sight.LookAsync(page, "momenten-onderweg");
        held.SetResult();
        await Expect(page.GetByText("We kunnen je even niet helpen.")).ToBeVisibleAsync(Soon);
        await sight.LookAsync(page, "momenten-geen-antwoord");
        // What was said goes by itself once there is an answer.
        await page.UnrouteAsync("**/slots?*");
        await Expect(page.Locator("[name=start]").First).ToBeAttachedAsync(new() { Timeout = Person.Patience });
        await Expect(page.GetByText("We kunnen je even niet helpen.")).ToHaveCountAsync(0, Counted);
    }

    private async Task OtherDaysAsync(IPage page)
    {
        await page.EvaluateAsync("() => scrollTo(0, document.body.scrollHeight)");
        await page.GetByRole(AriaRole.Button, new() { Name = "Toon latere dagen" }).ClickAsync();
        await Person.IsAtTopAsync(page);
        await page.GetByRole(AriaRole.Button, new() { Name = "Toon eerdere dagen" }).ClickAsync();
        await Expect(page.Locator("[name=start]").First).ToBeAttachedAsync(new() { Timeout = Person.Patience });
    }

    private async Task DayGoneAsync(IPage page, Sight sight)
    {
        const string monday = "maandag 4 januari", tuesday = "dinsdag 5 januari";
        var rest = Day("2027-01-05", "09:00", "13:00", "19:00");
        await page.RouteAsync("**/slots?*", route => route.FulfillAsync(Offer(Day("2027-01-04", "09:00"), rest)));
        await page.RouteAsync("**/holds", route => route.FulfillAsync(Taken));
        await page.GotoAsync(stack.Address + Product + "/moment");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = monday, Level = 2 })).ToBeVisibleAsync(Soon);
        await page.GetByText(Moment()).ClickAsync();
        await page.RouteAsync("**/slots?*", route => route.FulfillAsync(Offer(rest)));
        await page.GetByRole(AriaRole.Button, new() { Name = "Kies dit moment" }).ClickAsync();
        await Expect(page.GetByText("Iemand anders koos dit moment net voor jou.")).ToBeInViewportAsync(InSight);
        await Expect(page.GetByText($"Op {monday} is niets meer vrij. Kies een andere dag.")).ToBeInViewportAsync(InSight);
        await sight.LookAsync(page, "momenten-dag-vol");
        await page.Locator("label", new() { HasText = tuesday }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = tuesday, Level = 2 })).ToBeVisibleAsync(Soon);
        foreach (var part in (string[])["Voormiddag", "Namiddag", "Avond"])
            await Expect(page.GetByRole(AriaRole.Group, new() { Name = part }).GetByRole(AriaRole.Radio)).ToHaveCountAsync(1, Counted);
        await page.UnrouteAsync("**/slots?*");
        await page.UnrouteAsync("**/holds");
    }

    private async Task LastGoneAsync(IPage page, Sight sight)
    {
        await ChooseOnlyMomentAsync(page);
        await page.RouteAsync("**/slots?*", route => route.FulfillAsync(Offer()));
        await page.GetByRole(AriaRole.Button, new() { Name = "Kies dit moment" }).ClickAsync();
        await Expect(page.GetByText("In deze periode is er geen moment vrij.")).ToBeInViewportAsync(InSight);
        var why = page.GetByText("Iemand anders koos dit moment net voor jou.");
        await Expect(why).ToBeInViewportAsync(InSight);
        await Expect(page.Locator(":focus").Filter(new() { Has = why })).ToHaveCountAsync(1, Counted);
        await sight.LookAsync(page, "momenten-laatste-weg");
        await page.UnrouteAsync("**/slots?*");
        await page.UnrouteAsync("**/holds");
    }

    private async Task NotAnewAsync(IPage page, Sight sight)
    {
        await ChooseOnlyMomentAsync(page);
        await page.RouteAsync("**/slots?*", route => route.FulfillAsync(Failed));
        await page.GetByRole(AriaRole.Button, new() { Name = "Kies dit moment" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Probeer opnieuw" })).ToBeInViewportAsync(InSight);
        await Expect(page.GetByText("Iemand anders koos dit moment net voor jou.")).ToBeInViewportAsync(InSight);
        await sight.LookAsync(page, "momenten-niet-opnieuw");
        // Other days do not come either: nothing works, so nothing says that it does before there is an answer.
        await page.RouteAsync("**/slots?*", route => route.FulfillAsync(Busy));
        await page.GetByRole(AriaRole.Button, new() { Name = "Toon latere dagen" }).ClickAsync();
        await Expect(page.GetByText("We kunnen je even niet helpen.")).ToBeVisibleAsync(Soon);
        var over = page.GetByRole(AriaRole.Status).Filter(new() { HasText = "Het lukt weer." });
        (await over.CountAsync()).ShouldBe(0);
        await page.RouteAsync("**/slots?*", route => route.FulfillAsync(Offer(Day("2027-01-12", "09:00"))));
        await Expect(over).ToHaveCountAsync(1, Counted);
        await page.UnrouteAsync("**/slots?*");
        await page.UnrouteAsync("**/holds");
    }

    /// <summary>The only one in these days, and somebody else's by the time that it is asked for.</summary>
    private async Task ChooseOnlyMomentAsync(IPage page)
    {
        await page.RouteAsync("**/slots?*", route => route.FulfillAsync(Offer(Day("2027-01-04", "09:00"))));
        await page.RouteAsync("**/holds", route => route.FulfillAsync(Taken));
        await page.GotoAsync(stack.Address + Product + "/moment");
        await page.GetByText(Moment()).ClickAsync();
    }

    /// <summary>In January: an hour ahead of UTC.</summary>
    private static string Day(string date, params string[] times) =>
        JsonSerializer.Serialize(new { date, slots = times.Select(time => new { start = $"{date}T{time}:00+01:00", localTime = time }) });

    private static RouteFulfillOptions Offer(params string[] days) =>
        new() { ContentType = "application/json", Body = $$"""{"days":[{{string.Join(',', days)}}],"nextDay":null,"lastDay":"2099-12-31"}""" };

    private async Task EmptyDaysAsync(IPage page, Sight sight)
    {
        await page.RouteAsync("**/slots?*", route => route.FulfillAsync(new() { ContentType = "application/json", Body = """{"days":[],"nextDay":"2099-01-04","lastDay":"2099-12-31"}""" }));
        await page.GotoAsync(stack.Address + Product + "/moment");
        await Expect(page.GetByText("In deze periode is er geen moment vrij.")).ToBeVisibleAsync(Soon);
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Ga naar de eerste vrije dag: zondag 4 januari" })).ToBeVisibleAsync(Soon);
        await sight.LookAsync(page, "momenten-geen");
        await page.UnrouteAsync("**/slots?*");
    }

    private async Task NothingChosenAsync(IPage page, Sight sight)
    {
        await page.GotoAsync(stack.Address + Product + "/moment");
        await page.GetByRole(AriaRole.Button, new() { Name = "Kies dit moment" }).ClickAsync();
        await Expect(page.GetByText("Kies eerst een moment.")).ToBeInViewportAsync(InSight);
        await sight.LookAsync(page, "momenten-niets-gekozen");
        await page.GetByText(Moment()).First.ClickAsync();
        await Expect(page.GetByText("Kies eerst een moment.")).ToBeHiddenAsync(new() { Timeout = Person.Patience });
        await page.GetByRole(AriaRole.Button, new() { Name = "Kies dit moment" }).ClickAsync();
        await Expect(page.GetByLabel("Postcode")).ToBeVisibleAsync(Soon);
    }

    private static async Task ConfirmingAsync(IPage page, Sight sight)
    {
        await page.GetByLabel("Voornaam en naam").FillAsync("Lut Maes");
        await page.GetByLabel("E-mailadres", new() { Exact = true }).FillAsync("geduld@voorbeeld.example");
        await page.GetByLabel("Postcode").FillAsync("2991");
        await page.GetByRole(AriaRole.Button, new() { Name = "Kijk na" }).ClickAsync();
        await page.RouteAsync("**/confirm", route => route.AbortAsync());
        await page.GetByRole(AriaRole.Button, new() { Name = "Bevestig mijn afspraak" }).ClickAsync();
        await Expect(page.GetByText("We krijgen even geen antwoord. We proberen het opnieuw.")).ToBeInViewportAsync(InSight);
        await sight.LookAsync(page, "bevestigen-opnieuw");
        await page.UnrouteAsync("**/confirm");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Je afspraak is gemaakt" })).ToBeVisibleAsync(Soon);
    }

    private async Task OverAsync(IPage page, Sight sight)
    {
        await page.GotoAsync(stack.Address + Product + "/gegevens");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "De tijd is om" })).ToBeVisibleAsync(Soon);
        await sight.LookAsync(page, "tijd-om");
        await page.GetByRole(AriaRole.Button, new() { Name = "Kies opnieuw een moment" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Kies een moment" })).ToBeVisibleAsync(Soon);
    }

    /// <summary>The door answers without data when the room is away: the client asks, and says so in the municipality's name.</summary>
    private async Task WithoutDataAsync(IPage page, Sight sight)
    {
        await page.RouteAsync(stack.Address + "/zonnedaal", async route =>
        {
            var written = await (await route.FetchAsync()).TextAsync();
            await route.FulfillAsync(new() { ContentType = "text/html", Body = Data().Replace(Title().Replace(written, "<title>Stad Zonnedaal</title>"), "<div id=\"root\"></div><script id=\"balie-tenant\" type=\"application/json\">null</script>") });
        });
        await page.RouteAsync("**/api/zonnedaal", route => route.FulfillAsync(Busy));
        await page.GotoAsync(stack.Address + "/zonnedaal");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Stad Zonnedaal" })).ToBeVisibleAsync(Soon);
        await sight.LookAsync(page, "gemeente-antwoordt-niet");
        await page.UnrouteAsync("**/api/zonnedaal");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Waarvoor wil je een afspraak?" })).ToBeVisibleAsync(Soon);
    }

    [GeneratedRegex(@"^\d\d\.\d\d uur")]
    private static partial Regex Moment();

    [GeneratedRegex("<title>.*?</title>")]
    private static partial Regex Title();

    [GeneratedRegex("<div id=\"root\".*</script>", RegexOptions.Singleline)]
    private static partial Regex Data();
}
