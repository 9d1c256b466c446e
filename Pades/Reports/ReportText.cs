using System.Globalization;
using System.Text;

namespace Balie.Pades.Reports;

/// <summary>Languages of <see cref="ReportText"/>. No clause: the sentences are this library's own.</summary>
public enum ReportLanguage { English, Dutch }

/// <summary>
/// A report as text that a person reads: what each signer saw, what came after and on which pages, and what stands against a signature.
/// Names come from the file; they were made harmless when the report was made. No clause: the sentences are this library's own, the verdicts those of ETSI EN 319 102-1.
/// </summary>
public static class ReportText
{
    /// <summary>One line about the whole file.</summary>
    public static string Headline(VerificationReport report, ReportLanguage language)
    {
        var sentence = Sentence(report, language);
        return report.Verdict is { } verdict ? $"{sentence} ({Standard(verdict, report.SubIndication)})" : sentence;
    }

    /// <summary>The verdict on the whole file, without the standard's words.</summary>
    public static string Sentence(VerificationReport report, ReportLanguage language)
    {
        var words = Words.Of(language);
        return report.Verdict switch { null => words.Unsigned, Verdict.TotalPassed => words.Passed, Verdict.TotalFailed => words.Failed, _ => words.Indeterminate };
    }

    /// <summary>What there is to say about one signature, a sentence or two each.</summary>
    public static IEnumerable<string> Lines(SignatureReport report, ReportLanguage language) => Lines(Words.Of(language), report);

    static string Standard(Verdict verdict, SubIndication? sub) => sub is { } known ? $"{verdict.Word()}, {known.Word()}" : verdict.Word();

    /// <summary>The whole report, lines ending in a line feed.</summary>
    public static string Write(VerificationReport report, ReportLanguage language)
    {
        var words = Words.Of(language);
        var text = new StringBuilder().Append(Headline(report, language)).Append('\n');
        text.Append(CultureInfo.InvariantCulture, $"{words.File(report.Pages, report.Revisions)}\n");
        text.Append(CultureInfo.InvariantCulture, $"{words.Judged(Moment(report.At))}{(report.RevocationChecked ? "" : " " + words.RevocationUnchecked)}\n");
        foreach (var signature in report.Signatures) Append(text, words, signature, words.Signature);
        foreach (var stamp in report.TimeStamps) Append(text, words, stamp, words.TimeStamp);
        return text.ToString();
    }

    static void Append(StringBuilder text, Words words, SignatureReport report, string kind)
    {
        text.Append(CultureInfo.InvariantCulture, $"\n{kind} '{report.Field}': {Standard(report.Verdict, report.SubIndication)}\n");
        foreach (var line in Lines(words, report)) text.Append(CultureInfo.InvariantCulture, $"  {line}\n");
    }

    static IEnumerable<string> Lines(Words words, SignatureReport report)
    {
        yield return words.By(report.Signer, report.Level);
        if (report.ProvenTime is { } proven) yield return words.Proven(Moment(proven));
        else if (report.ClaimedTime is { } claimed) yield return words.Claimed(Moment(claimed));
        if (report.Reason is { Length: > 0 } reason) yield return words.Because(reason);
        if (report.Revision > 0) yield return words.Saw(report.Revision, report.Pages);
        if (report.CoversWholeFile) yield return words.NothingAfter;
        foreach (var change in report.ChangesAfter) yield return $"{words.Change(change)} {(change.Allowed ? words.Allowed : words.Forbidden)}";
        foreach (var problem in report.Problems.Where(problem => problem.Code != "later-change")) yield return $"! {words.Problem(problem)}";
        foreach (var warning in report.Warnings) yield return $"~ {words.Problem(warning)}";
    }

    static string Moment(DateTimeOffset time) => time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
}
