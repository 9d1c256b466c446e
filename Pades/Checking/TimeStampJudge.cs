using Balie.Pdf;

namespace Balie.Pades;

/// <summary>Judges document time stamps (ISO 32000-2, 12.8.5; ETSI EN 319 142-1, 5.4.3).</summary>
internal sealed class TimeStampJudge(PdfDocument document, SignatureJudge judge, VerificationPolicy policy, IReadOnlySet<SignedEntry> outOfOrder)
{
    public SignatureReport Judge(SignedEntry entry, DateTimeOffset? proven)
    {
        var report = judge.Start(entry);
        if (entry.Range is not { } range) return report;
        var problem = SignatureJudge.ProblemOf(() =>
        {
            report = judge.Placed(report, entry.Field, range);
            var token = TimeStampToken.Read(range.Contents);
            if (token.Authority is { } authority) report = report with { Signer = SignatureJudge.NameOf(authority) };
            token.Verify(name => range.Digest(document.Bytes, name), policy.TimeStampAnchors ?? policy.TrustAnchors);
            var problems = token.JudgeAuthority(policy, proven).ToList();
            if (outOfOrder.Contains(entry)) problems.Add(new("time-stamp-order", "The time stamp tells an earlier time than one that it covers.", SubIndication.TimestampOrderFailure));
            report = report with { Intact = true, Trusted = problems.Count == 0, ProvenTime = token.Time, Problems = [.. report.Problems, .. problems] };
            report = judge.Afterwards(report, entry);
        });
        return problem is null ? report : SignatureJudge.Against(report, problem);
    }
}
