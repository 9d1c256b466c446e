using Balie.Pdf;

namespace Balie.Pades;

/// <summary>What a visible signature shows (ISO 32000-2, 12.7.5.5): lines of text, and the hand above or beside them.</summary>
public sealed record SignatureAppearance
{
    /// <summary>Lines from top to bottom, e.g. "Handtekening van Gerrit Maes, burger", "24 november 2026, 19.20 uur"; at most eight.</summary>
    public required IReadOnlyList<string> Lines { get; init; }

    /// <summary>The drawn or typed hand; null shows the lines alone (a seal).</summary>
    public Handwriting? Hand { get; init; }
}

/// <summary>A hand: <see cref="DrawnHand"/> or <see cref="TypedHand"/>.</summary>
public abstract record Handwriting;

/// <summary>A point of a stroke: 0..1 from left to right and 0..1 from top to bottom.</summary>
public readonly record struct StrokePoint(double X, double Y);

/// <summary>Strokes as drawn, written into the file as lines and never as pixels.</summary>
/// <param name="Strokes">Each from pen down to pen up; at most 20,000 points together.</param>
/// <param name="Aspect">Width of the drawing surface divided by its height.</param>
public sealed record DrawnHand(IReadOnlyList<IReadOnlyList<StrokePoint>> Strokes, double Aspect) : Handwriting;

/// <summary>A name typed by its owner, shown in italics.</summary>
public sealed record TypedHand(string Name) : Handwriting;

/// <summary>Where a field is: a page from 1, and a rectangle in points from the bottom left of what the page shows.</summary>
public sealed record SignaturePlace(int Page, PdfRectangle Rectangle);
