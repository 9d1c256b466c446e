using SkiaSharp;

namespace Balie.Grains.Tests.Conversion;

/// <summary>A page of a PDF as a picture, drawn by poppler.</summary>
internal static class Pages
{
    public static async Task<SKBitmap> RenderAsync(string file, int page, int dotsPerInch, string folder)
    {
        var output = Path.Combine(folder, Guid.NewGuid().ToString("n"));
        (await Tools.RunAsync("pdftoppm", "-png", "-singlefile", "-r", $"{dotsPerInch}", "-f", $"{page}", "-l", $"{page}", file, output)).Code.ShouldBe(0);
        return SKBitmap.Decode(output + ".png");
    }
}
