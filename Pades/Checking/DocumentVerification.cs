using Balie.Pades.Cms;
using Balie.Pdf;

namespace Balie.Pades;

/// <summary>A signature or time stamp as it was found in the file.</summary>
/// <param name="Range">What it covers; null when that is not as it should be, and <paramref name="Problem"/> says why.</param>
/// <param name="IsGone">An earlier state had it, the file no longer does.</param>
internal sealed record SignedEntry(SignatureField Field, bool IsTimeStamp, SignedRange? Range, SignatureProblem? Problem, bool IsGone)
{
    public int End => Range?.End ?? 0;
}

/// <summary>
/// Judges all signatures and time stamps of one file from the newest to the oldest, because what a time stamp proves helps everything
/// below it (ETSI EN 319 102-1, 5.6.3).
/// </summary>
internal sealed class DocumentVerification(PdfDocument document, VerificationPolicy policy)
{
    readonly DocumentHistory history = new(document);

    public VerificationReport Run()
    {
        var entries = Entries();
        using var judge = new SignatureJudge(document, history, policy);
        var stamps = new TimeStampJudge(document, judge, policy, OutOfOrder(entries));
        var reports = new List<(SignedEntry Entry, SignatureReport Report)>();
        DateTimeOffset? proven = null;
        foreach (var entry in entries.AsEnumerable().Reverse())
        {
            var report = entry.IsTimeStamp ? stamps.Judge(entry, proven) : judge.Judge(entry, proven);
            reports.Add((entry, report));
            if (entry is { IsTimeStamp: true, IsGone: false } && report is { Intact: true, Trusted: true, ProvenTime: { } time } && !(proven < time)) proven = time;
        }
        reports.Reverse();
        return Report(reports);
    }

    VerificationReport Report(List<(SignedEntry Entry, SignatureReport Report)> reports)
    {
        var all = reports.Select(one => one.Report);
        return new VerificationReport
        {
            Signatures = [.. reports.Where(one => !one.Entry.IsTimeStamp).Select(one => one.Report)],
            TimeStamps = [.. reports.Where(one => one.Entry.IsTimeStamp).Select(one => one.Report)],
            At = policy.At, Pages = document.PageCount, Revisions = history.Count,
            RevocationChecked = policy.Revocation == RevocationRule.Require && all.Any() && all.All(report => report.Intact && report.Problems.All(problem => problem.Code != "revocation"))
        };
    }

    List<SignedEntry> Entries()
    {
        var signed = document.SignatureFields.Where(field => field.IsSigned).Select(field => Entry(field, isGone: false));
        // Without the word there never was a signature, and the earlier states need not be opened.
        var gone = document.Bytes.Span.IndexOf("/ByteRange"u8) < 0 ? [] : history.Removed().Select(field => Entry(field, isGone: true));
        var entries = signed.Concat(gone).OrderBy(entry => entry.End).ToList();
        if (entries.Count > PdfLimits.Signatures) throw new PdfRefusedException("too-many-signatures", $"The file has more than {PdfLimits.Signatures} signatures.");
        return entries;
    }

    SignedEntry Entry(SignatureField field, bool isGone)
    {
        var isTimeStamp = SignatureKinds.IsTimeStamp(document.Reader, field.Value!);
        try
        {
            return new SignedEntry(field, isTimeStamp, SignedRange.Read(document, field), null, isGone);
        }
        catch (CmsRefusedException e)
        {
            return new SignedEntry(field, isTimeStamp, null, new(e.Code, e.Message, e.SubIndication), isGone);
        }
    }

    /// <summary>Time stamps that tell an earlier time than one they cover (EN 319 102-1, 5.6.2.3): a clock is wrong, and they prove nothing.</summary>
    static HashSet<SignedEntry> OutOfOrder(IEnumerable<SignedEntry> oldestFirst)
    {
        var wrong = new HashSet<SignedEntry>();
        var latest = DateTimeOffset.MinValue;
        foreach (var entry in oldestFirst.Where(entry => entry is { IsTimeStamp: true, Range: not null }))
        {
            if (TimeStampToken.TryRead(entry.Range!.Contents)?.Time is not { } time) continue;
            if (time < latest) wrong.Add(entry);
            else latest = time;
        }
        return wrong;
    }
}
