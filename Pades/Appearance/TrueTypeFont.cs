using System.Buffers.Binary;
using System.Reflection;
using System.Text;

namespace Balie.Pades.Appearance;

/// <summary>
/// A TrueType font (ISO/IEC 14496-22) as far as an appearance needs it: which glyph shows a character, how wide it is,
/// and a subset that keeps glyph numbers, so that Identity-H text needs no mapping. Only for the fonts in this assembly.
/// </summary>
internal sealed class TrueTypeFont
{
    public static TrueTypeFont Plain { get; } = Load("LiberationSans-Regular");
    public static TrueTypeFont Handwriting { get; } = Load("LiberationSerif-Italic");

    readonly byte[] data;
    readonly Dictionary<string, (int Offset, int Length)> tables = [];
    readonly int longMetrics;
    readonly bool longOffsets;
    readonly int glyphCount;
    readonly int characterMap;

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
        characterMap = FindCharacterMap();
    }

    public string Name { get; }
    public int UnitsPerEm => U16(Table("head") + 18);
    public int Ascent => Scaled(S16(Table("hhea") + 4));
    public int Descent => Scaled(S16(Table("hhea") + 6));
    public int CapHeight => Scaled(S16(Table("OS/2") + 88));
    public double ItalicAngle => (int)U32(Table("post") + 4) / 65536.0;
    public int[] BoundingBox => [.. Enumerable.Range(0, 4).Select(i => Scaled(S16(Table("head") + 36 + i * 2)))];

    static TrueTypeFont Load(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name + ".ttf")
            ?? throw new InvalidOperationException($"The font {name} is not in this assembly.");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return new TrueTypeFont(name, bytes);
    }

    /// <summary>Text as glyphs; what the font cannot show becomes a question mark, because PDF/A forbids the missing-glyph box.</summary>
    public IReadOnlyList<(int Glyph, int Character)> Shape(string text)
    {
        var glyphs = new List<(int, int)>();
        foreach (var rune in text.Normalize(NormalizationForm.FormC).EnumerateRunes())
        {
            var character = Rune.IsWhiteSpace(rune) ? ' ' : rune.Value;
            if (Rune.IsControl(rune) && character != ' ') continue;
            var glyph = GlyphOf(character);
            glyphs.Add(glyph != 0 ? (glyph, character) : (GlyphOf('?'), '?'));
        }
        return glyphs;
    }

    /// <summary>Advance width in thousandths of an em.</summary>
    public int Width(int glyph) => Scaled(U16(Table("hmtx") + Math.Min(glyph, longMetrics - 1) * 4));

    public double Measure(string text) => Shape(text).Sum(item => Width(item.Glyph)) / 1000.0;

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

    int GlyphOf(int character)
    {
        if (character > 0xFFFF) return 0;
        int segments = U16(characterMap + 6) / 2, ends = characterMap + 14, starts = ends + segments * 2 + 2;
        for (var i = 0; i < segments; i++)
        {
            if (character > U16(ends + i * 2)) continue;
            var start = U16(starts + i * 2);
            if (character < start) return 0;
            int delta = U16(starts + segments * 2 + i * 2), place = starts + segments * 4 + i * 2, range = U16(place);
            if (range == 0) return (character + delta) & 0xFFFF;
            var glyph = U16(place + range + (character - start) * 2);
            return glyph == 0 ? 0 : (glyph + delta) & 0xFFFF;
        }
        return 0;
    }

    /// <summary>A font file with only these glyphs filled in; numbers above the highest are cut off.</summary>
    public byte[] Subset(IEnumerable<int> used)
    {
        var glyphs = WithParts(used);
        var count = glyphs.Max + 1;
        var (outlines, offsets) = CopyOutlines(glyphs, count);
        var parts = new SortedDictionary<string, byte[]>(StringComparer.Ordinal)
        {
            ["glyf"] = outlines,
            ["loca"] = offsets,
            ["hmtx"] = Metrics(count),
            ["head"] = Patched("head", (50, 1)),
            ["hhea"] = Patched("hhea", (34, count)),
            ["maxp"] = Patched("maxp", (4, count))
        };
        foreach (var name in new[] { "cvt ", "fpgm", "prep" })
            if (tables.ContainsKey(name)) parts[name] = Patched(name);
        return Assemble(parts);
    }

    SortedSet<int> WithParts(IEnumerable<int> used)
    {
        var glyphs = new SortedSet<int> { 0 };
        var open = new Stack<int>(used);
        while (open.TryPop(out var glyph))
            if (glyph < glyphCount && glyphs.Add(glyph))
                foreach (var part in PartsOf(glyph)) open.Push(part);
        return glyphs;
    }

    IEnumerable<int> PartsOf(int glyph)
    {
        var (start, length) = Outline(glyph);
        if (length == 0 || S16(start) >= 0) yield break;
        for (int at = start + 10, flags = 0x20; (flags & 0x20) != 0;)
        {
            flags = U16(at);
            yield return U16(at + 2);
            at += 4 + ((flags & 1) != 0 ? 4 : 2) + ((flags & 8) != 0 ? 2 : (flags & 0x40) != 0 ? 4 : (flags & 0x80) != 0 ? 8 : 0);
        }
    }

    (int Start, int Length) Outline(int glyph)
    {
        var loca = Table("loca");
        long from = longOffsets ? U32(loca + glyph * 4) : U16(loca + glyph * 2) * 2L;
        long to = longOffsets ? U32(loca + glyph * 4 + 4) : U16(loca + glyph * 2 + 2) * 2L;
        return (Table("glyf") + (int)from, (int)(to - from));
    }

    (byte[] Outlines, byte[] Offsets) CopyOutlines(SortedSet<int> glyphs, int count)
    {
        using var outlines = new MemoryStream();
        var offsets = new byte[(count + 1) * 4];
        for (var glyph = 0; glyph < count; glyph++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(offsets.AsSpan(glyph * 4), (uint)outlines.Length);
            if (!glyphs.Contains(glyph)) continue;
            var (start, length) = Outline(glyph);
            outlines.Write(data, start, length);
            while (outlines.Length % 4 != 0) outlines.WriteByte(0);
        }
        BinaryPrimitives.WriteUInt32BigEndian(offsets.AsSpan(count * 4), (uint)outlines.Length);
        return (outlines.ToArray(), offsets);
    }

    byte[] Metrics(int count)
    {
        var metrics = new byte[count * 4];
        for (var glyph = 0; glyph < count; glyph++)
        {
            var source = Table("hmtx") + Math.Min(glyph, longMetrics - 1) * 4;
            data.AsSpan(source, 2).CopyTo(metrics.AsSpan(glyph * 4));
            var bearing = glyph < longMetrics ? source + 2 : Table("hmtx") + longMetrics * 4 + (glyph - longMetrics) * 2;
            data.AsSpan(bearing, 2).CopyTo(metrics.AsSpan(glyph * 4 + 2));
        }
        return metrics;
    }

    byte[] Patched(string name, params (int At, int Value)[] changes)
    {
        var copy = data.AsSpan(tables[name].Offset, tables[name].Length).ToArray();
        foreach (var (at, value) in changes) BinaryPrimitives.WriteUInt16BigEndian(copy.AsSpan(at), (ushort)value);
        return copy;
    }

    static byte[] Assemble(SortedDictionary<string, byte[]> parts)
    {
        int power = (int)Math.Log2(parts.Count), at = 12 + parts.Count * 16;
        var file = new byte[at + parts.Values.Sum(part => (part.Length + 3) & ~3)];
        BinaryPrimitives.WriteUInt32BigEndian(file, 0x00010000);
        int[] header = [parts.Count, 16 << power, power, parts.Count * 16 - (16 << power)];
        for (var i = 0; i < 4; i++) BinaryPrimitives.WriteUInt16BigEndian(file.AsSpan(4 + i * 2), (ushort)header[i]);
        var entry = 12;
        foreach (var (name, part) in parts)
        {
            if (name == "head") part.AsSpan(8, 4).Clear();
            part.CopyTo(file, at);
            Encoding.ASCII.GetBytes(name, file.AsSpan(entry));
            BinaryPrimitives.WriteUInt32BigEndian(file.AsSpan(entry + 4), Checksum(file.AsSpan(at, (part.Length + 3) & ~3)));
            BinaryPrimitives.WriteUInt32BigEndian(file.AsSpan(entry + 8), (uint)at);
            BinaryPrimitives.WriteUInt32BigEndian(file.AsSpan(entry + 12), (uint)part.Length);
            (entry, at) = (entry + 16, at + ((part.Length + 3) & ~3));
        }
        var head = 12 + 16 * parts.Keys.ToList().IndexOf("head");
        var headAt = (int)BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(head + 8));
        BinaryPrimitives.WriteUInt32BigEndian(file.AsSpan(headAt + 8), unchecked(0xB1B0AFBA - Checksum(file)));
        return file;
    }

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
