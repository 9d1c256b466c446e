using System.Text;
using Balie.Pdf;

namespace Balie.Pades.Tests;

/// <summary>A page at one pixel a point, in greys (binary PGM).</summary>
public sealed record Picture(int Width, int Height, byte[] Pixels)
{
    public static Picture Read(byte[] pgm)
    {
        var header = Encoding.ASCII.GetString(pgm, 0, 32).Split((char[])['\n', ' '], 5);
        header[0].ShouldBe("P5");
        int width = int.Parse(header[1]), height = int.Parse(header[2]);
        return new Picture(width, height, pgm[^(width * height)..]);
    }

    public int InkIn(PdfRectangle area) => Ink((x, y) => Inside(area, x, y));

    public int InkOutside(params PdfRectangle[] areas) => Ink((x, y) => !areas.Any(area => Inside(area, x, y)));

    bool Inside(PdfRectangle area, int x, int y) =>
        x >= area.X - 1 && x <= area.X + area.Width + 1 && Height - y >= area.Y - 1 && Height - y <= area.Y + area.Height + 1;

    int Ink(Func<int, int, bool> counts) =>
        Enumerable.Range(0, Pixels.Length).Count(i => Pixels[i] < 200 && counts(i % Width, i / Width));
}
