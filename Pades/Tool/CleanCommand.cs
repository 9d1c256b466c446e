using System.Text.Json.Nodes;
using Balie.Pades.Cleaning;
using Balie.Pades.Reports;
using Balie.Pdf;

namespace Balie.Pades.Tool;

/// <summary>Rewrites an unsigned file so that it does nothing by itself, and says as JSON what went.</summary>
sealed class CleanCommand : ICommand
{
    public string Name => "clean";

    public string Usage => "clean IN OUT [--keep-files]";

    public async Task<ExitCode> RunAsync(Arguments arguments, Session session, CancellationToken ct = default)
    {
        var policy = new CleaningPolicy { KeepEmbeddedFiles = arguments.Flag("--keep-files") };
        string from = arguments.File("IN"), to = arguments.File("OUT");
        arguments.Done();
        using var mapped = MappedPdf.Open(from);
        var cleaned = PdfCleaner.Clean(mapped.Memory, policy);
        await Files.WriteWholeAsync(to, cleaned.Pdf, ct: ct);
        await session.WriteAsync(ReportJson.Text(Describe(cleaned)), ct);
        return ExitCode.Done;
    }

    static JsonObject Describe(RewrittenPdf cleaned) => new()
    {
        ["tolerated"] = List(cleaned.Tolerated),
        ["removed"] = List(cleaned.Removed),
        ["sha256Before"] = Convert.ToHexStringLower(cleaned.OriginalSha256),
        ["sha256After"] = Convert.ToHexStringLower(cleaned.Sha256)
    };

    static JsonArray List(IEnumerable<string> words) => new([.. words.Select(word => (JsonNode)PdfText.Printable(word))]);
}
