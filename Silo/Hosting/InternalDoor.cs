using System.Text.Json;
using Balie.Api.Platform;
using Balie.Grains.Interfaces.Documents;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Interfaces.Signing;
using Balie.Grains.Platform.Blobs;
using Balie.Grains.Platform.Front;
using Balie.Grains.Platform.Keys;
using Microsoft.AspNetCore.Http.Features;

namespace Balie.Silo.Hosting;

/// <summary>
/// Where a front on its own fetches and hands in files: <c>/internal/blob</c> (ranges), <c>/internal/signatures</c> and <c>/internal/intake</c>. On the silo's private address; a ticket of
/// <see cref="StoreTickets"/> opens one thing each. A front has judged before who may.
/// </summary>
internal static class InternalDoor
{
    private const long LargestFile = 21 * 1024 * 1024;

    public static void UseInternalDoor(this WebApplication app)
    {
        app.Map("/internal/blob", branch => branch.Run(http => WithTicketAsync(http, BlobAsync)));
        app.Map("/internal/signatures", branch => branch.Run(http => WithTicketAsync(http, SignaturesAsync)));
        app.Map("/internal/intake", branch => branch.Run(http => WithTicketAsync(http, IntakeAsync)));
    }

    private static async Task WithTicketAsync(HttpContext http, Func<HttpContext, StoreRequest, Task<IResult>> serve)
    {
        const string bearer = "Bearer ";
        var sent = http.Request.Headers.Authorization.ToString();
        var ticket = sent.StartsWith(bearer, StringComparison.Ordinal) ? http.RequestServices.GetRequiredService<StoreTickets>().Read(sent[bearer.Length..]) : null;
        http.Response.Headers.CacheControl = "no-store";
        var answer = ticket is null ? Results.StatusCode(StatusCodes.Status401Unauthorized) : await TryAsync(http, ticket, serve);
        await answer.ExecuteAsync(http);
    }

    private static async Task<IResult> TryAsync(HttpContext http, StoreRequest ticket, Func<HttpContext, StoreRequest, Task<IResult>> serve)
    {
        try
        {
            return await serve(http, ticket);
        }
        catch (BalieException refused)
        {
            return Results.Json(refused.Errors, statusCode: StatusCodes.Status422UnprocessableEntity);
        }
        catch (Exception gone) when (gone is BlobException { Code: "blob.not-found" } or KeyDestroyedException)
        {
            return Results.StatusCode(StatusCodes.Status404NotFound);
        }
        catch (Exception away) when (Refusal.IsAway(away))
        {
            // Without the database there is no key to open a file with; the front asks for patience.
            return Results.StatusCode(StatusCodes.Status503ServiceUnavailable);
        }
    }

    private static async Task<IResult> BlobAsync(HttpContext http, StoreRequest wanted)
    {
        if (wanted.Blob is not { } blob || !HttpMethods.IsGet(http.Request.Method)) return Results.StatusCode(StatusCodes.Status400BadRequest);
        var content = await http.RequestServices.GetRequiredService<IBlobStore>().OpenReadAsync(wanted.Tenant, wanted.Dossier, blob, http.RequestAborted);
        return Results.Stream(content, "application/octet-stream", enableRangeProcessing: true);
    }

    private static async Task<IResult> SignaturesAsync(HttpContext http, StoreRequest wanted)
    {
        if (wanted.Blob is not { } blob || !HttpMethods.IsGet(http.Request.Method)) return Results.StatusCode(StatusCodes.Status400BadRequest);
        return Results.Json(await http.RequestServices.GetRequiredService<ISignatureReader>().ReadAsync(wanted.Tenant, wanted.Dossier, blob, http.RequestAborted), JsonSerializerOptions.Web);
    }

    private static async Task<IResult> IntakeAsync(HttpContext http, StoreRequest wanted)
    {
        if (wanted.Blob is not null || !HttpMethods.IsPost(http.Request.Method)) return Results.StatusCode(StatusCodes.Status400BadRequest);
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = LargestFile;
        var taken = await http.RequestServices.GetRequiredService<IDocumentIntake>()
            .TakeInAsync(wanted.Tenant, wanted.Dossier, http.Request.Query["name"].ToString(), http.Request.Body, http.RequestAborted);
        return Results.Json(taken);
    }
}
