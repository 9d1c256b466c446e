using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Balie.Pades.Cms;
using Balie.Pdf;

namespace Balie.Pades;

/// <summary>
/// Checks every signature of a file at level B-B (ETSI EN 319 102-1, 5.3 in part: format, integrity and path to a trust
/// anchor; no revocation, no time stamps). Offline: no address in a certificate is ever followed.
/// </summary>
public static class SignatureCheck
{
    static readonly HashSet<string> Formats = ["ETSI.CAdES.detached", "adbe.pkcs7.detached"];

    /// <summary>Judges every signature of a file under a policy.</summary>
    /// <exception cref="PdfRefusedException">The file cannot be read.</exception>
    public static VerificationReport Verify(ReadOnlyMemory<byte> pdf, VerificationPolicy policy)
    {
        var signatures = Verify(pdf, policy.TrustAnchors, policy.At);
        var required = policy.Revocation == RevocationRule.Require;
        return new() { At = policy.At, Signatures = [.. signatures.Select(report => required && report.Trusted ? report with { Problems = [.. report.Problems, NoRevocation] } : report)] };
    }

    static readonly SignatureProblem NoRevocation = new("revocation", "Whether a certificate was revoked cannot be judged.", SubIndication.CertificateChainGeneralFailure);

    /// <summary>One report for each signed field, oldest revision first; empty when nobody signed.</summary>
    /// <param name="at">The moment at which certificates must be valid.</param>
    /// <exception cref="PdfRefusedException">The file cannot be read.</exception>
    public static IReadOnlyList<SignatureReport> Verify(ReadOnlyMemory<byte> pdf, IReadOnlyCollection<X509Certificate2> trustAnchors, DateTimeOffset at)
    {
        var document = PdfDocument.Open(pdf);
        if (document.SignatureFields.Count(signed => signed.IsSigned) > PdfLimits.Signatures)
            throw new PdfRefusedException("too-many-signatures", $"The file has more than {PdfLimits.Signatures} signatures.");
        return [.. document.SignatureFields.Where(signed => signed.IsSigned)
            .Select(signed => Check(document, signed, trustAnchors, at)).OrderBy(report => report.SignedLength)];
    }

    static SignatureReport Check(PdfDocument document, SignatureField signed, IReadOnlyCollection<X509Certificate2> anchors, DateTimeOffset at)
    {
        var reader = document.Reader;
        var problems = new List<SignatureProblem>();
        var report = new SignatureReport
        {
            Field = PdfText.Printable(signed.Name), Problems = problems,
            ClaimedTime = PdfText.ParseDate(reader.Resolve(signed.Value!["M"])),
            Reason = reader.Resolve(signed.Value["Reason"]) is PdfString reason ? PdfText.Printable(PdfText.Decode(reason.Bytes)) : null
        };
        try
        {
            var range = SignedRange.Read(document, signed);
            report = report with { SignedLength = range.End, CoversWholeFile = range.End == document.Bytes.Length };
            var cms = ReadCms(document, signed, range);
            report = report with { Signer = PdfText.Printable(cms.Signer.GetNameInfo(X509NameType.SimpleName, forIssuer: false)) };
            cms.Verify(Digest(document.Bytes.Span, range, cms.Digest));
            report = report with { Intact = true, Trusted = IsTrusted(cms, anchors, at, problems) };
            problems.AddRange(LaterChanges.Judge(document, signed, range));
            return report with { LaterChangesAllowed = !problems.Any(problem => problem.Code == LaterChanges.Code) };
        }
        catch (CmsRefusedException e)
        {
            problems.Add(new SignatureProblem(e.Code, e.Message, e.Code switch { "digest" => SubIndication.HashFailure, "signature" => SubIndication.SigCryptoFailure, _ => SubIndication.FormatFailure }));
        }
        catch (CryptographicException)
        {
            problems.Add(new SignatureProblem("cms-broken", "The signature's certificates cannot be read."));
        }
        catch (PdfRefusedException e)
        {
            problems.Add(new SignatureProblem(e.Code, e.Message));
        }
        return report;
    }

    static CmsSignature ReadCms(PdfDocument document, SignatureField signed, SignedRange range)
    {
        var format = (document.Reader.Resolve(signed.Value!["SubFilter"]) as PdfName)?.Value;
        if (format is null || !Formats.Contains(format)) throw new CmsRefusedException("format", "The signature is of a format that is not accepted.");
        var cms = CmsSignature.Read(range.Contents);
        if (format == "ETSI.CAdES.detached" && !cms.HasSigningCertificate)
            throw new CmsRefusedException("ess", "The signature does not name its certificate, as PAdES demands.");
        return cms;
    }

    static byte[] Digest(ReadOnlySpan<byte> file, SignedRange range, HashAlgorithmName name)
    {
        using var hash = IncrementalHash.CreateHash(name);
        hash.AppendData(file[..range.GapStart]);
        hash.AppendData(file[range.GapEnd..range.End]);
        return hash.GetHashAndReset();
    }

    static bool IsTrusted(CmsSignature cms, IReadOnlyCollection<X509Certificate2> anchors, DateTimeOffset at, List<SignatureProblem> problems)
    {
        using var chain = new X509Chain();
        var policy = chain.ChainPolicy;
        policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        policy.CustomTrustStore.AddRange(anchors.ToArray());
        policy.ExtraStore.AddRange(cms.Certificates.ToArray());
        policy.RevocationMode = X509RevocationMode.NoCheck;
        policy.DisableCertificateDownloads = true;
        policy.VerificationTime = at.UtcDateTime;
        policy.VerificationTimeIgnored = false;
        if (!chain.Build(cms.Signer))
        {
            var reasons = string.Join(", ", chain.ChainStatus.Select(status => status.Status).Distinct());
            problems.Add(new SignatureProblem("untrusted", $"The certificate does not lead to a trust anchor ({reasons}).", SubIndication.NoCertificateChainFound));
            return false;
        }
        if (MaySign(cms.Signer)) return true;
        problems.Add(new SignatureProblem("key-usage", "The certificate is not meant for signing.", SubIndication.ChainConstraintsFailure));
        return false;
    }

    static bool MaySign(X509Certificate2 certificate) => certificate.Extensions.OfType<X509KeyUsageExtension>().FirstOrDefault() is not { } usage
        || (usage.KeyUsages & (X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.NonRepudiation)) != 0;
}
