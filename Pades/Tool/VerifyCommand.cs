using System.Text.Json.Nodes;
using Balie.Pades.Reports;
using Balie.Pdf;

namespace Balie.Pades.Tool;

/// <summary>Judges the signatures of a file, or of every PDF in a folder; the code is that of the worst.</summary>
sealed class VerifyCommand : ICommand
{
    public string Name => "verify";

    public string Usage => "verify FILE|FOLDER [--trust PEM]... [--tsa-trust PEM]... [--revocation require|soft] [--at TIME] [--json] [--lang nl|en]";

    public async Task<ExitCode> RunAsync(Arguments arguments, Session session, CancellationToken ct = default)
    {
        var policy = Policy(arguments, session.Time);
        var json = arguments.Flag("--json");
        var language = arguments.Choice("--lang", "en", "nl", "en") == "nl" ? ReportLanguage.Dutch : ReportLanguage.English;
        var path = arguments.File("FILE or FOLDER");
        arguments.Done();
        return Directory.Exists(path) ? await FolderAsync(path, policy, json, language, session, ct) : await FileAsync(path, policy, json, language, session, ct);
    }

    static VerificationPolicy Policy(Arguments arguments, TimeProvider time)
    {
        var stampers = arguments.Options("--tsa-trust");
        return new VerificationPolicy
        {
            TrustAnchors = Files.Certificates(arguments.Options("--trust")),
            TimeStampAnchors = stampers.Count == 0 ? null : Files.Certificates(stampers),
            Revocation = arguments.Choice("--revocation", "require", "require", "soft") == "soft" ? RevocationRule.Soft : RevocationRule.Require,
            At = arguments.Moment("--at") ?? time.GetUtcNow()
        };
    }

    static async Task<ExitCode> FileAsync(string path, VerificationPolicy policy, bool json, ReportLanguage language, Session session, CancellationToken ct)
    {
        var (report, refusal) = await JudgeAsync(path, policy, ct);
        if (refusal is not null) await session.Messages.WriteLineAsync(PdfText.Printable(refusal.Message));
        if (json) await session.WriteAsync(ReportJson.Text(Node(report, refusal)), ct);
        else if (report is not null) await session.WriteAsync(ReportText.Write(report, language), ct);
        return Code(report);
    }

    static async Task<ExitCode> FolderAsync(string folder, VerificationPolicy policy, bool json, ReportLanguage language, Session session, CancellationToken ct)
    {
        var worst = ExitCode.Done;
        var all = new JsonArray();
        foreach (var path in Directory.EnumerateFiles(folder).Where(name => name.EndsWith(".pdf", StringComparison.OrdinalIgnoreCase)).Order(StringComparer.Ordinal))
        {
            var (report, refusal) = await JudgeAsync(path, policy, ct);
            worst = Worse(worst, Code(report));
            var node = Node(report, refusal);
            node.Insert(0, "file", PdfText.Printable(Path.GetFileName(path)));
            all.Add((JsonNode)node);
            if (!json) await session.Messages.WriteLineAsync($"{PdfText.Printable(Path.GetFileName(path))}: {(report is null ? refusal!.Message : ReportText.Headline(report, language))}");
        }
        await session.WriteAsync(ReportJson.Text(all), ct);
        return worst;
    }

    static async Task<(VerificationReport? Report, PdfRefusedException? Refusal)> JudgeAsync(string path, VerificationPolicy policy, CancellationToken ct)
    {
        try
        {
            return (SignatureCheck.Verify(await Files.ReadPdfAsync(path, ct), policy), null);
        }
        catch (PdfRefusedException refused)
        {
            return (null, refused);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) // the others in a folder are judged all the same
        {
            return (null, new PdfRefusedException("unreadable", e.Message, e));
        }
    }

    static JsonObject Node(VerificationReport? report, PdfRefusedException? refusal) =>
        report is null ? ReportJson.Refused(refusal!) : ReportJson.Node(report);

    /// <summary>A file that nobody signed is not passed: there is nothing that could be relied on.</summary>
    static ExitCode Code(VerificationReport? report) => report switch
    {
        null => ExitCode.Refused,
        { Verdict: Verdict.TotalPassed } => ExitCode.Done,
        { Verdict: Verdict.TotalFailed } => ExitCode.Failed,
        _ => ExitCode.Indeterminate
    };

    /// <summary>From good to bad: passed, indeterminate, unreadable, failed.</summary>
    static ExitCode Worse(ExitCode one, ExitCode other)
    {
        ExitCode[] order = [ExitCode.Done, ExitCode.Indeterminate, ExitCode.Refused, ExitCode.Failed];
        return order[Math.Max(Array.IndexOf(order, one), Array.IndexOf(order, other))];
    }
}
