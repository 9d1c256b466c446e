using System.Globalization;
using System.Text.RegularExpressions;

namespace Balie.Grains.Tenancy;

/// <summary>Contrast between two colours (WCAG 2.2, "contrast ratio" and "relative luminance"): 1 for equal colours, 21 for black on white.</summary>
public static partial class Contrast
{
    /// <summary>What ordinary text needs (WCAG 2.2, 1.4.3, level AA).</summary>
    public const double Text = 4.5;

    /// <summary>True for <c>#rrggbb</c>.</summary>
    public static bool IsColour(string? colour) => colour is not null && Colour().IsMatch(colour);

    /// <exception cref="FormatException">A colour is not <c>#rrggbb</c>.</exception>
    public static double Ratio(string one, string other)
    {
        var (a, b) = (Luminance(one), Luminance(other));
        return (Math.Max(a, b) + 0.05) / (Math.Min(a, b) + 0.05);
    }

    private static double Luminance(string colour)
    {
        if (!IsColour(colour)) throw new FormatException("Not a colour as #rrggbb.");
        return 0.2126 * Channel(colour, 1) + 0.7152 * Channel(colour, 3) + 0.0722 * Channel(colour, 5);
    }

    private static double Channel(string colour, int at)
    {
        var c = int.Parse(colour.AsSpan(at, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture) / 255d;
        return c <= 0.04045 ? c / 12.92 : Math.Pow((c + 0.055) / 1.055, 2.4);
    }

    [GeneratedRegex("^#[0-9a-fA-F]{6}$")]
    private static partial Regex Colour();
}
