using Balie.Pdf;

namespace Balie.Pades;

/// <summary>How far letters of a font reach around their origin, and how far the next one is at most, in ems (ISO 32000-2, 9.2.4 and 9.7.4.3).</summary>
internal sealed record FontExtent(double Left, double Bottom, double Right, double Top, double Widest, bool HasTwoBytes)
{
    const double InAnEm = 1000;

    static readonly FontExtent Usual = new(-0.5, -0.5, 0.5, 1.3, 1.3, false);

    /// <summary>Null for fonts whose letters are drawings of any size (Type 3; 9.6.4) or may run downwards.</summary>
    public static FontExtent? Read(PdfObjectReader reader, PdfDictionary? font)
    {
        var kind = (reader.Resolve(font?["Subtype"]) as PdfName)?.Value;
        if (font is null || kind is null or "Type3") return null;
        var encoding = (reader.Resolve(font["Encoding"]) as PdfName)?.Value;
        if (kind == "Type0" && encoding?.EndsWith("-H", StringComparison.Ordinal) != true) return null;
        var holder = reader.Resolve(font["DescendantFonts"]) is PdfArray { Items: [var only] } ? reader.Resolve(only) as PdfDictionary ?? font : font;
        var descriptor = reader.Resolve(holder["FontDescriptor"]) as PdfDictionary;
        var extent = Usual with { HasTwoBytes = encoding == "Identity-H", Widest = Math.Max(Usual.Widest, WidestOf(reader, holder, descriptor) / InAnEm) };
        if (Box.Read(reader, descriptor?["FontBBox"]) is not { IsEmpty: false } box) return extent;
        return extent with
        {
            Left = Math.Min(extent.Left, box.Left / InAnEm), Bottom = Math.Min(extent.Bottom, box.Bottom / InAnEm),
            Right = Math.Max(extent.Right, box.Right / InAnEm), Top = Math.Max(extent.Top, box.Top / InAnEm)
        };
    }

    static double WidestOf(PdfObjectReader reader, PdfDictionary font, PdfDictionary? descriptor)
    {
        double[] all = [Number(reader, font["DW"]), Number(reader, descriptor?["MissingWidth"]), .. Numbers(reader, font["Widths"]), .. ByCode(reader, font["W"])];
        return all.Max();
    }

    static double Number(PdfObjectReader reader, PdfObject? value) => reader.Resolve(value) is PdfNumber number ? Math.Abs(number.Value) : 0;

    static IEnumerable<double> Numbers(PdfObjectReader reader, PdfObject? value) => reader.Resolve(value) is PdfArray list ? list.Items.Select(item => Number(reader, item)) : [];

    /// <summary>Widths of a CID font: a code with a list, or two codes with the width of all between.</summary>
    static IEnumerable<double> ByCode(PdfObjectReader reader, PdfObject? value)
    {
        var items = (reader.Resolve(value) as PdfArray)?.Items ?? [];
        for (var i = 0; i + 1 < items.Count;)
        {
            if (reader.Resolve(items[i + 1]) is PdfArray)
            {
                foreach (var width in Numbers(reader, items[i + 1])) yield return width;
                i += 2;
            }
            else
            {
                if (i + 2 < items.Count) yield return Number(reader, items[i + 2]);
                i += 3;
            }
        }
    }

    /// <summary>How many letters a string shows at most.</summary>
    public int Letters(PdfString text) => HasTwoBytes ? (text.Bytes.Length + 1) / 2 : text.Bytes.Length;
}
