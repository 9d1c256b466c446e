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

/// <summary>A hand: <see cref="DrawnHand"/> or <see cref="TypedHand"/>; part of the look of a signature (ISO 32000-2, 12.5.5).</summary>
public abstract record Handwriting;

/// <summary>A point of a stroke: 0..1 from left to right and 0..1 from top to bottom; it becomes a point of a path (ISO 32000-2, 8.5.2).</summary>
public readonly record struct StrokePoint(double X, double Y);

/// <summary>Strokes as drawn, written into the file as lines and never as pixels (ISO 32000-2, 8.5).</summary>
/// <param name="Strokes">Each from pen down to pen up; at most 20,000 points together.</param>
/// <param name="Aspect">Width of the drawing surface divided by its height.</param>
public sealed record DrawnHand(IReadOnlyList<IReadOnlyList<StrokePoint>> Strokes, double Aspect) : Handwriting;

/// <summary>A name typed by its owner, shown in italics, with the letters of an embedded font (ISO 32000-2, 9.9).</summary>
public sealed record TypedHand(string Name) : Handwriting;

/// <summary>Where a field is: a page from 1, and a rectangle in points from the bottom left of what the page shows (ISO 32000-2, 12.5.2).</summary>
public sealed record SignaturePlace(int Page, PdfRectangle Rectangle);
