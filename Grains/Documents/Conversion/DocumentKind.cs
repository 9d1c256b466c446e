using Balie.Grains.Interfaces.Platform;

namespace Balie.Grains.Documents.Conversion;

/// <summary>What a citizen or civil servant may hand in.</summary>
public enum DocumentKind
{
    Pdf = 0,
    Jpeg = 1,
    Png = 2,
}

/// <summary>Names a document by its first bytes; the name and type that a browser claims are not looked at.</summary>
public static class DocumentSniffer
{
    /// <summary>Largest document taken, in bytes.</summary>
    public const int MaxBytes = 20 * 1024 * 1024;

    /// <summary>How many first bytes are enough for <see cref="Sniff"/>.</summary>
    public const int HeadLength = 1024;

    /// <summary>The kind of a document.</summary>
    /// <param name="head">Its first bytes, at least <see cref="HeadLength"/> of them when it is that long.</param>
    /// <exception cref="BalieException"><c>document.unsupported-type</c>, with what it seems to be; <c>document.broken</c> when it is empty.</exception>
    public static DocumentKind Sniff(ReadOnlySpan<byte> head)
    {
        if (head.IsEmpty) throw new BalieException(BalieError.Invalid("document.broken", "Dit bestand is leeg.", "file"));
        if (head.StartsWith("%PDF-"u8)) return DocumentKind.Pdf;
        if (head.StartsWith((ReadOnlySpan<byte>)[0xff, 0xd8, 0xff])) return DocumentKind.Jpeg;
        if (head.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G', 0x0d, 0x0a, 0x1a, 0x0a])) return DocumentKind.Png;
        throw Unsupported(Guess(head));
    }

    /// <exception cref="BalieException"><c>document.too-large</c>.</exception>
    public static void RefuseTooLarge(long bytes)
    {
        if (bytes > MaxBytes) throw new BalieException(BalieError.Invalid("document.too-large", "Dit bestand is groter dan 20 MB. Kies een kleiner bestand.", "file"));
    }

    /// <summary>The media type of a kind.</summary>
    public static string MediaType(this DocumentKind kind) => kind switch
    {
        DocumentKind.Pdf => "application/pdf",
        DocumentKind.Jpeg => "image/jpeg",
        _ => "image/png",
    };

    /// <summary>The extension of a kind, with its dot.</summary>
    public static string Extension(this DocumentKind kind) => kind switch
    {
        DocumentKind.Pdf => ".pdf",
        DocumentKind.Jpeg => ".jpg",
        _ => ".png",
    };

    private static string? Guess(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith("PK\u0003\u0004"u8)) return "een Word-, Excel- of zipbestand";
        if (head.StartsWith((ReadOnlySpan<byte>)[0xd0, 0xcf, 0x11, 0xe0])) return "een ouder Word- of Excelbestand";
        if (head.Length > 12 && head[4..].StartsWith("ftyp"u8)) return head[8..].StartsWith("hei"u8) || head[8..].StartsWith("mif1"u8) ? "een HEIC-foto" : "een video";
        if (head.StartsWith("GIF8"u8)) return "een GIF-afbeelding";
        if (head.StartsWith("II*\0"u8) || head.StartsWith("MM\0*"u8)) return "een TIFF-afbeelding";
        if (head.StartsWith("RIFF"u8) && head.Length > 12 && head[8..].StartsWith("WEBP"u8)) return "een WebP-afbeelding";
        if (head.StartsWith("MZ"u8) || head.StartsWith("\u007fELF"u8)) return "een programma";
        if (head.TrimStart("\ufeff \t\r\n"u8).StartsWith("<"u8)) return "een webpagina of XML-bestand";
        return null;
    }

    private static BalieException Unsupported(string? guess) => new(BalieError.Invalid("document.unsupported-type",
        (guess is null ? "We herkennen dit bestand niet." : $"Dit is {guess}.") + " Kies een PDF of een foto (JPEG of PNG).", "file"));
}
