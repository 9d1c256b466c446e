using System.Security.Cryptography;
using Balie.Pdf;

namespace Balie.Pades;

/// <summary>
/// What a signature covers (ISO 32000-2, 12.8.1): from the first byte to <see cref="End"/>, with one gap that is exactly the
/// string in /Contents. Anything else is refused: that is where signatures are forged and wrapped.
/// </summary>
/// <param name="Contents">The bytes of the string in the gap.</param>
internal sealed record SignedRange(int GapStart, int GapEnd, int End, ReadOnlyMemory<byte> Contents)
{
    public static SignedRange Read(PdfDocument document, SignatureField signed)
    {
        if (signed.Value!["Contents"] is not PdfString { IsHex: true, Start: >= 0 } contents || !contents.Bytes.AsSpan().ContainsAnyExcept((byte)0))
            throw Wrong("contents", "The signature has no value.");
        if (signed.Value["ByteRange"] is not PdfArray { Items.Count: 4 } array) throw Wrong("byte-range", "The signature does not say what it covers.");
        var numbers = array.Items.Select(item => item is PdfNumber number && number.TryGetInteger(out var value) && value is >= 0 and <= int.MaxValue
            ? value : throw Wrong("byte-range", "The signature says in an impossible way what it covers.")).ToArray();
        if (numbers[0] != 0 || numbers[1] != contents.Start || numbers[2] != contents.End || numbers[2] + numbers[3] > document.Bytes.Length)
            throw Wrong("byte-range", "The signature leaves out more than itself.");
        var range = new SignedRange(contents.Start, contents.End, (int)(numbers[2] + numbers[3]), contents.Bytes);
        if (document.Bytes.Span[range.GapStart] != '<' || document.Bytes.Span[range.GapStart + 1] == '<' || document.Bytes.Span[range.GapEnd - 1] != '>')
            throw Wrong("byte-range", "The signature leaves out more than itself.");
        return range;
    }

    /// <summary>The hash of what is signed: everything up to <see cref="End"/> but the gap.</summary>
    public byte[] Digest(ReadOnlyMemory<byte> file, HashAlgorithmName name)
    {
        using var hash = IncrementalHash.CreateHash(name);
        hash.AppendData(file.Span[..GapStart]);
        hash.AppendData(file.Span[GapEnd..End]);
        return hash.GetHashAndReset();
    }

    static Cms.CmsRefusedException Wrong(string code, string message) => new(code, message);
}
