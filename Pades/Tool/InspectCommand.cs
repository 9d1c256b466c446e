using System.Text.Json.Nodes;
using Balie.Pades.Reports;
using Balie.Pdf;

namespace Balie.Pades.Tool;

/// <summary>Tells what a file is, without judging its signatures.</summary>
sealed class InspectCommand : ICommand
{
    public string Name => "inspect";

    public string Usage => "inspect FILE";

    public async Task<ExitCode> RunAsync(Arguments arguments, Session session, CancellationToken ct = default)
    {
        var path = arguments.File("FILE");
        arguments.Flag("--json"); // the only form there is
        arguments.Done();
        var (document, tolerated, sound) = TolerantReader.Open(await Files.ReadPdfAsync(path, ct));
        await session.WriteAsync(ReportJson.Text(Describe(document, tolerated, sound)), ct);
        return ExitCode.Done;
    }

    static JsonObject Describe(PdfDocument document, IReadOnlyList<string> tolerated, bool sound) => new()
    {
        ["bytes"] = document.Bytes.Length,
        ["needsRepair"] = !sound,
        ["tolerated"] = new JsonArray([.. tolerated.Select(word => (JsonNode)word)]),
        ["pages"] = document.PageCount,
        ["tagged"] = document.IsTagged,
        ["revisions"] = new JsonArray([.. document.Revisions.Select(revision => (JsonNode)new JsonObject { ["end"] = revision.End, ["xref"] = revision.XrefOffset })]),
        ["fields"] = new JsonArray([.. document.SignatureFields.Select(field => (JsonNode)new JsonObject
        {
            ["name"] = PdfText.Printable(field.Name), ["page"] = field.Page, ["signed"] = field.IsSigned
        })]),
        ["activeContent"] = new JsonArray([.. document.ActiveContent.Order(StringComparer.Ordinal).Select(name => (JsonNode)PdfText.Printable(name))])
    };
}
