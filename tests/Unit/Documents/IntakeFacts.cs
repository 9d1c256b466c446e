using Balie.Grains.Documents.Conversion;
using Balie.Grains.Interfaces.Platform;
using CsCheck;
using SkiaSharp;

namespace Balie.Unit.Tests.Documents;

public sealed class IntakeFacts
{
    [Fact]
    public void Pdf_jpeg_and_png_are_known_by_their_first_bytes()
    {
        DocumentSniffer.Sniff("%PDF-1.7"u8).ShouldBe(DocumentKind.Pdf);
        DocumentSniffer.Sniff(Picture(4, 4, SKEncodedImageFormat.Jpeg)).ShouldBe(DocumentKind.Jpeg);
        DocumentSniffer.Sniff(Picture(4, 4, SKEncodedImageFormat.Png)).ShouldBe(DocumentKind.Png);
    }

    [Theory]
    [InlineData("504B030414000600", "een Word-, Excel- of zipbestand")]
    [InlineData("000000186674797068656963000000000000", "een HEIC-foto")]
    [InlineData("4D5A9000", "een programma")]
    [InlineData("0A3C68746D6C3E", "een webpagina of XML-bestand")]
    [InlineData("0102030405", "We herkennen dit bestand niet")]
    public void Anything_else_is_refused_and_named(string hex, string seems)
    {
        var error = Should.Throw<BalieException>(() => DocumentSniffer.Sniff(Convert.FromHexString(hex))).Error;
        error.Code.ShouldBe("document.unsupported-type");
        error.Message.ShouldContain(seems);
    }

    [Fact]
    public void A_file_of_more_than_20_MB_is_refused() =>
        Code(() => ImageToPdf.Convert(new byte[DocumentSniffer.MaxBytes + 1], "foto")).ShouldBe("document.too-large");

    [Fact]
    public void A_picture_that_claims_more_pixels_than_allowed_is_refused_before_it_is_decoded()
    {
        var bomb = Picture(16, 16, SKEncodedImageFormat.Png);
        // Width and height in the IHDR chunk, with the checksum that belongs to them.
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(bomb.AsSpan(16), 60_000);
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(bomb.AsSpan(20), 60_000);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(bomb.AsSpan(29), Crc(bomb.AsSpan(12, 17)));
        Code(() => ImageToPdf.Convert(bomb, "foto")).ShouldBe("document.too-large");
    }

    [Theory]
    [InlineData(SKEncodedImageFormat.Jpeg)]
    [InlineData(SKEncodedImageFormat.Png)]
    public void A_picture_that_is_cut_off_is_refused(SKEncodedImageFormat format)
    {
        var whole = Picture(300, 200, format);
        Code(() => ImageToPdf.Convert(whole.AsMemory(0, whole.Length / 2), "foto")).ShouldBe("document.broken");
        Code(() => ImageToPdf.Convert(whole.AsMemory(0, 12), "foto")).ShouldBe("document.broken");
    }

    [Fact]
    public void Any_bytes_behind_a_known_beginning_are_converted_or_refused_but_never_crash() =>
        Gen.Select(Gen.Bool, Gen.Byte.Array[0, 400]).Sample((jpeg, tail) =>
        {
            var head = Picture(8, 8, jpeg ? SKEncodedImageFormat.Jpeg : SKEncodedImageFormat.Png);
            byte[] file = [.. head.Take(head.Length / 2), .. tail];
            try { ImageToPdf.Convert(file, "x").AsSpan().StartsWith("%PDF-"u8).ShouldBeTrue(); }
            catch (BalieException refusal) { refusal.Error.Code.ShouldStartWith("document."); }
        }, iter: 500);

    [Theory]
    [InlineData("C:\\Users\\noor\\Mijn brief.PDF", DocumentKind.Pdf, "Mijn brief.pdf")]
    [InlineData("../../etc/passwd", DocumentKind.Png, "passwd.png")]
    [InlineData("foto\u202egpj.exe", DocumentKind.Jpeg, "fotogpj.jpg")]
    [InlineData("  ...  ", DocumentKind.Pdf, "document.pdf")]
    [InlineData(null, DocumentKind.Pdf, "document.pdf")]
    [InlineData("con.pdf", DocumentKind.Pdf, "document.pdf")]
    [InlineData("a<b>:c\"|?*.pdf", DocumentKind.Pdf, "abc.pdf")]
    [InlineData("verslag v1.2 van é.docx", DocumentKind.Pdf, "verslag v1.2 van é.pdf")]
    public void File_names_are_made_safe(string? given, DocumentKind kind, string safe) => SafeFileName.Clean(given, kind).ShouldBe(safe);

    [Theory]
    [InlineData('-')]
    [InlineData('.')]
    [InlineData(' ')]
    public void A_long_file_name_is_cut_to_what_would_be_cut_from_it_again(char edge)
    {
        var safe = SafeFileName.Clean(new string('a', 99) + edge + "brief van de gemeente.pdf", DocumentKind.Pdf);
        safe.ShouldBe(new string('a', 99) + ".pdf");
        SafeFileName.Clean(safe, DocumentKind.Pdf).ShouldBe(safe);
    }

    [Fact]
    public void Any_file_name_becomes_short_printable_and_without_folders() =>
        Gen.String.Sample(name =>
        {
            var safe = SafeFileName.Clean(name, DocumentKind.Pdf);
            safe.ShouldEndWith(".pdf");
            safe.Length.ShouldBeInRange(5, 104);
            safe.ShouldNotContain('/');
            safe.ShouldNotContain('\\');
            safe.Any(char.IsControl).ShouldBeFalse();
            safe.ShouldNotStartWith(".");
            SafeFileName.Clean(safe, DocumentKind.Pdf).ShouldBe(safe);
        });

    private static string Code(Action act) => Should.Throw<BalieException>(act).Error.Code;

    private static byte[] Picture(int width, int height, SKEncodedImageFormat format)
    {
        using var bitmap = new SKBitmap(width, height);
        for (var i = 0; i < width * height; i++) bitmap.SetPixel(i % width, i / width, new SKColor((byte)(i * 7), (byte)(i * 13), (byte)(i * 29)));
        using var data = bitmap.Encode(format, 90);
        return data.ToArray();
    }

    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var b in bytes)
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 1) == 1 ? (crc >> 1) ^ 0xedb88320 : crc >> 1;
        }

        return ~crc;
    }
}
