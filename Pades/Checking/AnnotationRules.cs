using Balie.Pdf;

namespace Balie.Pades;

/// <summary>
/// Which annotations cannot make a page say something else (ISO 32000-2, 12.5.6). A note and a mark under, over or through words are drawn by
/// the viewer in its own way, or bring the look of a mark; a text box, a stamp, a drawing, a picture or an action can show anything (the "evil
/// annotation").
/// </summary>
internal static class AnnotationRules
{
    const long Hidden = 2, NoZoom = 8, NoRotate = 16;

    static readonly HashSet<string> Marks = ["Highlight", "Underline", "Squiggly", "StrikeOut"];

    /// <param name="page">The page as it was when it was signed: a picture of a note may not lie on what it shows.</param>
    public static bool IsHarmless(PdfObjectReader reader, PdfObject? value, Lazy<PaintedAreas> page)
    {
        if (reader.Resolve(value) is not PdfDictionary annotation || reader.Resolve(annotation["Subtype"]) is not PdfName { Value: var kind }) return false;
        if (annotation["A"] is not null || annotation["AA"] is not null || annotation["OC"] is not null || annotation["FT"] is not null) return false;
        if (kind == "Popup" || kind != "Text" && !Marks.Contains(kind)) return kind == "Popup" && annotation["AP"] is null;
        if (annotation["AP"] is null) return true;
        var look = new MarkLook(reader);
        return kind == "Text" ? look.IsIcon(annotation) && Box.Read(reader, annotation["Rect"]) is { } place && !page.Value.Meet(place) : look.IsMark(annotation, kind);
    }

    /// <summary>
    /// Where a new field shows: null when it shows nowhere, or in a way that cannot be told. One that turns or keeps its size by itself may leave its place.
    /// </summary>
    public static Box? PlaceOf(PdfObjectReader reader, PdfDictionary widget) => widget["A"] is null && widget["AA"] is null && widget["OC"] is null
        && reader.Resolve(widget["Kids"]) is not PdfArray { Items.Count: > 0 } && ((FlagsOf(reader, widget) ?? 0) & (NoZoom | NoRotate)) == 0
        ? Box.Read(reader, widget["Rect"]) : null;

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
