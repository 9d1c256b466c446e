using System.Net;

namespace Balie.Sandbox.Pages;

/// <summary>A whole HTML page, already escaped.</summary>
public sealed record HtmlPage(string Markup)
{
    // No form-action: the chooser's form ends at Balie's own address, and Chromium counts redirects too.
    private const string ContentPolicy = "default-src 'none'; style-src 'self'; img-src 'self' data:; frame-src 'self'; base-uri 'none'; frame-ancestors 'none'";

    public IResult AsResult(int status = StatusCodes.Status200OK) => new PageResult(this, status);

    private sealed class PageResult(HtmlPage page, int status) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            var response = httpContext.Response;
            response.StatusCode = status;
            response.ContentType = "text/html; charset=utf-8";
            response.Headers.ContentSecurityPolicy = ContentPolicy;
            response.Headers.CacheControl = "no-store";
            response.Headers["Referrer-Policy"] = "no-referrer";
            return response.WriteAsync(page.Markup, httpContext.RequestAborted);
        }
    }
}

/// <summary>The one layout of the sandbox, in Dutch, and the escaping that every value passes.</summary>
public static class Html
{
    public static string Text(string? value) => WebUtility.HtmlEncode(value ?? "");

    /// <param name="title">Plain text; becomes the title and the only <c>h1</c>.</param>
    /// <param name="body">Markup whose values went through <see cref="Text"/>.</param>
    /// <param name="part">The stand-in this page belongs to.</param>
    public static HtmlPage Page(string title, string body, string part = "Zandbak") => new($"""
        <!doctype html>
        <html lang="nl">
        <head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
        <title>{Text(title)} - {Text(part)} van Balie</title><link rel="icon" href="data:,"><link rel="stylesheet" href="/sandbox.css"></head>
        <body>
        <header><p class="flag"><strong>Oefenomgeving</strong> <span>Niets hier is echt: geen echte overheid, geen echte mensen.</span></p>
        <nav aria-label="Onderdelen"><a href="/">Zandbak</a> <a href="/mail">Postvak</a> <a href="/hooks">Webhooks</a> <a href="/ca">Oefen-CA</a></nav></header>
        <main><h1>{Text(title)}</h1>
        {body}
        </main></body></html>
        """);
}
