using System.Globalization;
using System.Text;

namespace Balie.Pades.Tests;

/// <summary>Writes small files by hand, with a right cross-reference table, to try single shapes.</summary>
public static class TinyPdf
{
    public const string Catalog = "<</Type/Catalog/Pages 2 0 R>>";
    public const string Pages = "<</Type/Pages/Kids[3 0 R]/Count 1>>";
    public const string Page = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 400]/Contents 4 0 R>>";
    public const string Content = "<</Length 3>>\nstream\nq Q\nendstream";

    public static byte[] Simple => Write([Catalog, Pages, Page, Content]);

    public static byte[] WithCatalog(string entries, params string[] more) => Write([$"<</Type/Catalog/Pages 2 0 R{entries}>>", Pages, Page, Content, .. more]);

    public static byte[] Write(string[] objects, string trailer = "")
    {
        var text = new StringBuilder("%PDF-1.7\n");
        var offsets = objects.Select((body, i) => Append(text, i + 1, body)).ToArray();
        return Finish(text, 0, offsets.Select((offset, i) => (i + 1, offset)), objects.Length + 1, trailer);
    }

    /// <summary>Appends changed objects as an increment, as an attacker with an editor would.</summary>
    public static byte[] Append(byte[] pdf, params (int Number, string Body)[] changes)
    {
        var before = Encoding.Latin1.GetString(pdf);
        var text = new StringBuilder(before).Append('\n');
        var offsets = changes.Select(change => (change.Number, Append(text, change.Number, change.Body))).ToArray();
        var start = before[(before.LastIndexOf("startxref", StringComparison.Ordinal) + 9)..].Trim().Split('\n')[0];
        var size = Math.Max(changes.Max(change => change.Number) + 1, 1000);
        return Finish(text, 1, offsets, size, $"/Prev {start}");
    }

    static int Append(StringBuilder text, int number, string body)
    {
        var offset = text.Length;
        text.Append(CultureInfo.InvariantCulture, $"{number} 0 obj\n{body}\nendobj\n");
        return offset;
    }

    static byte[] Finish(StringBuilder text, int from, IEnumerable<(int Number, int Offset)> entries, int size, string trailer)
    {
        var start = text.Length;
        text.Append("xref\n");
        if (from == 0) text.Append("0 1\n0000000000 65535 f \n");
        foreach (var (number, offset) in entries) text.Append(CultureInfo.InvariantCulture, $"{number} 1\n{offset:D10} 00000 n \n");
        text.Append(CultureInfo.InvariantCulture, $"trailer\n<</Size {size}/Root 1 0 R{trailer}>>\nstartxref\n{start}\n%%EOF\n");
        return Encoding.Latin1.GetBytes(text.ToString());
    }
}
