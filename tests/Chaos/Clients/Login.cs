using System.Web;

namespace Balie.Chaos.Clients;

/// <summary>Logins through the sandbox's provider, step by step as a browser goes: Balie, the provider's choice, and back with a code.</summary>
public static class Login
{
    /// <summary>Logs a member of staff in; begun anew until it works.</summary>
    public static Task StaffAsync(Browser browser, string tenant, string person) =>
        UntilDoneAsync(browser, $"/{tenant}/aanmelden/medewerker", $"{person}/eid", back => back.Status is 302, $"login of {person}");

    /// <summary>Proves who the participant is. False when the page says that it did not work: then it is begun anew by who asks.</summary>
    public static async Task<bool> CitizenAsync(Browser browser, string tenant, string visit, string participant, string person)
    {
        try
        {
            var back = await OnceAsync(browser, $"/{tenant}/aanmelden/burger?visit={visit}&as={participant}&means=eid", $"{person}/eid");
            return back is { Status: 200 } && back.Text.Contains("Gelukt", StringComparison.Ordinal);
        }
        catch (Exception gone) when (gone is HttpRequestException or IOException or OperationCanceledException)
        {
            return false;
        }
    }

    private static async Task UntilDoneAsync(Browser browser, string start, string choice, Func<Answer, bool> done, string what)
    {
        var until = DateTimeOffset.UtcNow + browser.Patience;
        for (var attempt = 0; DateTimeOffset.UtcNow < until; attempt++)
        {
            try
            {
                if (await OnceAsync(browser, start, choice) is { } back && done(back)) return;
            }
            catch (Exception gone) when (gone is HttpRequestException or IOException or OperationCanceledException)
            {
                // Balie or the provider is away; a person would try again.
            }

            await Task.Delay(TimeSpan.FromMilliseconds(Math.Min(2000, 200 * Math.Pow(2, attempt))));
        }

        throw new StuckException($"{what} did not work");
    }

    /// <summary>The answer to the return with a code; null when one of the steps before it was refused.</summary>
    private static async Task<Answer?> OnceAsync(Browser browser, string start, string choice)
    {
        var sent = await browser.SendAsync(new HttpRequestMessage(HttpMethod.Get, start));
        if (sent.Location is not { IsAbsoluteUri: true } provider) return null;
        var asked = HttpUtility.ParseQueryString(provider.Query);
        var form = asked.AllKeys.ToDictionary(key => key!, key => asked[key]!);
        form["sandbox_choice"] = choice;
        var chosen = await browser.SendAsync(new HttpRequestMessage(HttpMethod.Post, new Uri(provider.GetLeftPart(UriPartial.Path))) { Content = new FormUrlEncodedContent(form) });
        return chosen.Location is { IsAbsoluteUri: true } back ? await browser.SendAsync(new HttpRequestMessage(HttpMethod.Get, back)) : null;
    }
}
