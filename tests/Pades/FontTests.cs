using System.Buffers.Binary;
using System.Text;
using Balie.Pades.Appearance;
using SkiaSharp;

namespace Balie.Pades.Tests;

/// <summary>The fonts of an appearance: what goes into a file is small and draws what the whole font draws.</summary>
public sealed class FontTests
{
    const string Text = "Handtekening van Gérrit Maës-Ørsted, 24 november 2026 €";

    public static TheoryData<string> Fonts => ["LiberationSans-Regular", "LiberationSerif-Italic"];

    static TrueTypeFont Font(string name) => new[] { TrueTypeFont.Plain, TrueTypeFont.Handwriting }.Single(font => font.Name == name);

    [Theory, MemberData(nameof(Fonts))]
    public void A_subset_draws_every_glyph_as_the_font_does(string name)
    {
        var glyphs = Font(name).Shape(Text).Select(item => item.Glyph).ToArray();
        using var whole = SKTypeface.FromStream(typeof(TrueTypeFont).Assembly.GetManifestResourceStream($"{name}.ttf"));
        using var part = SKTypeface.FromData(SKData.CreateCopy(Font(name).Subset(glyphs)));
        foreach (var glyph in glyphs.Distinct()) Drawn(part, glyph).ShouldBe(Drawn(whole, glyph), $"glyph {glyph}");
    }

    static string? Drawn(SKTypeface typeface, int glyph)
    {
        using var font = new SKFont(typeface, 1000) { Hinting = SKFontHinting.None, LinearMetrics = true, Subpixel = true };
        using var path = font.GetGlyphPath((ushort)glyph);
        return path?.ToSvgPathData();
    }

    [Theory, MemberData(nameof(Fonts))]
    public void A_subset_carries_no_hints(string name)
    {
        var subset = Font(name).Subset(Font(name).Shape(Text).Select(item => item.Glyph));
        var tables = Enumerable.Range(0, Read(subset, 4)).ToDictionary(i => Encoding.ASCII.GetString(subset, 12 + i * 16, 4), i => Read(subset, 12 + i * 16 + 10));
        tables.Keys.ShouldBe(["glyf", "head", "hhea", "hmtx", "loca", "maxp"]);
        for (var glyph = 0; glyph < Read(subset, tables["maxp"] + 4); glyph++)
        {
            // Offsets have four bytes; the subset is so small that the upper two are nought.
            int start = Read(subset, tables["loca"] + glyph * 4 + 2), end = Read(subset, tables["loca"] + glyph * 4 + 6), contours = start == end ? 0 : Read(subset, tables["glyf"] + start);
            if (contours is > 0 and < 0x8000) Read(subset, tables["glyf"] + start + 10 + contours * 2).ShouldBe(0, $"glyph {glyph}");
            if (contours >= 0x8000) (Read(subset, tables["glyf"] + start + 10) & 0x100).ShouldBe(0, $"glyph {glyph}");
        }
    }

    /// <summary>ISO/IEC 14496-22, 4.3: the words of a font file add up to this number.</summary>
    [Theory, MemberData(nameof(Fonts))]
    public void The_words_of_a_subset_add_up(string name)
    {
        var subset = Font(name).Subset(Font(name).Shape(Text).Select(item => item.Glyph));
        (subset.Length % 4).ShouldBe(0);
        var sum = 0u;
        for (var at = 0; at < subset.Length; at += 4) sum += BinaryPrimitives.ReadUInt32BigEndian(subset.AsSpan(at));
        sum.ShouldBe(0xB1B0AFBA);
    }

    static int Read(byte[] font, int at) => BinaryPrimitives.ReadUInt16BigEndian(font.AsSpan(at));
}
