using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Balie.Pdf;

namespace Balie.Pades.Appearance;

/// <summary>
/// A font as it goes into a file: a Type 0 font with a TrueType subset, Identity-H and a ToUnicode map (ISO 32000-2,
/// 9.7 and 9.10.3), so that the text can be copied and PDF/A-2 stays valid (ISO 19005-2, 6.2.11).
/// </summary>
internal sealed class EmbeddedFont(TrueTypeFont font, string resourceName)
{
    /// <summary>Setting up the packing takes longer than everything else about a font or a few lines of text, and saves a kilobyte or two.</summary>
    const int SmallestPacked = 8 * 1024;

    readonly Dictionary<int, int> used = [];

    public string ResourceName => resourceName;
    public TrueTypeFont Font => font;

    /// <summary>The text as a hexadecimal string operand, remembering its glyphs.</summary>
    public string Show(string text)
    {
        var operand = new StringBuilder("<");
        foreach (var (glyph, character) in font.Shape(text))
        {
            used[glyph] = character;
            operand.Append(CultureInfo.InvariantCulture, $"{glyph:X4}");
        }
        return operand.Append('>').ToString();
    }

    public PdfReference AddTo(IncrementalUpdate update)
    {
        var glyphs = used.OrderBy(glyph => glyph.Key).ToArray();
        var subset = font.Subset(used.Keys);
        var name = new PdfName($"{Tag(glyphs)}+{font.Name}");
        var file = update.Add(Deflated(subset, ("Length1", new PdfNumber(subset.Length))));
        var descendant = update.Add(new PdfDictionary(
            ("Type", new PdfName("Font")), ("Subtype", new PdfName("CIDFontType2")), ("BaseFont", name),
            ("CIDSystemInfo", new PdfDictionary(
                ("Registry", PdfText.Encode("Adobe")), ("Ordering", PdfText.Encode("Identity")), ("Supplement", new PdfNumber(0)))),
            ("FontDescriptor", update.Add(Descriptor(name, file))),
            ("CIDToGIDMap", new PdfName("Identity")), ("DW", new PdfNumber(0)), ("W", Widths(glyphs))));
        return update.Add(new PdfDictionary(
            ("Type", new PdfName("Font")), ("Subtype", new PdfName("Type0")), ("BaseFont", name),
            ("Encoding", new PdfName("Identity-H")), ("DescendantFonts", new PdfArray(descendant)),
            ("ToUnicode", update.Add(Deflated(ToUnicode(glyphs))))));
    }

    PdfDictionary Descriptor(PdfName name, PdfReference file) => new(
        ("Type", new PdfName("FontDescriptor")), ("FontName", name),
        ("Flags", new PdfNumber(font.ItalicAngle == 0 ? 4 : 4 | 64)),
        ("FontBBox", new PdfArray([.. font.BoundingBox.Select(side => new PdfNumber(side))])),
        ("ItalicAngle", PdfNumber.Points(font.ItalicAngle)),
        ("Ascent", new PdfNumber(font.Ascent)), ("Descent", new PdfNumber(font.Descent)),
        ("CapHeight", new PdfNumber(font.CapHeight)), ("StemV", new PdfNumber(80)), ("FontFile2", file));

    PdfArray Widths(KeyValuePair<int, int>[] glyphs)
    {
        var widths = new List<PdfObject>(glyphs.Length * 2);
        foreach (var (glyph, _) in glyphs) widths.AddRange([new PdfNumber(glyph), new PdfArray(new PdfNumber(font.Width(glyph)))]);
        return new PdfArray(widths);
    }

    /// <summary>Six capitals that differ for different subsets (9.9.2).</summary>
    static string Tag(KeyValuePair<int, int>[] glyphs)
    {
        var hash = SHA256.HashData(Encoding.ASCII.GetBytes(string.Join(' ', glyphs.Select(glyph => glyph.Key))));
        return string.Concat(hash.Take(6).Select(b => (char)('A' + b % 26)));
    }

    static byte[] ToUnicode(KeyValuePair<int, int>[] glyphs)
    {
        var map = new StringBuilder("/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
            + "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
            + "1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n");
        foreach (var block in glyphs.Chunk(100))
        {
            map.Append(CultureInfo.InvariantCulture, $"{block.Length} beginbfchar\n");
            foreach (var (glyph, character) in block) map.Append(CultureInfo.InvariantCulture, $"<{glyph:X4}> <{character:X4}>\n");
            map.Append("endbfchar\n");
        }
        return Encoding.ASCII.GetBytes(map.Append("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n").ToString());
    }

    /// <summary>A stream, packed when that is worth the while.</summary>
    public static PdfStream Deflated(byte[] bytes, params (string, PdfObject)[] entries)
    {
        if (bytes.Length < SmallestPacked) return new PdfStream(new PdfDictionary(entries), bytes);
        using var packed = new MemoryStream(bytes.Length);
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true)) zlib.Write(bytes);
        return new PdfStream(new PdfDictionary([.. entries, ("Filter", new PdfName("FlateDecode"))]), packed.GetBuffer().AsMemory(0, (int)packed.Length));
    }
}
