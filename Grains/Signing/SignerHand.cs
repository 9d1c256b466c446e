using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Interfaces.Signing;
using Balie.Pades;

namespace Balie.Grains.Signing;

/// <summary>What a signer drew or typed: checked, hashed, and made fit for the PDF. Pure.</summary>
public static class SignerHand
{
    public const string Drawn = "drawn";
    public const string Typed = "typed";

    /// <summary>Numbers in all strokes together.</summary>
    public const int MostNumbers = 5_000;

    public const int LongestName = 80;

    /// <summary>A drawing that is smaller than this part of the box in both directions is a slip of the finger.</summary>
    public const float LeastExtent = 0.05f;

    /// <summary>Width to height of the box that strokes are drawn in: that of the report's signature boxes.</summary>
    private const double Aspect = 8.4 / 2.54 * 72 / 90;

    /// <summary>Why this cannot be a signature; null when it can.</summary>
    public static BalieError? Refused(SignDocument command) => command.Means switch
    {
        Drawn => RefusedDrawing(command.Strokes),
        Typed => RefusedName(command.TypedName),
        _ => SigningErrors.MeansUnknown,
    };

    /// <summary>For the appearance. Call only when <see cref="Refused"/> is null.</summary>
    public static Handwriting Of(SignDocument command) => command.Means == Drawn
        ? new DrawnHand([.. command.Strokes.Select(Points)], Aspect)
        : new TypedHand(Name(command.TypedName!));

    /// <summary>Hex SHA-256 of the strokes; null when nothing was drawn.</summary>
    public static string? Digest(SignDocument command)
    {
        if (command.Means != Drawn) return null;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> four = stackalloc byte[4];
        foreach (var stroke in command.Strokes)
        {
            BinaryPrimitives.WriteInt32LittleEndian(four, stroke.Length);
            hash.AppendData(four);
            foreach (var number in stroke)
            {
                BinaryPrimitives.WriteSingleLittleEndian(four, number);
                hash.AppendData(four);
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>The name as it is drawn: trimmed, composed, single spaces.</summary>
    public static string Name(string typed) =>
        string.Join(' ', typed.Normalize(NormalizationForm.FormC).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static BalieError? RefusedDrawing(ImmutableArray<ImmutableArray<float>> strokes)
    {
        if (strokes.IsDefaultOrEmpty) return SigningErrors.NothingDrawn;
        if (strokes.Any(s => s.IsDefault || s.Length < 2 || s.Length % 2 != 0)) return SigningErrors.DrawingInvalid;
        if (strokes.Sum(s => (long)s.Length) > MostNumbers) return SigningErrors.DrawingTooLong;
        // Written so that NaN is refused too.
        if (strokes.Any(s => s.Any(n => !(n >= 0 && n <= 1)))) return SigningErrors.DrawingInvalid;
        return Extent(strokes, 0) < LeastExtent && Extent(strokes, 1) < LeastExtent ? SigningErrors.NothingDrawn : null;
    }

    private static float Extent(ImmutableArray<ImmutableArray<float>> strokes, int axis)
    {
        var along = strokes.SelectMany(s => s.Where((_, i) => i % 2 == axis)).ToList();
        return along.Max() - along.Min();
    }

    private static BalieError? RefusedName(string? typed)
    {
        if (string.IsNullOrWhiteSpace(typed)) return SigningErrors.NothingTyped;
        if (typed.Length > LongestName * 2) return SigningErrors.NameInvalid;
        // A lone half of a surrogate pair cannot be normalised, let alone drawn.
        if (typed.EnumerateRunes().Any(r => r == Rune.ReplacementChar || !Fits(r))) return SigningErrors.NameInvalid;
        var name = Name(typed);
        return name.Length <= LongestName && name.Any(char.IsLetter) ? null : SigningErrors.NameInvalid;
    }

    private static bool Fits(Rune rune) => Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter or UnicodeCategory.ModifierLetter
        or UnicodeCategory.OtherLetter or UnicodeCategory.NonSpacingMark or UnicodeCategory.SpaceSeparator or UnicodeCategory.DashPunctuation
        or UnicodeCategory.DecimalDigitNumber or UnicodeCategory.FinalQuotePunctuation || rune.Value is '\'' or '.' or ',';

    private static IReadOnlyList<StrokePoint> Points(ImmutableArray<float> stroke) =>
        [.. Enumerable.Range(0, stroke.Length / 2).Select(i => new StrokePoint(stroke[2 * i], stroke[2 * i + 1]))];
}
