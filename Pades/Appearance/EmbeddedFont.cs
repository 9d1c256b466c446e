using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;
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

    const int TagLength = 6, TypicalMap = 2 * 1024;

    readonly Dictionary<int, int> used = [];

    public string ResourceName => resourceName;
    public TrueTypeFont Font => font;

    /// <summary>Writes the text as a hexadecimal string and the operator that shows it, and remembers its glyphs.</summary>
    public void Show(string text, PdfOutput content)
    {
        content.Bytes("<"u8);
        foreach (var (glyph, character) in font.Shape(text))
        {
            used[glyph] = character;
            Code(glyph, content);
        }
        content.Bytes("> Tj"u8);
    }

    public PdfReference AddTo(IncrementalUpdate update)
    {
        var glyphs = used.ToArray();
        Array.Sort(glyphs, static (one, other) => one.Key.CompareTo(other.Key));
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
        ("FontBBox", new PdfArray(Array.ConvertAll(font.BoundingBox, PdfObject (side) => new PdfNumber(side)))),
        ("ItalicAngle", PdfNumber.Points(font.ItalicAngle)),
        ("Ascent", new PdfNumber(font.Ascent)), ("Descent", new PdfNumber(font.Descent)),
        ("CapHeight", new PdfNumber(font.CapHeight)), ("StemV", new PdfNumber(80)), ("FontFile2", file));

    PdfArray Widths(KeyValuePair<int, int>[] glyphs)
    {
        var widths = new PdfObject[glyphs.Length * 2];
        for (var i = 0; i < glyphs.Length; i++)
            (widths[i * 2], widths[i * 2 + 1]) = (new PdfNumber(glyphs[i].Key), new PdfArray(new PdfNumber(font.Width(glyphs[i].Key))));
        return new PdfArray(widths);
    }

    /// <summary>Six capitals that differ for different subsets (9.9.2).</summary>
    static string Tag(KeyValuePair<int, int>[] glyphs)
    {
        var numbers = new byte[glyphs.Length * 2];
        for (var i = 0; i < glyphs.Length; i++) BinaryPrimitives.WriteUInt16BigEndian(numbers.AsSpan(i * 2), (ushort)glyphs[i].Key);
        return string.Create(TagLength, SHA256.HashData(numbers), static (tag, hash) =>
        {
            for (var i = 0; i < tag.Length; i++) tag[i] = (char)('A' + hash[i] % 26);
        });
    }

    static byte[] ToUnicode(KeyValuePair<int, int>[] glyphs)
    {
        var map = new PdfOutput(TypicalMap);
        map.Bytes("/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"u8);
        map.Bytes("/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"u8);
        map.Bytes("1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n"u8);
        foreach (var block in glyphs.Chunk(100))
        {
            map.Number(block.Length);
            map.Bytes(" beginbfchar\n"u8);
            foreach (var (glyph, character) in block) Pair(glyph, character, map);
            map.Bytes("endbfchar\n"u8);
        }
        map.Bytes("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"u8);
        return map.ToArray();
    }

    static void Pair(int glyph, int character, PdfOutput map)
    {
        map.Bytes("<"u8);
        Code(glyph, map);
        map.Bytes("> <"u8);
        Code(character, map);
        map.Bytes(">\n"u8);
    }

    static void Code(int number, PdfOutput output) => output.Hexadecimal([(byte)(number >> 8), (byte)number]);

    /// <summary>A stream, packed when that is worth the while.</summary>
    public static PdfStream Deflated(byte[] bytes, params (string, PdfObject)[] entries)
    {
        if (bytes.Length < SmallestPacked) return new PdfStream(new PdfDictionary(entries), bytes);
        using var packed = new MemoryStream(bytes.Length);
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true)) zlib.Write(bytes);
        return new PdfStream(new PdfDictionary([.. entries, ("Filter", new PdfName("FlateDecode"))]), packed.GetBuffer().AsMemory(0, (int)packed.Length));
    }
}
