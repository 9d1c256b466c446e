using System.Net;
using Balie.Api.Platform;

namespace Balie.Api.Pages;

/// <summary>Small pages made here, without scripts: login outcomes, refusals, the list of municipalities. Text is encoded by <see cref="Text"/>.</summary>
public static class PlainPage
{
    public const string StylePath = "/balie-pages.css";

    public static string Text(string? value) => WebUtility.HtmlEncode(value ?? "");

    /// <param name="title">Plain text.</param>
    /// <param name="body">HTML; whatever came from elsewhere is encoded already.</param>
    /// <param name="tenant">Whose theme the page wears; null = Balie's own.</param>
    /// <param name="name">Whose page it is, above it in plain text; null = the counter of all municipalities.</param>
    public static IResult Of(string title, string body, int status = StatusCodes.Status200OK, string? tenant = null, string? name = null)
    {
        var theme = tenant is null ? "" : $"<link rel=\"stylesheet\" href=\"/{Text(tenant)}/theme.css\">";
        var html = $"""
            <!doctype html>
            <html lang="nl">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{Text(title)}</title>
            <link rel="icon" href="/favicon.svg" type="image/svg+xml">
            {theme}<link rel="stylesheet" href="{StylePath}">
            </head>
            <body>
            <header>{Text(name ?? "Digitale balie")}</header>
            <main>
            <h1>{Text(title)}</h1>
            {body}
            </main>
            </body>
            </html>
            """;
        return new UncachedHtml(html, status);
    }

    /// <summary>A refusal for somebody who opened an address by hand or came back from a login.</summary>
    public static IResult Refused(HttpContext http, Refusal refusal, string trace)
    {
        var title = refusal.Status switch
        {
            StatusCodes.Status404NotFound => "Deze pagina bestaat niet",
            StatusCodes.Status401Unauthorized => "We weten niet wie je bent",
            StatusCodes.Status403Forbidden => "Dit mag je niet openen",
            StatusCodes.Status429TooManyRequests => "Even wachten",
            _ => "Er ging iets mis",
        };
        var number = refusal.IsFault ? $"<p>Blijft het misgaan? Geef ons dit nummer: <code>{Text(trace)}</code>.</p>" : "";
        var sentences = string.Concat(refusal.Errors.Select(e => $"<p>{Text(e.Message)}</p>"));
        return Of(title, $"{sentences}{number}{Onward(http, refusal)}", refusal.Status);
    }

    private static string Onward(HttpContext http, Refusal refusal) => http.Request.Path.Value switch
    {
        { } path when path.Contains("/aanmelden/burger", StringComparison.Ordinal) => "<p>Sluit dit venster en ga verder in het gesprek.</p>",
        { } path when refusal.Status == StatusCodes.Status401Unauthorized && path.StartsWith("/operator", StringComparison.Ordinal) =>
            "<p><a class=\"button\" href=\"/operator/aanmelden\">Aanmelden als operator</a></p>",
        _ => "<p><a href=\"/\">Naar de lijst van gemeenten</a></p>",
    };

    public static IResult NotBuilt() =>
        Of("Deze pagina is er even niet", "<p>De pagina's van deze toepassing zijn niet meegebouwd.</p>", StatusCodes.Status503ServiceUnavailable);

    private sealed class UncachedHtml(string html, int status) : IResult
    {
        public Task ExecuteAsync(HttpContext http)
        {
            http.Response.StatusCode = status;
            http.Response.ContentType = "text/html; charset=utf-8";
            http.Response.Headers.CacheControl = "no-cache, no-store";
            return http.Response.WriteAsync(html, CancellationToken.None);
        }
    }
}
