using System.Buffers.Binary;
using System.Reflection;
using System.Text;
using Balie.Pdf;

namespace Balie.Pades.Appearance;

/// <summary>
/// A TrueType font (ISO/IEC 14496-22) as far as an appearance needs it: which glyph shows a character, how wide it is,
/// and a subset that keeps glyph numbers, so that Identity-H text needs no mapping. Hints for coarse screens stay out of it: no PDF viewer needs
/// them, and they are most of a small subset. Only for the fonts in this assembly; their tables are looked up once.
/// </summary>
internal sealed class TrueTypeFont
{
    public static TrueTypeFont Plain { get; } = Load("LiberationSans-Regular");
    public static TrueTypeFont Handwriting { get; } = Load("LiberationSerif-Italic");

    const int HeaderBytes = 10, MoreParts = 0x20, HasHints = 0x100;

    readonly byte[] data;
    readonly Dictionary<string, (int Offset, int Length)> tables = [];
    readonly ushort[] glyphs = new ushort[0x10000];
    readonly int longMetrics, glyphCount, metrics, outlines, locations;
    readonly bool longOffsets;

    TrueTypeFont(string name, byte[] data)
    {
        (Name, this.data) = (name, data);
        for (var i = 0; i < U16(4); i++)
        {
            var at = 12 + i * 16;
            tables[Encoding.ASCII.GetString(data, at, 4)] = ((int)U32(at + 8), (int)U32(at + 12));
        }
        longMetrics = U16(Table("hhea") + 34);
        longOffsets = U16(Table("head") + 50) != 0;
        glyphCount = U16(Table("maxp") + 4);
        (metrics, outlines, locations) = (Table("hmtx"), Table("glyf"), Table("loca"));
        UnitsPerEm = U16(Table("head") + 18);
        (Ascent, Descent) = (Scaled(S16(Table("hhea") + 4)), Scaled(S16(Table("hhea") + 6)));
        CapHeight = Scaled(S16(Table("OS/2") + 88));
        ItalicAngle = (int)U32(Table("post") + 4) / 65536.0;
        BoundingBox = [.. Enumerable.Range(0, 4).Select(i => Scaled(S16(Table("head") + 36 + i * 2)))];
        ReadCharacterMap();
    }

    public string Name { get; }
    public int UnitsPerEm { get; }
    public int Ascent { get; }
    public int Descent { get; }
    public int CapHeight { get; }
    public double ItalicAngle { get; }
    public int[] BoundingBox { get; }

