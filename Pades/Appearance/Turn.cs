using Balie.Pdf;

namespace Balie.Pades.Appearance;

/// <summary>
/// A page that is shown turned (/Rotate; ISO 32000-2, 7.7.3.3): places are given as people see them, and appearances are
/// turned back so that they stand upright.
/// </summary>
internal static class Turn
{
    public static bool IsSideways(PdfPage page) => page.Rotation is 90 or 270;

    /// <summary>Width and height as shown.</summary>
    public static (double Width, double Height) Shown(PdfPage page) =>
        IsSideways(page) ? (page.Visible.Height, page.Visible.Width) : (page.Visible.Width, page.Visible.Height);

    /// <summary>A rectangle as shown, in the page's own coordinates.</summary>
    public static PdfRectangle ToPage(PdfPage page, PdfRectangle shown)
    {
        var (left, bottom, w, h) = (page.Visible.X, page.Visible.Y, page.Visible.Width, page.Visible.Height);
        return page.Rotation switch
        {
            90 => new(left + w - shown.Y - shown.Height, bottom + shown.X, shown.Height, shown.Width),
            180 => new(left + w - shown.X - shown.Width, bottom + h - shown.Y - shown.Height, shown.Width, shown.Height),
            270 => new(left + shown.Y, bottom + h - shown.X - shown.Width, shown.Height, shown.Width),
            _ => new(left + shown.X, bottom + shown.Y, shown.Width, shown.Height)
        };
    }

    /// <summary>Turns an appearance against the page; where it lands follows from the field's rectangle (12.5.5).</summary>
    public static PdfArray? Matrix(int rotation)
    {
        int[]? matrix = rotation switch { 90 => [0, 1, -1, 0, 0, 0], 180 => [-1, 0, 0, -1, 0, 0], 270 => [0, -1, 1, 0, 0, 0], _ => null };
        return matrix is null ? null : new PdfArray([.. matrix.Select(value => new PdfNumber(value))]);
    }
}
