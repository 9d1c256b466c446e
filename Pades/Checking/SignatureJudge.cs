using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Balie.Pades.Cms;
using Balie.Pades.Reports;
using Balie.Pdf;

namespace Balie.Pades;

/// <summary>Judges one signature: format, integrity, certificate at the time that is proven, and what came after (ETSI EN 319 102-1, 5.3 and 5.5).</summary>
internal sealed class SignatureJudge(PdfDocument document, DocumentHistory history, VerificationPolicy policy) : IDisposable
{
    const string Pades = "ETSI.CAdES.detached", Older = "adbe.pkcs7.detached";

    readonly CertificateReader certificates = new();

    public void Dispose() => certificates.Dispose();

    /// <param name="proven">The earliest moment at which later time stamps prove that this signature existed.</param>
    public SignatureReport Judge(SignedEntry entry, DateTimeOffset? proven)
    {
        var report = Start(entry);
        if (entry.Range is not { } range) return report;
        var problem = ProblemOf(() =>
        {
            report = Placed(report, entry.Field, range);
            var cms = ReadCms(entry.Field, range);
            report = report with { Signer = NameOf(cms.Signer) };
            cms.Verify(range.Digest(document.Bytes, cms.Digest));
            report = Believed(report with { Intact = true }, entry, cms, proven);
        });
        return problem is null ? report : Against(report, problem);
    }

    /// <summary>What is known before anything was checked.</summary>
    public SignatureReport Start(SignedEntry entry)
    {
        var value = entry.Field.Value!;
        List<SignatureProblem> problems = entry.Problem is { } problem ? [problem] : [];
        if (entry.IsGone) problems.Add(new("signature-removed", "An earlier state of the file had this signature; it was taken out."));
        return new SignatureReport
        {
            Field = PdfText.Printable(entry.Field.Name), Problems = problems,
            ClaimedTime = PdfText.ParseDate(document.Reader.Resolve(value["M"])),
            Reason = Text(value["Reason"])
        };
    }

    /// <summary>Runs a check; what it throws stands against the signature.</summary>
    public static SignatureProblem? ProblemOf(Action check)
    {
        try
        {
            check();
            return null;
        }
        catch (CmsRefusedException e)
        {
            return new(e.Code, e.Message, e.SubIndication);
        }
        catch (CryptographicException)
        {
            return new("cms-broken", "The signature's certificates cannot be read.");
        }
        catch (PdfRefusedException e)
        {
            return new(e.Code, e.Message);
        }
    }

    public static SignatureReport Against(SignatureReport report, params IEnumerable<SignatureProblem> problems) => report with { Problems = [.. report.Problems, .. problems] };

    /// <summary>Which state it covers, and what its maker saw.</summary>
    public SignatureReport Placed(SignatureReport report, SignatureField field, SignedRange range)
    {
        var index = history.IndexOf(field, range);
        return report with
        {
            Revision = index + 1, Pages = history.State(index).PageCount, SignedLength = range.End, CoversWholeFile = range.End == document.Bytes.Length
        };
    }

    CmsSignature ReadCms(SignatureField field, SignedRange range)
    {
        var format = FormatOf(field);
        if (format is not (Pades or Older)) throw new CmsRefusedException("format", "The signature is of a format that is not accepted.");
        var cms = CmsSignature.Read(range.Contents, certificates);
        if (format == Pades && !cms.HasSigningCertificate) throw new CmsRefusedException("ess-missing", "The signature does not name its certificate, as PAdES demands.");
        return cms;
    }

    string? FormatOf(SignatureField field) => (document.Reader.Resolve(field.Value!["SubFilter"]) as PdfName)?.Value;

    SignatureReport Believed(SignatureReport report, SignedEntry entry, CmsSignature cms, DateTimeOffset? proven)
    {
        var warnings = new List<SignatureProblem>();
        var own = cms.TimeStamps.Select(value => TimeOf(value, cms, proven, warnings)).Where(time => time is not null).Min();
        var best = own < proven || proven is null ? own : proven;
        var path = new CertificatePath(policy.TrustAnchors, policy.Revocation, CertificateUse.Documents).Judge(cms.Signer, cms.Certificates, best, policy.At);
        var ended = AlgorithmTable.Judge(AlgorithmTable.EndOf(cms.Signer, cms.Algorithm.Kind), best, policy.At);
        if (cms.Algorithm.Kind == KeyKind.Ed25519) warnings.Add(new("not-in-catalogue", "Ed25519 is not in the catalogue of ETSI TS 119 312."));
        if (Text(entry.Field.Value!["Name"]) is { Length: > 0 } name && !string.Equals(name, report.Signer, StringComparison.OrdinalIgnoreCase))
            warnings.Add(new("name-differs", $"The file calls the signer '{name}'; the certificate is of '{report.Signer}'. Only the certificate proves anything."));
        report = report with
        {
            ProvenTime = best, Level = FormatOf(entry.Field) != Pades ? null : best is null ? "B-B" : "B-T",
            Trusted = path.All(problem => problem.Code == "revocation"), Warnings = warnings,
            Problems = [.. report.Problems, .. path, .. ended is null ? [] : new[] { ended }]
        };
        return Afterwards(report, entry);
    }

    /// <summary>What later revisions did, and whether what was signed can change by itself.</summary>
    public SignatureReport Afterwards(SignatureReport report, SignedEntry entry)
    {
        var index = report.Revision - 1;
        var state = history.State(index);
        var signed = state.SignatureFields.First(field => field.Value?["Contents"] is PdfString { Start: var start } && start == entry.Range!.GapStart);
        var rules = ChangeRules.Of(state, signed);
        var changes = history.ChangesAfter(index)
            .Select(found => new LaterChange(found.Revision, found.Change.Kind, found.Change.Subject, found.Change.Pages, rules.Allows(found.Change))).ToArray();
        var forbidden = changes.Where(change => !change.Allowed).Select(change => new SignatureProblem("later-change", ChangeWords.English(change)));
        var restless = history.SelfChanging(index).Order(StringComparer.Ordinal).Select(name =>
            new SignatureProblem("self-changing", $"What was signed can show itself differently: it holds {name}.", SubIndication.SigConstraintsFailure));
        return Against(report with { ChangesAfter = changes, LaterChangesAllowed = changes.All(change => change.Allowed) }, [.. forbidden, .. restless]);
    }

    /// <summary>The time a signature time stamp proves; null, with a warning, when it proves none.</summary>
    DateTimeOffset? TimeOf(ReadOnlyMemory<byte> value, CmsSignature cms, DateTimeOffset? proven, List<SignatureProblem> warnings)
    {
        try
        {
            var token = TimeStampToken.Read(value);
            token.Verify(name => CryptographicOperations.HashData(name, cms.Value.Span), policy.TimeStampAnchors ?? policy.TrustAnchors);
            var problems = token.JudgeAuthority(policy, proven);
            if (problems.Count == 0) return token.Time;
            warnings.Add(new("time-stamp", $"The time stamp of the signature proves nothing: {problems[0].Message}", problems[0].SubIndication));
        }
        catch (CmsRefusedException e)
        {
            warnings.Add(new("time-stamp", $"The time stamp of the signature proves nothing: {e.Message}", e.SubIndication));
        }
        return null;
    }

    public static string NameOf(X509Certificate2 certificate) => PdfText.Printable(certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false));

    string? Text(PdfObject? value) => document.Reader.Resolve(value) is PdfString text ? PdfText.Printable(PdfText.Decode(text.Bytes)) : null;
}
