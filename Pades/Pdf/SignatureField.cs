using System.Globalization;
using System.Text;

namespace Balie.Pdf;

/// <summary>A signature field of the form (ISO 32000-2, 12.7.5.5).</summary>
public sealed class SignatureField
{
    internal SignatureField(string name, PdfReference reference, PdfDictionary dictionary, PdfDictionary? value, int? page)
        => (Name, Reference, Dictionary, Value, Page) = (name, reference, dictionary, value, page);

    /// <summary>The full name, parts joined with full stops.</summary>
    public string Name { get; }

    public bool IsSigned => Value is not null;

    /// <summary>The page its widget is on, from 1; null when it has none of its own.</summary>
    public int? Page { get; }

    /// <summary>Whether its widget takes room on the page.</summary>
    public bool IsVisible => Dictionary["Rect"] is PdfArray { Items: [PdfNumber left, PdfNumber bottom, PdfNumber right, PdfNumber top] }
        && left.Value != right.Value && bottom.Value != top.Value;

    internal PdfReference Reference { get; }
    internal PdfDictionary Dictionary { get; }
    internal PdfDictionary? Value { get; }
}

internal static class SignatureFieldReader
{
    /// <returns>The signature fields, and the full names of all fields.</returns>
    public static (IReadOnlyList<SignatureField> Fields, IReadOnlySet<string> Names) Read(PdfDocument document)
    {
        var found = new List<SignatureField>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        var seen = new HashSet<int>();
        var pages = document.Pages.ToDictionary(page => page.Reference.Number, page => page.Number);
        if (document.AcroForm is { } form && document.Reader.Resolve(form["Fields"]) is PdfArray roots)
            foreach (var root in roots.Items) Walk(document, root, "", null, pages, found, names, seen, 0);
        return (found, names);
    }

    static void Walk(PdfDocument document, PdfObject item, string prefix, string? type, Dictionary<int, int> pages, List<SignatureField> found, HashSet<string> names, HashSet<int> seen, int depth)
    {
        var reader = document.Reader;
        // Fields are indirect objects (12.7.4.1); who writes one into the list is read by some and overlooked by others.
        if (item is PdfDictionary loose && IsSigned(reader, loose)) throw new PdfRefusedException("form-broken", "A signed field stands in the form's list instead of on its own.");
        if (item is not PdfReference reference || reader.Resolve(reference) is not PdfDictionary field) return;
        if (depth > PdfLimits.TreeDepth || !seen.Add(reference.Number) || seen.Count > PdfLimits.Fields)
            throw new PdfRefusedException("form-broken", "The form's fields are endless or refer to each other.");
        var part = reader.Resolve(field["T"]) is PdfString text ? PdfText.Decode(text.Bytes) : null;
        var name = part is null ? prefix : prefix.Length == 0 ? part : $"{prefix}.{part}";
        if (part is not null) names.Add(name);
        type = (reader.Resolve(field["FT"]) as PdfName)?.Value ?? type;
        if (type == "Sig" && (part is not null || field["V"] is not null))
            found.Add(new(name, reference, field, reader.Resolve(field["V"]) as PdfDictionary, PageOf(pages, field)));
        if (reader.Resolve(field["Kids"]) is PdfArray kids)
            foreach (var kid in kids.Items) Walk(document, kid, name, type, pages, found, names, seen, depth + 1);
    }

    public static bool HasSignedWidget(PdfObjectReader reader, PdfPage page) => reader.Resolve(page.Dictionary["Annots"]) is PdfArray list
        && list.Items.Any(item => reader.Resolve(item) is PdfDictionary widget && IsSigned(reader, widget));

    static bool IsSigned(PdfObjectReader reader, PdfDictionary field) =>
        reader.Resolve(field["FT"]) is PdfName { Value: "Sig" } && reader.Resolve(field["V"]) is PdfDictionary value && value["ByteRange"] is not null;

    static int? PageOf(Dictionary<int, int> pages, PdfDictionary widget) =>
        widget["P"] is PdfReference page && pages.TryGetValue(page.Number, out var number) ? number : null;
}

/// <summary>Text strings (ISO 32000-2, 7.9.2.2).</summary>
internal static class PdfText
{
    public static PdfString Encode(string text) => !text.AsSpan().ContainsAnyExceptInRange(' ', '~')
        ? new PdfString(Encoding.ASCII.GetBytes(text), false)
        : new PdfString([0xFE, 0xFF, .. Encoding.BigEndianUnicode.GetBytes(text)], true);

    public static string Decode(byte[] bytes) => bytes switch
    {
        [0xFE, 0xFF, .. var utf16] => Encoding.BigEndianUnicode.GetString(utf16),
        [0xEF, 0xBB, 0xBF, .. var utf8] => Encoding.UTF8.GetString(utf8),
        _ => Encoding.Latin1.GetString(bytes)
    };

    /// <summary>Text from a file as it may go into a report, a page or a terminal: without control and direction characters.</summary>
    public static string Printable(string text) => string.Concat(text.EnumerateRunes().Select(rune =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
            ? Rune.ReplacementChar : rune));

    /// <summary>A date (7.9.4) with its offset from UTC.</summary>
    public static PdfString Date(DateTimeOffset time)
    {
        var offset = time.Offset;
        var sign = offset < TimeSpan.Zero ? '-' : '+';
        var date = string.Create(CultureInfo.InvariantCulture, $"D:{time:yyyyMMddHHmmss}{sign}{Math.Abs(offset.Hours):D2}'{Math.Abs(offset.Minutes):D2}'");
        return new PdfString(Encoding.ASCII.GetBytes(date), false);
    }

    public static DateTimeOffset? ParseDate(PdfObject? value)
    {
        if (value is not PdfString { Bytes.Length: >= 16 and < 32 } text) return null;
        var s = Encoding.ASCII.GetString(text.Bytes).Replace("'", "").Replace("Z", "+");
        if (!s.StartsWith("D:", StringComparison.Ordinal)) return null;
        s = s[2..];
        if (s.Length < 14) return null;
        var zone = s.Length >= 19 ? s[14..19] : "+0000";
        var ok = DateTimeOffset.TryParseExact($"{s[..14]}{zone[..3]}:{zone[3..]}", "yyyyMMddHHmmsszzz",
            CultureInfo.InvariantCulture, DateTimeStyles.None, out var parsed);
        return ok ? parsed : null;
    }
}
