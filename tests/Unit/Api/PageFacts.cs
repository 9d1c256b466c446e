using System.Net;
using Balie.Api.Tenancy;
using Balie.Grains.Interfaces.Tenancy;
using CsCheck;

namespace Balie.Unit.Tests.Api;

public sealed class PageFacts(PageFacts.Pages pages) : IClassFixture<PageFacts.Pages>
{
    [Theory]
    [InlineData("/zonnedaal", "Waarvoor? - Stad Zonnedaal")]
    [InlineData("/zonnedaal/p/hoorzitting", "Hoorzitting")]
    [InlineData("/zonnedaal/p/hoorzitting/moment", "Moment")]
    [InlineData("/zonnedaal/p/hoorzitting/gegevens", "Stad Zonnedaal")]
    [InlineData("/zonnedaal/geboekt", "Stad Zonnedaal")]
    [InlineData("/zonnedaal/bezoek", "Stad Zonnedaal")]
    [InlineData("/zonnedaal/toegankelijkheid", "Toegankelijkheid")]
    [InlineData("/zonnedaal/balie", "medewerker")]
    [InlineData("/zonnedaal/balie/bezoek/v1", "medewerker")]
    [InlineData("/zonnedaal/balie/bezoek/v1/dossier", "medewerker")]
    [InlineData("/zonnedaal/balie/bezoek/v1/opname", "medewerker")]
    [InlineData("/zonnedaal/balie/impact", "medewerker")]
    public async Task Each_page_is_the_one_of_its_people_asked_for_again_every_time_and_under_the_policy(string path, string title)
    {
        var host = pages.Host;
        host.Grains.On<ITenantGrain>("View", (_, _) => Task.FromResult(View("#1c4f7c") with { Products = [Hearing] }));

        var response = await host.GetAsync(path);

        (await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldContain($"<title>{title}</title>");
        response.Headers.CacheControl!.NoCache.ShouldBeTrue();
        var policy = response.Headers.GetValues("Content-Security-Policy").Single();
        policy.ShouldContain("default-src 'none'");
        policy.ShouldNotContain("unsafe-inline");
        response.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
    }

    [Fact]
    public async Task Hashed_assets_are_kept_forever()
    {
        var host = pages.Host;

        var response = await host.GetAsync("/assets/app-1a2b.js");

        response.Headers.CacheControl!.ToString().ShouldContain("immutable");
        response.Content.Headers.ContentType!.MediaType.ShouldBe("text/javascript");
    }

    [Theory]
    [InlineData("/nergens")]
    [InlineData("/nergens/balie")]
    [InlineData("/zonnedaal/niets")]
    [InlineData("/assets/weg.js")]
    public async Task What_does_not_exist_says_so_in_Dutch(string path)
    {
        var host = pages.Host;

        var response = await host.GetAsync(path);

        response.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldContain("Deze pagina bestaat niet");
    }

    [Theory]
    [InlineData("/zonnedaal/Bel 0900 12 34 voor je afspraak")]
    [InlineData("/zonnedaal/%E2%80%AEsteiN")]
    [InlineData("/zonnedaal/<b>niets</b>")]
    [InlineData("/zonnedaal/een-adres-dat-zo-lang-is-dat-niemand-het-ooit-zelf-zou-hebben-ingetypt-op-een-telefoon")]
    public async Task What_somebody_put_in_a_link_is_not_said_in_the_colours_of_a_municipality(string path)
    {
        var html = await (await pages.Host.GetAsync(path)).Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        html.ShouldContain("<header>Stad Zonnedaal</header>");
        html.ShouldNotContain("Op dit adres");
        html.ShouldContain("Wat kan je doen?");
    }

    [Theory]
    [InlineData("/nergens", "<a class=\"button\" href=\"/\">", "<header>Digitale balie</header>", false)]
    [InlineData("/nergens/balie", "<a class=\"button\" href=\"/\">", "<header>Digitale balie</header>", false)]
    [InlineData("/zonnedaal/niets", "<a class=\"button\" href=\"/zonnedaal\">", "<header>Stad Zonnedaal</header>", true)]
    public async Task Who_comes_nowhere_sees_the_address_and_a_way_on_in_the_colours_of_the_municipality_if_there_is_one(string path, string onward, string name, bool themed)
    {
        var html = await (await pages.Host.GetAsync(path)).Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        html.Replace("<wbr>", "", StringComparison.Ordinal).ShouldContain($"{path}</strong>");
        html.ShouldContain("Wat kan je doen?");
        html.ShouldContain(onward);
        html.ShouldContain(name);
        html.Contains("href=\"/zonnedaal/theme.css\"", StringComparison.Ordinal).ShouldBe(themed);
    }

    [Fact]
    public async Task The_front_page_lists_the_municipalities()
    {
        var host = pages.Host;

        var html = await host.Http.GetStringAsync("/", TestContext.Current.CancellationToken);

        html.ShouldContain("<a href=\"/zonnedaal\">Stad Zonnedaal</a>");
    }

    [Fact]
    public async Task The_theme_is_fetched_again_only_when_it_changed()
    {
        var host = pages.Host;
        host.Grains.On<ITenantGrain>("View", (_, _) => Task.FromResult(View("#1c4f7c")));
        var first = await host.GetAsync("/zonnedaal/theme.css");
        var tag = first.Headers.ETag!.ToString();

        var second = await host.SendAsync(HttpMethod.Get, "/zonnedaal/theme.css", change: r => r.Headers.Add("If-None-Match", tag));
        host.Grains.On<ITenantGrain>("View", (_, _) => Task.FromResult(View("#7c1c4f")));
        var third = await host.SendAsync(HttpMethod.Get, "/zonnedaal/theme.css", change: r => r.Headers.Add("If-None-Match", tag));

        (await first.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldContain("--balie-primary: #1c4f7c;");
        second.StatusCode.ShouldBe(HttpStatusCode.NotModified);
        third.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public void Text_on_any_colour_can_be_read() =>
        Gen.Select(Gen.Byte, Gen.Byte, Gen.Byte, (r, g, b) => new Colour(r, g, b)).Sample(colour => colour.Contrast(colour.TextOnIt()) >= 4.5);

    [Fact]
    public void A_theme_cannot_smuggle_text_into_the_sheet() =>
        ThemeSheet.Of(View("red;} body{display:none").Theme).Text.ShouldNotContain("display");

    private static ProductView Hearing { get; } = new()
    {
        Id = "hoorzitting", Name = "Hoorzitting", Summary = "", ToBring = [], WhatHappens = [], DurationMinutes = 30, RecordingOffered = false, IdentityMeans = ["eid"],
        Steps = [], Outcomes = [], ReportSections = [],
    };

    private static TenantView View(string primary) => new()
    {
        Code = "zonnedaal", Name = "Stad Zonnedaal", Phone = "", Email = "", Address = "", Products = [],
        Theme = new Theme { Primary = primary, Accent = "#1c4f7c", Mark = "Z" },
    };

    /// <summary>One door floor with a built client.</summary>
    public sealed class Pages : IAsyncLifetime
    {
        private readonly BuiltClient _client = new();

        public DoorHost Host { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            await _client.WriteAsync();
            Host = await DoorHost.StartAsync(new() { ["Balie:WebRoot"] = _client.Root });
        }

        public async ValueTask DisposeAsync()
        {
            await Host.DisposeAsync();
            _client.Dispose();
        }
    }
}
