using Balie.Grains.Interfaces.Platform;
using SkiaSharp;

namespace Balie.Grains.Documents.Conversion;

/// <summary>
/// A photo or scan as one A4 page: upright by its EXIF orientation, within margins, never enlarged beyond 150 dots per inch. The picture is
/// drawn anew, so nothing else of the file (place, camera, thumbnails, hidden data) comes along. Pure; blocks for up to a few seconds on a large photo.
/// </summary>
public static class ImageToPdf
{
    /// <summary>Largest picture taken, in pixels.</summary>
    public const long MaxPixels = 50_000_000;

    private const float Short = 595.276f; // A4 in points
    private const float Long = 841.89f;
    private const float Margin = 28.35f; // 1 cm
    private const float LeastDensity = 150f; // dots per inch: a smaller picture stays small
    private const float MostDensity = 300f; // more than paper shows only makes the file larger

    /// <summary>The PDF of a JPEG or PNG.</summary>
    /// <exception cref="BalieException"><c>document.unsupported-type</c>, <c>document.too-large</c> (20 MB, 50 megapixels), <c>document.broken</c>.</exception>
    public static byte[] Convert(ReadOnlyMemory<byte> image, string title)
    {
        DocumentSniffer.RefuseTooLarge(image.Length);
        if (DocumentSniffer.Sniff(image.Span) == DocumentKind.Pdf)
            throw new BalieException(BalieError.Invalid("document.unsupported-type", "Dit is al een PDF.", "file"));
        using var data = SKData.CreateCopy(image.Span);
        using var codec = SKCodec.Create(data) ?? throw Broken();
        // The header tells the size before a single pixel is decoded: a bomb costs nothing.
        if ((long)codec.Info.Width * codec.Info.Height > MaxPixels)
            throw new BalieException(BalieError.Invalid("document.too-large", "Deze foto heeft meer dan 50 megapixels. Kies een kleinere foto.", "file"));
        if (codec.Info.Width < 1 || codec.Info.Height < 1) throw Broken();
        using var upright = Upright(codec);
        return Draw(upright, title);
    }

    /// <summary>Decodes on white, turned upright, at most as dense as paper can show.</summary>
    private static SKBitmap Upright(SKCodec codec)
    {
        using var raw = Decode(codec);
        var turned = codec.EncodedOrigin is SKEncodedOrigin.LeftTop or SKEncodedOrigin.RightTop or SKEncodedOrigin.RightBottom or SKEncodedOrigin.LeftBottom;
        var (width, height) = turned ? (raw.Height, raw.Width) : (raw.Width, raw.Height);
        var (boxWidth, boxHeight) = Box(width, height);
        var scale = Math.Min(1f, MostDensity / 72f * Math.Min(boxWidth / width, boxHeight / height));
        var target = new SKBitmap(Math.Max(1, (int)(width * scale)), Math.Max(1, (int)(height * scale)), SKColorType.Rgba8888, SKAlphaType.Opaque);
        using var canvas = new SKCanvas(target);
        canvas.Clear(SKColors.White);
        canvas.Scale((float)target.Width / width, (float)target.Height / height);
        canvas.Concat(Turn(codec.EncodedOrigin, raw.Width, raw.Height));
        using var picture = SKImage.FromBitmap(raw);
        canvas.DrawImage(picture, 0, 0, new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear));
        return target;
    }

    private static SKBitmap Decode(SKCodec codec)
    {
        var info = new SKImageInfo(codec.Info.Width, codec.Info.Height, SKColorType.Rgba8888, SKAlphaType.Premul, SKColorSpace.CreateSrgb());
        var bitmap = new SKBitmap(info);
        if (codec.GetPixels(info, bitmap.GetPixels()) == SKCodecResult.Success) return bitmap;
        bitmap.Dispose();
        throw Broken(); // cut off half-way as well: a document with a grey half is not what somebody meant to hand in
    }

    /// <summary>From stored to upright coordinates (EXIF 2.32, tag 274).</summary>
    private static SKMatrix Turn(SKEncodedOrigin origin, float w, float h) => origin switch
    {
        SKEncodedOrigin.TopRight => new SKMatrix(-1, 0, w, 0, 1, 0, 0, 0, 1),
        SKEncodedOrigin.BottomRight => new SKMatrix(-1, 0, w, 0, -1, h, 0, 0, 1),
        SKEncodedOrigin.BottomLeft => new SKMatrix(1, 0, 0, 0, -1, h, 0, 0, 1),
        SKEncodedOrigin.LeftTop => new SKMatrix(0, 1, 0, 1, 0, 0, 0, 0, 1),
        SKEncodedOrigin.RightTop => new SKMatrix(0, -1, h, 1, 0, 0, 0, 0, 1),
        SKEncodedOrigin.RightBottom => new SKMatrix(0, -1, h, -1, 0, w, 0, 0, 1),
        SKEncodedOrigin.LeftBottom => new SKMatrix(0, 1, 0, -1, 0, w, 0, 0, 1),
        _ => SKMatrix.Identity,
    };

    /// <summary>The room on the page, lying for a wide picture.</summary>
    private static (float Width, float Height) Box(int width, int height) =>
        width > height ? (Long - 2 * Margin, Short - 2 * Margin) : (Short - 2 * Margin, Long - 2 * Margin);

    private static byte[] Draw(SKBitmap bitmap, string title)
    {
        var (boxWidth, boxHeight) = Box(bitmap.Width, bitmap.Height);
        var scale = Math.Min(72f / LeastDensity, Math.Min(boxWidth / bitmap.Width, boxHeight / bitmap.Height));
        var (width, height) = (bitmap.Width * scale, bitmap.Height * scale);
        var metadata = SKDocumentPdfMetadata.Default with { Title = ReportText.Clean(title), Producer = "Balie", EncodingQuality = 88, RasterDpi = MostDensity };
        using var buffer = new SKDynamicMemoryWStream();
        using (var document = SKDocument.CreatePdf(buffer, metadata))
        {
            using var canvas = document.BeginPage(boxWidth + 2 * Margin, boxHeight + 2 * Margin);
            using var picture = SKImage.FromBitmap(bitmap);
            canvas.DrawImage(picture, SKRect.Create(Margin + (boxWidth - width) / 2, Margin + (boxHeight - height) / 2, width, height));
            document.EndPage();
            document.Close();
        }

        using var data = buffer.DetachAsData();
        return data.ToArray();
    }

    private static BalieException Broken() =>
        new(BalieError.Invalid("document.broken", "Deze foto is beschadigd of niet volledig. Maak of kies een andere.", "file"));
}
