using System.Security.Cryptography;
using System.Text;
using Balie.Api.Platform;
using Balie.Grains.Interfaces.Tenancy;

namespace Balie.Api.Pages;

/// <summary>
/// Answers the address of a citizen's page with the municipality as it is now. The same for everybody who reads that language, and asked for again every time: what has not
/// changed is not sent again.
/// </summary>
public sealed class CitizenPage(FirstPages pages, ITenantDirectory known, IGrainFactory grains, TimeProvider clock, ILogger<CitizenPage> log)
{
    /// <summary>Where a reader's choice of language is kept; the client writes it.</summary>
    public const string LanguageCookie = "balie-taal";

    /// <summary>Longer than this a page without its data is the better answer: the client says what is wrong and tries again.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1.5);

    public async Task<IResult> OpenAsync(HttpContext http, FirstPageKind kind, string tenant, string? product)
    {
        if (known.Tenants.FirstOrDefault(t => t.Code == tenant) is not { } name) return NowherePage.Of(http.Request, known);
        if (!pages.Exist) return PlainPage.NotBuilt();
        var language = pages.LanguageOf(http.Request.Query["taal"], http.Request.Cookies[LanguageCookie]);
        if (await ViewAsync(tenant, http.RequestAborted) is not { } view) return new Document(pages.Waiting(language, name), StatusCodes.Status200OK);
        var found = view.Products.FirstOrDefault(p => p.Id == product);
        var status = product is null || found is not null ? StatusCodes.Status200OK : StatusCodes.Status404NotFound;
        return new Document(pages.Of(kind, language, view, found), status);
    }

    /// <summary>Null when the room does not answer now.</summary>
    private async Task<TenantView?> ViewAsync(string tenant, CancellationToken ct)
    {
        try
        {
            return await grains.Tenant(tenant).View(ct).WaitAsync(Patience, clock, ct);
        }
        catch (Exception cause) when (Refusal.Of(cause).Status == StatusCodes.Status503ServiceUnavailable)
        {
            log.LogWarning("A page of {Tenant} goes out without its data: {Reason}", tenant, cause.Message);
            return null;
        }
    }

    private sealed class Document(string html, int status) : IResult
    {
        public Task ExecuteAsync(HttpContext http)
        {
            var content = Encoding.UTF8.GetBytes(html);
            var tag = $"W/\"{Convert.ToHexStringLower(SHA256.HashData(content))[..24]}\"";
            var headers = http.Response.Headers;
            headers.CacheControl = "private, no-cache";
            headers.Append("Vary", "Cookie");
            headers.ETag = tag;
            if (status == StatusCodes.Status200OK && http.Request.Headers.IfNoneMatch == tag)
            {
                http.Response.StatusCode = StatusCodes.Status304NotModified;
                return Task.CompletedTask;
            }

            http.Response.StatusCode = status;
            http.Response.ContentType = "text/html; charset=utf-8";
            return http.Response.Body.WriteAsync(content, http.RequestAborted).AsTask();
        }
    }
}
