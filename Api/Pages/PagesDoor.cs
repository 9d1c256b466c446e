using Balie.Api.Platform;
using Balie.Grains.Interfaces.Tenancy;

namespace Balie.Api.Pages;

/// <summary>Serves the two entries of the web client on the addresses people see, and the few pages made here.</summary>
public static class PagesDoor
{
    private const string Tenant = "/{tenant:regex(^[a-z0-9-]{{2,40}}$)}";

    private static readonly (string Path, FirstPageKind Kind)[] Citizen =
    [
        ("", FirstPageKind.Products), ("/p/{product}", FirstPageKind.Product), ("/p/{product}/moment", FirstPageKind.Moment), ("/p/{product}/gegevens", FirstPageKind.Details),
        ("/geboekt", FirstPageKind.Own), ("/bezoek", FirstPageKind.Own), ("/toegankelijkheid", FirstPageKind.Accessibility),
    ];

    private static readonly string[] Staff = ["/balie", "/balie/bezoek/{visit}", "/balie/bezoek/{visit}/dossier", "/balie/bezoek/{visit}/opname", "/balie/impact"];

    public static void MapPages(this IEndpointRouteBuilder app)
    {
        var pages = app.MapGroup("").Access(Access.Anyone).ExcludeFromDescription();
        pages.MapGet("/", Municipalities);
        pages.MapGet(PlainPage.StylePath, Style);
        pages.MapGet("/.well-known/security.txt", SecurityText);
        foreach (var path in Staff) pages.MapGet(Tenant + path, StaffEntry);
        pages.MapGet("/{*path}", NotFound).WithOrder(int.MaxValue);

        var citizen = app.MapGroup("").Access(Access.Visitor).ExcludeFromDescription().WithMetadata(new Compressed());
        foreach (var (path, kind) in Citizen)
            citizen.MapGet(Tenant + path, (HttpContext http, CitizenPage page, string tenant, string? product = null) => page.OpenAsync(http, kind, tenant, product));
    }

    private static IResult StaffEntry(HttpRequest request, string tenant, ClientFiles files, ITenantDirectory known)
    {
        if (known.Tenants.All(t => t.Code != tenant)) return NowherePage.Of(request, known);
        return files.Entry("balie.html") is { } file ? new EntryPage(file) : PlainPage.NotBuilt();
    }

    private static IResult Municipalities(ITenantDirectory known)
    {
        var rows = string.Concat(known.Tenants.Select(t => $"<li><a href=\"/{PlainPage.Text(t.Code)}\">{PlainPage.Text(t.Name)}</a></li>"));
        return PlainPage.Of("Kies je gemeente", known.Tenants.Count == 0 ? "<p>Er is nog geen gemeente ingesteld.</p>" : $"<ul>{rows}</ul>");
    }

    private static IResult Style(HttpContext http)
    {
        http.Response.Headers.CacheControl = "public, max-age=300";
        return Results.Stream(typeof(PagesDoor).Assembly.GetManifestResourceStream("balie-pages.css")!, "text/css; charset=utf-8");
    }

    /// <summary>RFC 9116; the address comes from <c>Balie:SecurityContact</c>.</summary>
    private static IResult SecurityText(IConfiguration configuration, TimeProvider clock, PublicAddress address, HttpRequest request)
    {
        if (configuration["Balie:SecurityContact"] is not { Length: > 0 } contact) throw DoorErrors.Unknown();
        var expires = clock.GetUtcNow().Date.AddMonths(6);
        return Results.Text($"Contact: {contact}\nExpires: {expires:yyyy-MM-dd}T00:00:00Z\nPreferred-Languages: nl, en\nCanonical: {address.Of(request)}/.well-known/security.txt\n", "text/plain; charset=utf-8");
    }

    private static IResult NotFound(HttpContext http, ITenantDirectory known) =>
        http.Request.Path.StartsWithSegments("/api") || http.Request.Path.StartsWithSegments("/hubs")
            ? throw DoorErrors.Unknown()
            : NowherePage.Of(http.Request, known);

    /// <summary>An entry names its hashed assets, so it is asked for again every time; the assets never are.</summary>
    private sealed class EntryPage(Microsoft.Extensions.FileProviders.IFileInfo file) : IResult
    {
        public async Task ExecuteAsync(HttpContext http)
        {
            http.Response.ContentType = "text/html; charset=utf-8";
            http.Response.Headers.CacheControl = "no-cache";
            await http.Response.SendFileAsync(file, http.RequestAborted);
        }
    }
}
