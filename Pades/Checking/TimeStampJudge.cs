using Balie.Pdf;

namespace Balie.Pades;

/// <summary>Judges document time stamps (ISO 32000-2, 12.8.5; ETSI EN 319 142-1, 5.4.3).</summary>
internal sealed class TimeStampJudge(PdfDocument document, SignatureJudge judge, VerificationPolicy policy, IReadOnlySet<SignedEntry> outOfOrder)
{
    public SignatureReport Judge(SignedEntry entry, DateTimeOffset? proven)
    {
        var report = judge.Start(entry);
        return entry.Range is not { } range ? report : SignatureJudge.Guard(report, current =>
        {
            current = judge.Placed(current, range);
            var token = TimeStampToken.Read(range.Contents);
            if (token.Authority is { } authority) current = current with { Signer = SignatureJudge.NameOf(authority) };
            token.Verify(name => range.Digest(document.Bytes, name), policy.TimeStampAnchors ?? policy.TrustAnchors);
            var problems = token.JudgeAuthority(policy, proven).ToList();
            if (outOfOrder.Contains(entry)) problems.Add(new("time-stamp-order", "The time stamp tells an earlier time than one that it covers.", SubIndication.TimestampOrderFailure));
            current = current with { Intact = true, Trusted = problems.Count == 0, ProvenTime = token.Time, Problems = [.. current.Problems, .. problems] };
            return judge.Afterwards(current, entry);
        });
    }
}
