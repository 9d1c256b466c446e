using Balie.Api.Platform;
using Balie.Grains.Interfaces.Tenancy;

namespace Balie.Api.Tenancy;

/// <summary>What everybody may know of a municipality.</summary>
public static class TenancyDoor
{
    public static void MapTenancy(this IEndpointRouteBuilder api)
    {
        api.MapGet("/api/{tenant}", View).Access(Access.Visitor).WithName("GetTenant").WithTags("Tenancy").WithMetadata(new Compressed());
        api.MapGet("/{tenant}/theme.css", ThemeCss).Access(Access.Visitor).ExcludeFromDescription().WithMetadata(new Compressed());
    }

    private static Task<TenantView> View(string tenant, IGrainFactory grains, CancellationToken ct) => grains.Tenant(tenant).View(ct);

    private static async Task<IResult> ThemeCss(string tenant, IGrainFactory grains, HttpContext http, CancellationToken ct)
    {
        var css = ThemeSheet.Of((await grains.Tenant(tenant).View(ct)).Theme);
        // An address that names the sheet as it is now may be kept; another one tells who has it what changed, within a minute.
        http.Response.Headers.CacheControl = http.Request.Query[ThemeSheet.Version] == css.Name ? "public, max-age=31536000, immutable" : "public, max-age=60";
        return Results.Text(css.Text, "text/css; charset=utf-8") is var sheet && http.Request.Headers.IfNoneMatch == css.ETag
            ? NotModified(http, css.ETag)
            : WithTag(http, sheet, css.ETag);
    }

    private static IResult NotModified(HttpContext http, string tag) => WithTag(http, Results.StatusCode(StatusCodes.Status304NotModified), tag);

    private static IResult WithTag(HttpContext http, IResult result, string tag)
    {
        http.Response.Headers.ETag = tag;
        return result;
    }
}
