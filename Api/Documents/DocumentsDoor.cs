using Balie.Api.Platform;
using Balie.Grains.Interfaces.Documents;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Interfaces.Signing;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;

namespace Balie.Api.Documents;

/// <summary>Documents in and out, the page that everybody looks at, and the report's sections.</summary>
public static class DocumentsDoor
{
    /// <summary>A file of 20 MB and the form around it.</summary>
    private const long UploadLimit = 21 * 1024 * 1024;

    private static readonly ProblemError TooLarge = new("document.too-large", "Dit bestand is groter dan 20 MB. Kies een kleiner bestand.", "file");

    private static readonly BalieError CopyBroken = BalieError.Conflict(
        "document.copy-broken", "De kopie van dit document klopt niet met wat getekend is. Ze wordt niet uitgereikt; verwittig de gemeente.");

    public static void MapDocuments(this IEndpointRouteBuilder api)
    {
        var visit = api.MapGroup("/api/{tenant}/visits/{visit}").WithTags("Documents");
        visit.MapPost("/documents", Upload).Access(Access.Visit).WithMetadata(new Commands(), new UploadGuarded()).MaxBody(UploadLimit, TooLarge)
            .Accepts<IFormFile>("multipart/form-data").WithName("UploadDocument");
        visit.MapDelete("/documents/{document}", Withdraw).Access(Access.Visit).WithMetadata(new Commands()).AddEndpointFilter<RetryOnceFilter>()
            .WithName("WithdrawDocument");
        visit.MapGet("/documents/{document}/content", Content).Access(Access.Visit).AddEndpointFilter<RetryOnceFilter>()
            .Produces<Stream>(contentType: "application/pdf").WithName("GetDocumentContent");
        visit.MapGet("/documents/{document}/signatures", Signatures).Access(Access.Visit).AddEndpointFilter<RetryOnceFilter>().WithName("GetDocumentSignatures");
        visit.MapPost("/documents/show", Show).Access(Access.Visit).WithMetadata(new Commands()).AddEndpointFilter<RetryOnceFilter>().WithName("ShowPage");
        visit.MapPut("/report/{section}", SaveSection).Access(Access.Officer).WithMetadata(new Commands()).MaxBody(128 * 1024)
            .AddEndpointFilter<RetryOnceFilter>().WithName("SaveSection");
    }

    private static async Task<DocumentView> Upload(
        string tenant, string visit, CommandId id, IGrainFactory grains, [FromServices] IDocumentIntake intake, HttpRequest request, CancellationToken ct)
    {
        // Asked before a byte is read: who may not add does not get to keep this node busy.
        await grains.Dossier(tenant, visit).MayAdd(id, ct);
        var file = await UploadedFile.ReadAsync(request, ct);
        var taken = await intake.TakeInAsync(tenant, visit, file.Name, file.Content, ct);
        var command = new AddDocument { CommandId = id, Document = taken };
        return await RetryOnce.RunAsync(() => grains.Dossier(tenant, visit).Add(command, ct));
    }

    private static async Task<NoContent> Withdraw(string tenant, string visit, string document, CommandId id, IGrainFactory grains, CancellationToken ct)
    {
        await grains.Dossier(tenant, visit).Withdraw(new WithdrawDocument { CommandId = id, Document = document }, ct);
        return TypedResults.NoContent();
    }

    private static async Task<IResult> Content(
        string tenant, string visit, string document, IGrainFactory grains, [FromServices] IBlobReader blobs, [FromServices] ISignatureReader signatures, LookIds looks,
        HttpContext http, string? download = null, CancellationToken ct = default)
    {
        var look = looks.Of(http.Caller(), $"{visit}/{document}");
        var stored = await grains.Dossier(tenant, visit).Open(new OpenDocument { CommandId = look, Document = document }, ct);
        // What leaves the house as a signed copy is what was signed, or it does not leave.
        if (download is not null && stored.Sealed && (await signatures.ReadAsync(tenant, visit, stored.Blob, ct)).Verdict is SignaturesVerdict.Broken or SignaturesVerdict.NotSigned)
            throw new BalieException(CopyBroken);
        var content = await blobs.OpenReadAsync(tenant, visit, stored.Blob, ct);
        http.Response.Headers.CacheControl = "private, no-store";
        return Results.Stream(
            content, "application/pdf", download is null ? null : PdfName(stored.FileName), enableRangeProcessing: true,
            entityTag: new EntityTagHeaderValue($"\"{stored.Blob.PlainSha256}\""));
    }

    private static async Task<SignaturesView> Signatures(
        string tenant, string visit, string document, IGrainFactory grains, [FromServices] ISignatureReader signatures, LookIds looks, HttpContext http, CancellationToken ct)
    {
        var look = looks.Of(http.Caller(), $"{visit}/{document}");
        var stored = await grains.Dossier(tenant, visit).Open(new OpenDocument { CommandId = look, Document = document }, ct);
        return await signatures.ReadAsync(tenant, visit, stored.Blob, ct);
    }

    private static async Task<NoContent> Show(string tenant, string visit, ShowBody body, CommandId id, IGrainFactory grains, CancellationToken ct)
    {
        await grains.Dossier(tenant, visit).Show(new ShowPage { CommandId = id, Document = body.Document, Page = body.Page }, ct);
        return TypedResults.NoContent();
    }

    private static Task<ReportSectionView> SaveSection(
        string tenant, string visit, string section, SectionBody body, CommandId id, IGrainFactory grains, CancellationToken ct) =>
        grains.Dossier(tenant, visit).SaveSection(
            new SaveSection { CommandId = id, Section = section, Text = body.Text, BasedOn = body.BasedOn, CallSecond = body.CallSecond }, ct);

    /// <summary>Images became PDF when they were taken in, and keep their name otherwise.</summary>
    private static string PdfName(string name) => Path.ChangeExtension(name, ".pdf");
}

public sealed record ShowBody
{
    /// <summary>Null ends looking together.</summary>
    public string? Document { get; init; }
    /// <summary>1-based.</summary>
    public int Page { get; init; } = 1;
}

public sealed record SectionBody
{
    public required string Text { get; init; }
    public required int BasedOn { get; init; }
    public int? CallSecond { get; init; }
}
