using System.Collections.Immutable;
using System.IO.Compression;
using System.Net;
using System.Text.Json;
using Balie.Grains.Interfaces.Tenancy;

namespace Balie.Unit.Tests.Api;

/// <summary>The first page stands before its scripts are there: the door writes the municipality's words and data into what the client's build prepared.</summary>
public sealed class FirstPageFacts : IAsyncLifetime
{
    private readonly BuiltClient _client = new();
    private DoorHost _host = null!;
    private TenantView _now = View();

    public async ValueTask InitializeAsync()
    {
        await _client.WriteAsync();
        _host = await DoorHost.StartAsync(new() { ["Balie:WebRoot"] = _client.Root });
        _host.Grains.On<ITenantGrain>("View", (_, _) => Task.FromResult(_now));
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _client.Dispose();
    }

    [Fact]
    public async Task It_has_the_municipalitys_name_products_and_colours_and_their_data()
    {
        var html = await ReadAsync("/zonnedaal");

        html.ShouldContain("<html lang=\"nl\" data-headings=\"serif\">");
        html.ShouldContain("<title>Waarvoor? - Stad Zonnedaal</title>");
        html.ShouldContain("<div id=\"root\" data-whole><b>Z</b><ul><li><a href=\"/zonnedaal/p/hoorzitting\">Hoorzitting</a> 30 min</li></ul><a href=\"tel:015000010\">015 00 00 10</a></div>");
        Data(html).GetProperty("products")[0].GetProperty("name").GetString().ShouldBe("Hoorzitting");
        var theme = await _host.GetAsync(ThemeOf(html));
        (await theme.Content.ReadAsStringAsync(Ct)).ShouldContain("--balie-primary: #1c4f7c;");
    }

    [Theory]
    [InlineData("</script><script>alert(1)</script>")]
    [InlineData("<!--<script>")]
    [InlineData("\"><img src=x onerror=alert(1)>")]
    [InlineData("' onmouseover='alert(1)")]
    [InlineData("&lt;b&gt; \u2028")]
    public async Task What_a_municipality_calls_itself_or_its_products_is_text_and_nothing_else(string nasty)
    {
        _now = View(nasty) with { Name = nasty, Phone = nasty, Email = nasty, Theme = View().Theme with { Mark = nasty, Headings = nasty } };
        var plain = await ReadAsync("/zonnedaal/p/hoorzitting");

        Data(plain).GetProperty("name").GetString().ShouldBe(nasty);
        System.Text.RegularExpressions.Regex.Count(plain, "<script|</script|<img|<!--").ShouldBe(2, "the data's own tags");
        WebUtility.HtmlDecode(Between(plain, "<h1>", "</h1>")).ShouldBe(nasty);
        Between(plain, "data-headings=\"", "\"").ShouldNotContain("<");
        Between(plain, "data-whole>", "<script").ShouldNotContain(" onmouseover='");
    }

    [Fact]
    public async Task Settings_that_change_show_at_the_next_load_and_what_did_not_is_not_sent_again()
    {
        var first = await _host.GetAsync("/zonnedaal");
        var again = await AskAgainAsync(first);
        _now = _now with { Name = "Stad Zonneberg", Theme = _now.Theme with { Primary = "#7c1c4f" } };
        var changed = await AskAgainAsync(first);

        again.StatusCode.ShouldBe(HttpStatusCode.NotModified);
        changed.StatusCode.ShouldBe(HttpStatusCode.OK);
        var (before, after) = (await first.Content.ReadAsStringAsync(Ct), await changed.Content.ReadAsStringAsync(Ct));
        after.ShouldContain("Stad Zonneberg");
        ThemeOf(after).ShouldNotBe(ThemeOf(before));
        first.Headers.CacheControl!.ToString().ShouldBe("no-cache, private");
    }

