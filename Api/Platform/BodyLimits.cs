using Microsoft.AspNetCore.Http.Features;

namespace Balie.Api.Platform;

/// <summary>Caps the body of each request by its endpoint's <see cref="BodyLimit"/>, before a byte is read.</summary>
public sealed class BodyLimits(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext http)
    {
        var limit = http.GetEndpoint()?.Metadata.GetMetadata<BodyLimit>()?.Bytes ?? BodyLimit.Default;
        if (http.Request.ContentLength > limit)
            throw new BadHttpRequestException("The body is too large.", StatusCodes.Status413PayloadTooLarge);
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature) feature.MaxRequestBodySize = limit;
        return next(http);
    }
}
