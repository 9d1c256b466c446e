using System.IO.Compression;
using Balie.Api.Pages;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Net.Http.Headers;

namespace Balie.Api.Platform;

/// <summary>Metadata: the answer is the same for everybody and holds no secret, so compressing it gives nothing away (BREACH).</summary>
public sealed record Compressed;

/// <summary>Less to wait for on a slow line: assets were compressed when the client was built, public answers are compressed as they go.</summary>
public static class Compression
{
    private static readonly (string Coding, string Suffix)[] Forms = [("br", ".br"), ("gzip", ".gz")];
    private static readonly FileExtensionContentTypeProvider Kinds = new();

    public static void AddCompression(this IServiceCollection services)
    {
        services.AddResponseCompression(options =>
        {
            options.EnableForHttps = true;
            options.MimeTypes = ["text/html", "text/css", "application/json"];
        });
        services.Configure<BrotliCompressionProviderOptions>(options => options.Level = CompressionLevel.Optimal);
    }

    /// <summary>After routing.</summary>
    public static void UseCompression(this IApplicationBuilder app) =>
        app.UseWhen(http => http.GetEndpoint()?.Metadata.GetMetadata<Compressed>() is not null, branch => branch.UseResponseCompression());

    /// <summary>Before the static files: leads to the compressed form of an asset when there is one and the browser takes it.</summary>
    public static void UseCompressedAssets(this IApplicationBuilder app, ClientFiles files) => app.Use((http, next) =>
    {
        if (http.Request.Path.StartsWithSegments("/assets") && Form(http.Request, files) is var (coding, suffix))
        {
            http.Features.Set(new AssetForm(http.Request.Path, coding));
            http.Request.Path += suffix;
        }

        return next(http);
    });

    /// <summary>What a static answer says about the form it was led to.</summary>
    public static void Describe(HttpContext http)
    {
        if (http.Request.Path.StartsWithSegments("/assets")) http.Response.Headers.Append(HeaderNames.Vary, HeaderNames.AcceptEncoding);
        if (http.Features.Get<AssetForm>() is not { } form) return;
        http.Response.Headers.ContentEncoding = form.Coding;
        http.Response.ContentType = Kinds.TryGetContentType(form.Path, out var kind) ? kind : "application/octet-stream";
    }

    private static (string Coding, string Suffix)? Form(HttpRequest request, ClientFiles files)
    {
        var taken = request.GetTypedHeaders().AcceptEncoding;
        foreach (var form in Forms)
            if (taken.Any(t => t.Value == form.Coding && t.Quality is not 0) && files.Entry(request.Path + form.Suffix) is not null) return form;
        return null;
    }

    private sealed record AssetForm(PathString Path, string Coding);
}
