using System.Net;
using Balie.Api.Tenancy;
using Balie.Grains.Interfaces.Tenancy;
using CsCheck;

namespace Balie.Unit.Tests.Api;

public sealed class PageFacts(PageFacts.Pages pages) : IClassFixture<PageFacts.Pages>
{
    [Theory]
    [InlineData("/zonnedaal", "burger")]
    [InlineData("/zonnedaal/p/hoorzitting", "burger")]
    [InlineData("/zonnedaal/p/hoorzitting/moment", "burger")]
    [InlineData("/zonnedaal/p/hoorzitting/gegevens", "burger")]
    [InlineData("/zonnedaal/geboekt", "burger")]
    [InlineData("/zonnedaal/bezoek", "burger")]
    [InlineData("/zonnedaal/toegankelijkheid", "burger")]
    [InlineData("/zonnedaal/balie", "medewerker")]
    [InlineData("/zonnedaal/balie/bezoek/v1", "medewerker")]
    [InlineData("/zonnedaal/balie/bezoek/v1/dossier", "medewerker")]
    [InlineData("/zonnedaal/balie/bezoek/v1/opname", "medewerker")]
    [InlineData("/zonnedaal/balie/impact", "medewerker")]
    public async Task Each_page_is_the_entry_of_its_people_uncached_and_under_the_policy(string path, string entry)
    {
        var host = pages.Host;

        var response = await host.GetAsync(path);

        (await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldContain($"<title>{entry}</title>");
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

    private static TenantView View(string primary) => new()
    {
        Code = "zonnedaal", Name = "Stad Zonnedaal", Phone = "", Email = "", Address = "", Products = [],
        Theme = new Theme { Primary = primary, Accent = "#1c4f7c", Mark = "Z" },
    };

    /// <summary>A built client of two pages and an asset.</summary>
    public sealed class Pages : IAsyncLifetime
    {
        private readonly string _root = Directory.CreateTempSubdirectory("balie-pages-").FullName;

        public DoorHost Host { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            await File.WriteAllTextAsync(Path.Combine(_root, "index.html"), "<!doctype html><title>burger</title>");
            await File.WriteAllTextAsync(Path.Combine(_root, "balie.html"), "<!doctype html><title>medewerker</title>");
            Directory.CreateDirectory(Path.Combine(_root, "assets"));
            await File.WriteAllTextAsync(Path.Combine(_root, "assets", "app-1a2b.js"), "export {}");
            Host = await DoorHost.StartAsync(new() { ["Balie:WebRoot"] = _root });
        }

        public async ValueTask DisposeAsync()
        {
            await Host.DisposeAsync();
            Directory.Delete(_root, recursive: true);
        }
    }
}