    [Fact]
    public async Task The_sheet_that_a_page_names_is_kept_and_any_other_is_asked_for_again()
    {
        var named = await _host.GetAsync(ThemeOf(await ReadAsync("/zonnedaal")));
        var old = await _host.GetAsync("/zonnedaal/theme.css?v=0123456789abcdef");

        named.Headers.CacheControl!.ToString().ShouldContain("immutable");
        old.Headers.CacheControl!.ToString().ShouldBe("public, max-age=60");
    }

    [Theory]
    [InlineData("/zonnedaal", null, "nl", "Hoorzitting")]
    [InlineData("/zonnedaal", "en", "en", "Hearing")]
    [InlineData("/zonnedaal?taal=en", null, "en", "Hearing")]
    [InlineData("/zonnedaal?taal=nl", "en", "nl", "Hoorzitting")]
    [InlineData("/zonnedaal?taal=xx", "en", "en", "Hearing")]
    [InlineData("/zonnedaal", "xx", "nl", "Hoorzitting")]
    public async Task It_is_in_the_readers_language(string path, string? chosen, string language, string name)
    {
        var response = await _host.GetAsync(path, cookie: chosen is null ? null : $"balie-taal={chosen}");

        var html = await response.Content.ReadAsStringAsync(Ct);
        html.ShouldContain($"<html lang=\"{language}\"");
        html.ShouldContain($">{name}</a>");
        response.Headers.Vary.ShouldContain("Cookie");
    }

    [Fact]
    public async Task What_is_not_translated_stays_Dutch() =>
        (await ReadAsync("/zonnedaal/p/hoorzitting?taal=en")).ShouldSatisfyAllConditions(
            html => html.ShouldContain("<h1>Hearing</h1>"), html => html.ShouldContain("<li>Je brief</li>"), html => html.ShouldContain("itsme or the card"));

