using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Balie.Grains.Interfaces.Tenancy;

namespace Balie.Api.Tenancy;

/// <summary>A municipality's theme as a sheet of custom properties, with the shades that follow from its two colours.</summary>
public sealed record ThemeSheet(string Text, string Name)
{
    /// <summary>Query parameter with which a page names the sheet that it was written for.</summary>
    public const string Version = "v";

    public string ETag => $"\"{Name}\"";

    public static string PathOf(string tenant) => $"/{tenant}/theme.css";

    /// <summary>Where the municipality's sheet as it is now can be fetched; another address once it changes.</summary>
    public static string LinkTo(TenantView tenant) => $"{PathOf(tenant.Code)}?{Version}={Of(tenant.Theme).Name}";

    public static ThemeSheet Of(Theme theme)
    {
        var primary = Colour.Parse(theme.Primary);
        var accent = Colour.Parse(theme.Accent);
        var radius = Math.Clamp(theme.Radius, 0, 24).ToString(CultureInfo.InvariantCulture);
        var text = $$"""
            :root {
              --balie-primary: {{primary}};
              --balie-primary-hover: {{primary.Darker(0.15)}};
              --balie-primary-active: {{primary.Darker(0.3)}};
              --balie-primary-soft: {{primary.Lighter(0.9)}};
              --balie-on-primary: {{primary.TextOnIt()}};
              --balie-accent: {{accent}};
              --balie-accent-hover: {{accent.Darker(0.2)}};
              --balie-accent-soft: {{accent.Lighter(0.9)}};
              --balie-radius: {{radius}}px;
              --balie-heading-font: {{(theme.Headings == "serif" ? "Georgia, \"Noto Serif\", serif" : "inherit")}};
            }

            """;
        return new ThemeSheet(text, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..16]);
    }
}

/// <summary>An sRGB colour; contrast by WCAG 2.2 (relative luminance).</summary>
public readonly record struct Colour(byte R, byte G, byte B)
{
    /// <summary>Reads <c>#rrggbb</c>; anything else is black, so that a sheet never carries text we did not make.</summary>
    public static Colour Parse(string text) =>
        text is ['#', ..] && text.Length == 7 && int.TryParse(text.AsSpan(1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var rgb)
            ? new((byte)(rgb >> 16), (byte)(rgb >> 8), (byte)rgb)
            : default;

    public Colour Darker(double part) => Mix(default, part);

    public Colour Lighter(double part) => Mix(new(255, 255, 255), part);

    public double Contrast(Colour other)
    {
        var (high, low) = (Math.Max(Luminance, other.Luminance), Math.Min(Luminance, other.Luminance));
        return (high + 0.05) / (low + 0.05);
    }

    /// <summary>White, or black where white does not reach 4.5:1.</summary>
    public Colour TextOnIt() => Contrast(new(255, 255, 255)) >= 4.5 ? new(255, 255, 255) : default;

    public override string ToString() => $"#{R:x2}{G:x2}{B:x2}";

    private double Luminance => (0.2126 * Linear(R)) + (0.7152 * Linear(G)) + (0.0722 * Linear(B));

    private Colour Mix(Colour with, double part) => new(Mix(R, with.R, part), Mix(G, with.G, part), Mix(B, with.B, part));

    private static byte Mix(byte a, byte b, double part) => (byte)Math.Round(a + ((b - a) * part));

    private static double Linear(byte channel)
    {
        var c = channel / 255.0;
        return c <= 0.04045 ? c / 12.92 : Math.Pow((c + 0.055) / 1.055, 2.4);
    }
}
