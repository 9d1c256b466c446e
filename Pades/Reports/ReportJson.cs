using System.Text.Json;
using System.Text.Json.Nodes;
using Balie.Pdf;

namespace Balie.Pades.Reports;

/// <summary>
/// A report as JSON. Times are ISO 8601 in UTC, verdicts the words of ETSI EN 319 102-1. Everything but plain letters is escaped:
/// a name in a certificate can write neither into the document nor into the page or terminal that shows it. No clause: the shape is this
/// library's own, not the XML of ETSI TS 119 102-2.
/// </summary>
public static class ReportJson
{
    static readonly JsonSerializerOptions Readable = new() { WriteIndented = true };

    public static string Text(JsonNode node) => node.ToJsonString(Readable) + "\n";

    public static JsonObject Node(VerificationReport report) => new()
    {
        ["verdict"] = report.Verdict?.Word(),
        ["subIndication"] = report.SubIndication?.Word(),
        ["revocationChecked"] = report.RevocationChecked,
        ["at"] = Moment(report.At),
        ["pages"] = report.Pages,
        ["revisions"] = report.Revisions,
        ["signatures"] = List(report.Signatures, Signature),
        ["timeStamps"] = List(report.TimeStamps, Signature)
    };

    /// <summary>A file that could not be read has no verdict.</summary>
    public static JsonObject Refused(PdfRefusedException refusal) => new()
    {
        ["verdict"] = null, ["subIndication"] = null, ["signatures"] = new JsonArray(),
        ["refused"] = new JsonObject { ["code"] = refusal.Code, ["message"] = refusal.Message }
    };

    static JsonObject Signature(SignatureReport report) => new()
    {
        ["field"] = report.Field,
        ["signer"] = report.Signer,
        ["level"] = report.Level,
        ["time"] = Moment(report.ProvenTime ?? report.ClaimedTime),
        ["timeProven"] = report.ProvenTime is not null,
        ["verdict"] = report.Verdict.Word(),
        ["subIndication"] = report.SubIndication?.Word(),
        ["reason"] = report.Reason,
        ["intact"] = report.Intact,
        ["trusted"] = report.Trusted,
        ["saw"] = new JsonObject { ["revision"] = report.Revision, ["pages"] = report.Pages, ["bytes"] = report.SignedLength, ["wholeFile"] = report.CoversWholeFile },
        ["changesAfter"] = List(report.ChangesAfter, Change),
        ["problems"] = List(report.Problems, Problem),
        ["warnings"] = List(report.Warnings, Problem)
    };

    static JsonObject Change(LaterChange change) => new()
    {
        ["revision"] = change.Revision,
        ["kind"] = JsonNamingPolicy.KebabCaseLower.ConvertName(change.Kind.ToString()),
        ["subject"] = change.Subject,
        ["pages"] = new JsonArray([.. change.Pages.Select(page => (JsonNode)page)]),
        ["allowed"] = change.Allowed
    };

    static JsonObject Problem(SignatureProblem problem) => new() { ["code"] = problem.Code, ["message"] = problem.Message };

    static JsonArray List<T>(IEnumerable<T> items, Func<T, JsonObject> node) => new([.. items.Select(item => (JsonNode)node(item))]);

    static string? Moment(DateTimeOffset? time) => time?.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);
}