    static TrueTypeFont Load(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name + ".ttf")
            ?? throw new InvalidOperationException($"The font {name} is not in this assembly.");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return new TrueTypeFont(name, bytes);
    }

    /// <summary>Text as glyphs; what the font cannot show becomes a question mark, because PDF/A forbids the missing-glyph box.</summary>
    public List<(int Glyph, int Character)> Shape(string text)
    {
        var shaped = new List<(int, int)>(text.Length);
        foreach (var rune in text.Normalize(NormalizationForm.FormC).EnumerateRunes())
        {
            var character = Rune.IsWhiteSpace(rune) ? ' ' : rune.Value;
            if (Rune.IsControl(rune) && character != ' ') continue;
            var glyph = GlyphOf(character);
            shaped.Add(glyph != 0 ? (glyph, character) : (GlyphOf('?'), '?'));
        }
        return shaped;
    }

    /// <summary>Advance width in thousandths of an em.</summary>
    public int Width(int glyph) => Scaled(U16(metrics + Math.Min(glyph, longMetrics - 1) * 4));

    public double Measure(string text)
    {
        var width = 0;
        foreach (var (glyph, _) in Shape(text)) width += Width(glyph);
        return width / 1000.0;
    }

    int Scaled(int units) => (int)Math.Round(units * 1000.0 / UnitsPerEm);

    int FindCharacterMap()
    {
        int cmap = Table("cmap"), best = 0;
        for (var i = 0; i < U16(cmap + 2); i++)
        {
            var at = cmap + 4 + i * 8;
            var subtable = cmap + (int)U32(at + 4);
            if (U16(at) == 3 && U16(at + 2) is 1 && U16(subtable) == 4) best = subtable;
        }
        return best != 0 ? best : throw new InvalidOperationException($"The font {Name} has no character map that is understood.");
    }

    int GlyphOf(int character) => character < glyphs.Length ? glyphs[character] : 0;

    /// <summary>A character map of segments (format 4).</summary>
    void ReadCharacterMap()
    {
        var map = FindCharacterMap();
        int segments = U16(map + 6) / 2, ends = map + 14, starts = ends + segments * 2 + 2;
        for (var i = 0; i < segments; i++)
        {
            int delta = U16(starts + segments * 2 + i * 2), place = starts + segments * 4 + i * 2, range = U16(place);
            for (int character = U16(starts + i * 2), start = character, last = U16(ends + i * 2); character <= last; character++)
            {
                var glyph = range == 0 ? character : U16(place + range + (character - start) * 2);
                if (range == 0 || glyph != 0) glyphs[character] = (ushort)(glyph + delta);
            }
        }
    }

    /// <summary>A font file with only these glyphs filled in; numbers above the highest are cut off.</summary>
    public byte[] Subset(IEnumerable<int> used)
    {
        var wanted = WithParts(used);
        var count = Array.LastIndexOf(wanted, true) + 1;
        var (shapes, offsets) = CopyOutlines(wanted, count);
        return Assemble(
        [
            ("glyf", shapes), ("head", Patched("head", (50, 1))), ("hhea", Patched("hhea", (34, count))),
            ("hmtx", Metrics(count)), ("loca", offsets), ("maxp", Patched("maxp", (4, count)))
        ]);
    }

    bool[] WithParts(IEnumerable<int> used)
    {
        var wanted = new bool[glyphCount];
        wanted[0] = true;
        var open = new Stack<int>(used);
        while (open.TryPop(out var glyph))
        {
            if (glyph >= glyphCount || wanted[glyph]) continue;
            wanted[glyph] = true;
            for (var part = FirstPart(glyph); part != 0; part = NextPart(part)) open.Push(U16(part + 2));
        }
        return wanted;
    }

    /// <summary>Where the first part of a glyph of parts is described; 0 when it is no such glyph.</summary>
    int FirstPart(int glyph) => Outline(glyph) is (var start, > 0) && S16(start) < 0 ? start + HeaderBytes : 0;

    int NextPart(int part) => (U16(part) & MoreParts) != 0 ? EndOfPart(part) : 0;

    int EndOfPart(int part)
    {
        var flags = U16(part);
        return part + 4 + ((flags & 1) != 0 ? 4 : 2) + ((flags & 8) != 0 ? 2 : (flags & 0x40) != 0 ? 4 : (flags & 0x80) != 0 ? 8 : 0);
    }

    (int Start, int Length) Outline(int glyph)
    {
        long from = longOffsets ? U32(locations + glyph * 4) : U16(locations + glyph * 2) * 2L;
        long to = longOffsets ? U32(locations + glyph * 4 + 4) : U16(locations + glyph * 2 + 2) * 2L;
        return (outlines + (int)from, (int)(to - from));
    }

    (byte[] Outlines, byte[] Offsets) CopyOutlines(bool[] wanted, int count)
    {
        var shapes = new PdfOutput(8 * 1024);
        var offsets = new byte[(count + 1) * 4];
        for (var glyph = 0; glyph < count; glyph++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(offsets.AsSpan(glyph * 4), (uint)shapes.Length);
            if (!wanted[glyph]) continue;
            CopyOutline(glyph, shapes);
            while (shapes.Length % 4 != 0) shapes.Bytes([0]);
        }
        BinaryPrimitives.WriteUInt32BigEndian(offsets.AsSpan(count * 4), (uint)shapes.Length);
        return (shapes.ToArray(), offsets);
    }

    /// <summary>An outline without its hints: they stand between the ends of the contours and the points, or after the last part.</summary>
    void CopyOutline(int glyph, PdfOutput shapes)
    {
        var (start, length) = Outline(glyph);
        if (length == 0) return;
        if (S16(start) < 0)
        {
            shapes.Bytes(data.AsSpan(start, HeaderBytes));
            for (var part = FirstPart(glyph); part != 0; part = NextPart(part)) CopyPart(part, shapes);
            return;
        }
        int hints = start + HeaderBytes + S16(start) * 2, points = hints + 2 + U16(hints);
        shapes.Bytes(data.AsSpan(start, hints - start));
        shapes.Bytes([0, 0]);
        shapes.Bytes(data.AsSpan(points, start + length - points));
    }

    void CopyPart(int part, PdfOutput shapes)
    {
        var flags = U16(part) & ~HasHints;
        shapes.Bytes([(byte)(flags >> 8), (byte)flags]);
        shapes.Bytes(data.AsSpan(part + 2, EndOfPart(part) - part - 2));
    }

    byte[] Metrics(int count)
    {
        var copy = new byte[count * 4];
        for (var glyph = 0; glyph < count; glyph++)
        {
            var source = metrics + Math.Min(glyph, longMetrics - 1) * 4;
            data.AsSpan(source, 2).CopyTo(copy.AsSpan(glyph * 4));
            var bearing = glyph < longMetrics ? source + 2 : metrics + longMetrics * 4 + (glyph - longMetrics) * 2;
            data.AsSpan(bearing, 2).CopyTo(copy.AsSpan(glyph * 4 + 2));
        }
        return copy;
    }

    byte[] Patched(string name, (int At, int Value) change)
    {
        var copy = data.AsSpan(tables[name].Offset, tables[name].Length).ToArray();
        BinaryPrimitives.WriteUInt16BigEndian(copy.AsSpan(change.At), (ushort)change.Value);
        return copy;
    }

    /// <summary>A font file of these tables, which come in the order of their names.</summary>
    static byte[] Assemble((string Name, byte[] Bytes)[] parts)
    {
        int power = (int)Math.Log2(parts.Length), at = 12 + parts.Length * 16, headAt = 0;
        var file = new byte[at + parts.Sum(part => Padded(part.Bytes))];
        BinaryPrimitives.WriteUInt32BigEndian(file, 0x00010000);
        uint sum = 0;
        int[] header = [parts.Length, 16 << power, power, parts.Length * 16 - (16 << power)];
        for (var i = 0; i < 4; i++) BinaryPrimitives.WriteUInt16BigEndian(file.AsSpan(4 + i * 2), (ushort)header[i]);
        for (var (i, entry) = (0, 12); i < parts.Length; i++, entry += 16)
        {
            var (name, part) = parts[i];
            if (name == "head")
            {
                part.AsSpan(8, 4).Clear();
                headAt = at;
            }
            part.CopyTo(file, at);
            Encoding.ASCII.GetBytes(name, file.AsSpan(entry));
            var checksum = Checksum(file.AsSpan(at, Padded(part)));
            sum += checksum;
            BinaryPrimitives.WriteUInt32BigEndian(file.AsSpan(entry + 4), checksum);
            BinaryPrimitives.WriteUInt32BigEndian(file.AsSpan(entry + 8), (uint)at);
            BinaryPrimitives.WriteUInt32BigEndian(file.AsSpan(entry + 12), (uint)part.Length);
            at += Padded(part);
        }
        BinaryPrimitives.WriteUInt32BigEndian(file.AsSpan(headAt + 8), unchecked(0xB1B0AFBA - sum - Checksum(file.AsSpan(0, 12 + parts.Length * 16))));
        return file;
    }

    static int Padded(byte[] part) => (part.Length + 3) & ~3;

    static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        uint sum = 0;
        for (var i = 0; i + 4 <= bytes.Length; i += 4) sum = unchecked(sum + BinaryPrimitives.ReadUInt32BigEndian(bytes[i..]));
        return sum;
    }

    int Table(string name) => tables[name].Offset;
    int U16(int at) => BinaryPrimitives.ReadUInt16BigEndian(data.AsSpan(at));
    int S16(int at) => BinaryPrimitives.ReadInt16BigEndian(data.AsSpan(at));
    uint U32(int at) => BinaryPrimitives.ReadUInt32BigEndian(data.AsSpan(at));
}