    [Fact]
    public async Task A_product_that_is_not_there_is_not_found_and_leads_back()
    {
        var response = await _host.GetAsync("/zonnedaal/p/weg");

        response.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await response.Content.ReadAsStringAsync(Ct)).ShouldContain("<div id=\"root\" data-whole>Bestaat niet <a href=\"/zonnedaal\">terug</a></div>");
    }

    [Fact]
    public async Task A_municipality_without_products_says_so()
    {
        _now = _now with { Products = [] };

        (await ReadAsync("/zonnedaal")).ShouldContain("<div id=\"root\" data-whole>Bel ons</div>");
    }

    [Theory]
    [InlineData("/zonnedaal/bezoek")]
    [InlineData("/zonnedaal/geboekt")]
    [InlineData("/zonnedaal/p/hoorzitting/gegevens")]
    public async Task What_only_the_browser_knows_waits_within_the_municipalitys_header(string path)
    {
        var html = await ReadAsync(path);

        html.ShouldContain("<div id=\"root\">Stad Zonnedaal: even geduld</div>");
        Data(html).GetProperty("name").GetString().ShouldBe("Stad Zonnedaal");
    }

    [Fact]
    public async Task When_the_room_does_not_answer_the_page_waits_and_the_client_asks()
    {
        _host.Grains.On<ITenantGrain>("View", (_, _) => Task.FromException<TenantView>(new TimeoutException("no silo")));
        var away = await ReadAsync("/zonnedaal");
        _host.Grains.On<ITenantGrain>("View", (_, _) => new TaskCompletionSource<TenantView>().Task);
        var asked = ReadAsync("/zonnedaal");
        while (!asked.IsCompleted)
        {
            _host.Clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        foreach (var html in new[] { away, await asked })
        {
            html.ShouldContain("<title>Stad Zonnedaal</title>");
            html.ShouldContain("<div id=\"root\">even geduld</div>");
            html.ShouldContain("href=\"/zonnedaal/theme.css\"");
            Data(html).ValueKind.ShouldBe(JsonValueKind.Null);
        }

        _host.Log.Lines.ShouldContain(line => line.Contains("zonnedaal goes out without its data", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("gzip, deflate, br, zstd", "br")]
    [InlineData("gzip", "gzip")]
    [InlineData("br;q=0, gzip", "gzip")]
    [InlineData("identity", null)]
    public async Task An_asset_comes_compressed_to_who_takes_it(string takes, string? coding)
    {
        var response = await AcceptingAsync("/assets/app-1a2b.js", takes);

        response.Content.Headers.ContentEncoding.ShouldBe(coding is null ? [] : [coding]);
        (await PlainAsync(response)).ShouldBe("export {}");
        response.Content.Headers.ContentType!.MediaType.ShouldBe("text/javascript");
        response.Headers.CacheControl!.ToString().ShouldContain("immutable");
        response.Headers.Vary.ShouldContain("Accept-Encoding");
    }

    [Fact]
    public async Task The_page_comes_compressed_too_but_nothing_that_could_hold_a_secret()
    {
        var page = await AcceptingAsync("/zonnedaal", "br");

        page.Content.Headers.ContentEncoding.ShouldBe(["br"]);
        (await PlainAsync(page)).ShouldContain("Stad Zonnedaal");
        (await AcceptingAsync("/api/zonnedaal/staff/me", "br")).Content.Headers.ContentEncoding.ShouldBeEmpty();
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static string ThemeOf(string html) => WebUtility.HtmlDecode(Between(html, "<link id=\"balie-theme\" href=\"", "\""));

    private static JsonElement Data(string html) => JsonElement.Parse(Between(html, "type=\"application/json\">", "</script>"));

    private static string Between(string html, string from, string to)
    {
        var start = html.IndexOf(from, StringComparison.Ordinal) + from.Length;
        start.ShouldBeGreaterThanOrEqualTo(from.Length, $"{from} is in the page");
        return html[start..html.IndexOf(to, start, StringComparison.Ordinal)];
    }

    private static async Task<string> PlainAsync(HttpResponseMessage response)
    {
        var body = await response.Content.ReadAsStreamAsync(Ct);
        await using var plain = response.Content.Headers.ContentEncoding.SingleOrDefault() switch
        {
            "br" => new BrotliStream(body, CompressionMode.Decompress),
            "gzip" => new GZipStream(body, CompressionMode.Decompress),
            _ => body,
        };
        using var reader = new StreamReader(plain);
        return await reader.ReadToEndAsync(Ct);
    }

    private static TenantView View(string product = "Hoorzitting") => new()
    {
        Code = "zonnedaal", Name = "Stad Zonnedaal", Phone = "015 00 00 10", Email = "hallo@zonnedaal.example", Address = "",
        Theme = new Theme { Primary = "#1c4f7c", Accent = "#1c4f7c", Mark = "Z", Headings = "serif" },
        Products =
        [
            new ProductView
            {
                Id = "hoorzitting", Name = product, Summary = "", ToBring = ["Je brief"], WhatHappens = [], DurationMinutes = 30, RecordingOffered = false,
                IdentityMeans = ["itsme", "eid"], Steps = [], Outcomes = [], ReportSections = [],
                Translations = ImmutableDictionary<string, ProductText>.Empty.Add("en", new ProductText { Name = "Hearing", Summary = "" }),
            },
        ],
    };

    private async Task<string> ReadAsync(string path) => await (await _host.GetAsync(path)).Content.ReadAsStringAsync(Ct);

    private Task<HttpResponseMessage> AskAgainAsync(HttpResponseMessage first) =>
        _host.SendAsync(HttpMethod.Get, "/zonnedaal", change: r => r.Headers.Add("If-None-Match", first.Headers.ETag!.ToString()));

    private Task<HttpResponseMessage> AcceptingAsync(string path, string takes) =>
        _host.SendAsync(HttpMethod.Get, path, change: r => r.Headers.TryAddWithoutValidation("Accept-Encoding", takes));
}
