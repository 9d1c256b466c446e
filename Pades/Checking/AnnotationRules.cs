using Balie.Pdf;

namespace Balie.Pades;

/// <summary>
/// Which annotations cannot make a page say something else. A note and a mark under, over or through words are drawn by the viewer in its
/// own way; what brings its own look, text on the page, a picture or an action can show anything (the "evil annotation").
/// </summary>
internal static class AnnotationRules
{
    const long Hidden = 2;

    static readonly HashSet<string> Marks = ["Text", "Highlight", "Underline", "Squiggly", "StrikeOut", "Popup"];

    public static bool IsHarmless(PdfObjectReader reader, PdfObject? value) => reader.Resolve(value) is PdfDictionary annotation
        && reader.Resolve(annotation["Subtype"]) is PdfName { Value: var kind } && Marks.Contains(kind)
        && annotation["AP"] is null && annotation["A"] is null && annotation["AA"] is null && annotation["OC"] is null && annotation["FT"] is null;

    /// <summary>A field added after a signature may not act and takes no room on the page: it could be drawn over what was signed.</summary>
    public static bool IsInvisible(PdfObjectReader reader, PdfDictionary widget)
    {
        if (widget["A"] is not null || widget["AA"] is not null || reader.Resolve(widget["Kids"]) is PdfArray { Items.Count: > 0 }) return false;
        if (widget["Rect"] is null || FlagsOf(reader, widget) is { } flags && (flags & Hidden) != 0) return true;
        return reader.Resolve(widget["Rect"]) is PdfArray { Items: [PdfNumber left, PdfNumber bottom, PdfNumber right, PdfNumber top] }
            && left.Value == right.Value && bottom.Value == top.Value;
    }

    /// <summary>Signing a field may lock and print it; it may not bring into sight what was hidden.</summary>
    public static bool MayBecome(PdfObjectReader reader, PdfDictionary from, PdfDictionary to)
    {
        long before = FlagsOf(reader, from) ?? 0, after = FlagsOf(reader, to) ?? 0;
        const long Print = 4, Locked = 128, Readable = 64 | 512;
        return ((before ^ after) & ~(Print | Locked | Readable)) == 0;
    }

    static long? FlagsOf(PdfObjectReader reader, PdfDictionary widget) =>
        reader.Resolve(widget["F"]) is PdfNumber number && number.TryGetInteger(out var flags) ? flags : null;
}
