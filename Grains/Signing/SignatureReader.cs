using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Interfaces.Signing;
using Balie.Pades;
using Balie.Pades.Reports;
using Balie.Pdf;

namespace Balie.Grains.Signing;

/// <summary>
/// Verifies what is in the store: signatures under the municipality's own seal are trusted through it; of anybody else's it is said that
/// their certificate is not known here. Revocation is not looked up, and the words say so.
/// </summary>
public sealed class SignatureReader(IBlobStore blobs, ISealKeys seals, TimeProvider time) : ISignatureReader
{
    public async Task<SignaturesView> ReadAsync(string tenant, string dossier, BlobRef blob, CancellationToken ct = default)
    {
        await using var stream = await blobs.OpenReadAsync(tenant, dossier, blob, ct);
        var bytes = new byte[stream.Length];
        await stream.ReadExactlyAsync(bytes, ct);
        if (!Convert.ToHexStringLower(SHA256.HashData(bytes)).Equals(blob.PlainSha256, StringComparison.OrdinalIgnoreCase)) return Unreadable;
        var policy = new VerificationPolicy { TrustAnchors = Anchors(tenant), Revocation = RevocationRule.Soft, At = time.GetUtcNow() };
        try
        {
            return View(SignatureCheck.Verify(bytes, policy));
        }
        catch (PdfRefusedException)
        {
            return Unreadable;
        }
    }

    private static SignaturesView Unreadable { get; } = new()
    {
        Verdict = SignaturesVerdict.Broken, Sentence = "Dit bestand is niet (meer) te lezen als het document dat bewaard is.", Signatures = [],
    };

    private static SignaturesView View(VerificationReport report) => new()
    {
        Verdict = Plain(report.Verdict),
        Sentence = ReportText.Sentence(report, ReportLanguage.Dutch),
        Signatures = [.. report.Signatures.Concat(report.TimeStamps).Select(one => new SignatureView
        {
            Field = one.Field, Verdict = Plain(one.Verdict), Lines = [.. ReportText.Lines(one, ReportLanguage.Dutch)],
        })],
    };

    private static SignaturesVerdict Plain(Verdict? verdict) => verdict switch
    {
        null => SignaturesVerdict.NotSigned,
        Verdict.TotalPassed => SignaturesVerdict.Holds,
        Verdict.TotalFailed => SignaturesVerdict.Broken,
        _ => SignaturesVerdict.Unclear,
    };

    /// <summary>Who issued the seal, or the seal when its file names nobody else; none when no seal is set up, and then nothing can be said for sure.</summary>
    private IReadOnlyList<X509Certificate2> Anchors(string tenant)
    {
        try
        {
            var chain = seals.ForTenant(tenant).Chain;
            return chain.Count > 1 ? [.. chain.Skip(1)] : chain;
        }
        catch (BalieException missing) when (missing.Error.Code == SigningErrors.SealMissing.Code)
        {
            return [];
        }
    }
}
