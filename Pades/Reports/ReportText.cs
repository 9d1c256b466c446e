using System.Text;

namespace Balie.Pades.Reports;

public enum ReportLanguage { English, Dutch }

/// <summary>A report as text that a person reads.</summary>
public static class ReportText
{
    public static string Headline(VerificationReport report, ReportLanguage language) =>
        report.Verdict is { } verdict ? $"{verdict.Word()}{(report.SubIndication is { } sub ? $" ({sub.Word()})" : "")}" : language == ReportLanguage.Dutch ? "niet ondertekend" : "not signed";

    public static string Write(VerificationReport report, ReportLanguage language)
    {
        var text = new StringBuilder(Headline(report, language)).Append('\n');
        foreach (var signature in report.Signatures) text.Append(signature.ToString()).Append('\n');
        return text.ToString();
    }
}
