using Balie.Grains.Documents.Conversion;
using SkiaSharp;

namespace Balie.Grains.Tests.Conversion;

public sealed class ImageToPdfFacts : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("balie-image-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>Where a camera that was held that way stores the corner that is upper left in the world.</summary>
    [Theory]
    [InlineData(1, 0, 0)]
    [InlineData(2, 1, 0)]
    [InlineData(3, 1, 1)]
    [InlineData(4, 0, 1)]
    [InlineData(5, 0, 0)]
    [InlineData(6, 0, 1)]
    [InlineData(7, 1, 1)]
    [InlineData(8, 1, 0)]
    public async Task A_photo_stands_upright_however_the_camera_was_held(byte orientation, int right, int low)
    {
        var file = Save(ImageToPdf.Convert(Exif(Photo(400, 200, right, low), orientation), "Foto"));
        (await Tools.RunAsync("qpdf", "--check", file)).Code.ShouldBe(0);
        using var page = await Pages.RenderAsync(file, 1, 72, _folder);
        (page.Height > page.Width).ShouldBe(orientation >= 5);
        // The picture is drawn at 150 dots per inch, in the middle: 192 x 96 points, or 96 x 192.
        var (width, height) = orientation >= 5 ? (96, 192) : (192, 96);
        var corner = page.GetPixel((page.Width - width) / 2 + 10, (page.Height - height) / 2 + 10);
        corner.Red.ShouldBeGreaterThan((byte)200);
        corner.Blue.ShouldBeLessThan((byte)60);
        page.GetPixel((page.Width + width) / 2 - 10, (page.Height + height) / 2 - 10).Blue.ShouldBeGreaterThan((byte)200);
        page.GetPixel((page.Width - width) / 2 - 5, page.Height / 2).ShouldBe(SKColors.White);
    }

    [Fact]
    public async Task A_large_scan_fills_one_A4_page_within_its_margins_and_stays_small()
    {
        var pdf = ImageToPdf.Convert(Photo(3000, 4500, 0, 0), "Scan");
        var file = Save(pdf);
        var info = (await Tools.RunAsync("pdfinfo", file)).Output;
        info.ShouldContain("Pages:           1");
        info.ShouldContain("(A4)");
        info.ShouldContain("Title:           Scan");
        using var page = await Pages.RenderAsync(file, 1, 72, _folder);
        page.GetPixel(page.Width / 2, 10).ShouldBe(SKColors.White);
        page.GetPixel(page.Width / 2, page.Height / 2).ShouldNotBe(SKColors.White);
        pdf.Length.ShouldBeLessThan(3_000_000);
    }

    [Fact]
    public async Task What_is_transparent_prints_white()
    {
        using var bitmap = new SKBitmap(100, 100);
        bitmap.Erase(SKColors.Transparent);
        using var data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        using var page = await Pages.RenderAsync(Save(ImageToPdf.Convert(data.ToArray(), "Leeg")), 1, 36, _folder);
        page.GetPixel(page.Width / 2, page.Height / 2).ShouldBe(SKColors.White);
    }

    private string Save(byte[] pdf)
    {
        var path = Path.Combine(_folder, "image.pdf");
        File.WriteAllBytes(path, pdf);
        return path;
    }

    /// <summary>A blue picture with one red quarter.</summary>
    private static byte[] Photo(int width, int height, int right, int low)
    {
        using var bitmap = new SKBitmap(width, height);
        bitmap.Erase(SKColors.Blue);
        using var canvas = new SKCanvas(bitmap);
        using var red = new SKPaint { Color = SKColors.Red };
        canvas.DrawRect(right * width / 2, low * height / 2, width / 2, height / 2, red);
        using var data = bitmap.Encode(SKEncodedImageFormat.Jpeg, 95);
        return data.ToArray();
    }

    /// <summary>The photo with an EXIF segment that holds the orientation only (tag 274, big endian).</summary>
    private static byte[] Exif(byte[] jpeg, byte orientation)
    {
        byte[] tiff = [(byte)'M', (byte)'M', 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0];
        return [.. jpeg[..2], 0xff, 0xe1, 0, (byte)(2 + 6 + tiff.Length), .. "Exif\0\0"u8, .. tiff, .. jpeg[2..]];
    }
}
