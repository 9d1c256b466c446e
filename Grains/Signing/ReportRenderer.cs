using Balie.Grains.Documents.Conversion;
using Balie.Grains.Interfaces.Booking;
using Balie.Grains.Interfaces.Calls;
using Balie.Grains.Interfaces.Documents;
using Balie.Grains.Interfaces.Identity;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Interfaces.Recording;
using Balie.Grains.Interfaces.Signing;
using Balie.Grains.Interfaces.Tenancy;
using Balie.Grains.Platform;
using Balie.Pades;
using Balie.Pdf;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Balie.Grains.Signing;

/// <summary>
/// Makes the PDF of a closed report, outside any grain's turn: asks the rooms what is known, fills the product's template, lets LibreOffice write PDF/A-2b, places
/// an empty field for each signer and tells the ceremony. Doing it twice for a round changes nothing the second time.
/// </summary>
public sealed partial class ReportRenderer(IGrainFactory grains, IJournalHeads journal, OfficeWorker office, IBlobStore blobs, JournalClock clock, IHostApplicationLifetime host, ILogger<ReportRenderer> log)
{
    private const string Unforeseen = "Van het verslag kon geen PDF worden gemaakt. Probeer opnieuw; lukt het niet, verwittig dan de beheerder.";

    /// <param name="lastTry">Whether a failure is final: then the officer is told instead of trying once more. That a room is <see cref="Away"/> never is.</param>
    public async Task RenderAsync(string tenant, RenderReport job, bool lastTry, CancellationToken ct = default)
    {
        Caller.Current = Caller.System(tenant, "signing");
        var key = GrainKey.Of(tenant, job.Visit);
        var ceremony = grains.GetGrain<ISigningCeremonyGrain>(key.ToString());
        if (await ceremony.ToRender(job.Round, ct) is not { } signing) return;
        try
        {
            var pdf = await MakeAsync(key, signing, ct);
            var blob = await blobs.WriteAsync(tenant, job.Visit, new MemoryStream(pdf, writable: false), ct);
            await ceremony.DocumentReady(new DocumentReady
            {
                CommandId = DerivedId.Of(Guid.Empty, $"{key}/ready/{job.Round}/{blob.Address}"),
                Document = Ceremony.DocumentId(job.Round, 0),
                Blob = blob,
                Pages = PdfDocument.Open(pdf).PageCount,
                Round = job.Round,
            }, ct);
        }
        // While this node stops, it stopped the try, or took away what the try needs: the next node has one of its own.
        catch (Exception problem) when (!host.ApplicationStopping.IsCancellationRequested && !Away.Is(problem) && (lastTry || problem is BalieException { Error.Kind: not ErrorKind.Unavailable }))
        {
            LogFailed(problem, key, job.Round);
            var reason = problem is BalieException refused ? refused.Message : Unforeseen;
            // The time of this try may be over; that it failed must be said all the same.
            await ceremony.DocumentFailed(new DocumentFailed { CommandId = Guid.NewGuid(), Round = job.Round, Reason = reason }, CancellationToken.None);
        }
    }

    private async Task<byte[]> MakeAsync(GrainKey key, SigningView signing, CancellationToken ct)
    {
        var sources = await CollectAsync(key, signing, ct);
        var flat = ReportTemplate.Fill(ReportTemplate.Load(sources.Template), ReportContent.Of(sources));
        var pdf = await office.ConvertToPdfAAsync(flat, ct);
        var boxes = await SignatureBoxes.LocateAsync(pdf, ct);
        return EmptySignatureFields.Place(pdf,
        [
            .. signing.Signers.Zip(boxes, (signer, box) => new EmptySignatureField(
                signer.Role == "burger" ? SigningDecisions.CitizenField : SigningDecisions.OfficerField,
                $"Handtekening van {signer.Name}, {signer.Role}",
                new SignaturePlace(box.Page, new PdfRectangle(box.X, box.Y, box.Width, box.Height)))),
        ]);
    }

    /// <summary>All that was committed when this began is in it. The report stays, so no room may answer with what it knew before.</summary>
    private async Task<ReportSources> CollectAsync(GrainKey key, SigningView signing, CancellationToken ct)
    {
        var heads = (await journal.HeadsAsync([key], ct))[key];
        var sources = await ViewsAsync(key, signing, ct);
        if (sources.Behind(heads) is not { Count: > 0 } behind) return sources;
        await grains.CatchUpAsync(key, behind, ct);
        sources = await ViewsAsync(key, signing, ct);
        // The ceremony itself went on, or another activation has taken a room's place: the next try sees it.
        return sources.Behind(heads).Count == 0 ? sources : throw new BalieException(RoomErrors.Moved);
    }

    private async Task<ReportSources> ViewsAsync(GrainKey key, SigningView signing, CancellationToken ct) => new()
    {
        Settings = await grains.GetGrain<ITenantGrain>(GrainKey.Of(key.Tenant, "tenant").ToString()).Settings(ct),
        Appointment = await grains.GetGrain<IAppointmentGrain>(key.ToString()).View(ct),
        Call = await grains.GetGrain<ICallRoomGrain>(key.ToString()).View(ct),
        Identity = await grains.GetGrain<IIdentityCheckGrain>(key.ToString()).View(ct),
        Dossier = await grains.GetGrain<IDossierGrain>(key.ToString()).View(ct),
        Recording = await grains.GetGrain<IRecordingGrain>(key.ToString()).View(ct),
        Signing = signing,
        Now = clock.GetUtcNow(),
    };

    [LoggerMessage(Level = LogLevel.Error, Message = "The report of {Key}, round {Round}, did not become a PDF.")]
    private partial void LogFailed(Exception problem, GrainKey key, int round);
}
