using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Balie.Pdf;

namespace Balie.Pades;

/// <summary>An increment with room for a CMS: where the gap of its /ByteRange is, in bytes from the start of the file (ISO 32000-2, 12.8.1).</summary>
internal sealed record SignatureIncrement(int BaseLength, byte[] Bytes, int ContentsStart, int ContentsEnd)
{
    const int ByteRangeWidth = 48, PieceLength = 128 * 1024;

    /// <summary>Places for /Contents and /ByteRange, to be put into a signature dictionary.</summary>
    public static (PdfVerbatim Contents, PdfVerbatim ByteRange) Places(int room)
    {
        var contents = new byte[room * 2 + 2];
        contents.AsSpan().Fill((byte)'0');
        (contents[0], contents[^1]) = ((byte)'<', (byte)'>');
        var range = new byte[ByteRangeWidth + 2];
        range.AsSpan().Fill((byte)' ');
        (range[0], range[^1]) = ((byte)'[', (byte)']');
        return (new PdfVerbatim(contents), new PdfVerbatim(range));
    }

    public static SignatureIncrement Write(IncrementalUpdate update, PdfVerbatim contents, PdfVerbatim byteRange)
    {
        var length = update.Document.Bytes.Length;
        var (increment, places) = update.Write();
        int start = places[contents], end = start + contents.Bytes.Length;
        var range = string.Create(CultureInfo.InvariantCulture, $"0 {start} {end} {length + increment.Length - end}");
        Encoding.ASCII.GetBytes(range, increment.AsSpan(places[byteRange] - length + 1, ByteRangeWidth));
        return new SignatureIncrement(length, increment, start, end);
    }

    /// <summary>One pass for both hashes: the base is the beginning of the first signed range.</summary>
    /// <param name="copy">Where the base goes on the way, or empty: what was just copied is hashed while the processor still has it at hand.</param>
    public (byte[] Base, byte[] Signed) Hash(ReadOnlySpan<byte> basePdf, HashAlgorithmName digest, Span<byte> copy = default)
    {
        using var hash = IncrementalHash.CreateHash(digest);
        for (var at = 0; at < basePdf.Length; at += PieceLength)
        {
            var piece = basePdf.Slice(at, Math.Min(PieceLength, basePdf.Length - at));
            if (!copy.IsEmpty) piece.CopyTo(copy[at..]);
            hash.AppendData(copy.IsEmpty ? piece : copy.Slice(at, piece.Length));
        }
        var baseHash = hash.GetCurrentHash();
        hash.AppendData(Bytes.AsSpan(0, ContentsStart - BaseLength));
        hash.AppendData(Bytes.AsSpan(ContentsEnd - BaseLength));
        return (baseHash, hash.GetHashAndReset());
    }

    /// <summary>The increment with the CMS in its gap, zeros after it.</summary>
    public byte[] With(ReadOnlySpan<byte> cms)
    {
        var filled = GC.AllocateUninitializedArray<byte>(Bytes.Length);
        CopyTo(filled, cms);
        return filled;
    }

    /// <summary>As <see cref="With"/>, to where it shall stay.</summary>
    public void CopyTo(Span<byte> filled, ReadOnlySpan<byte> cms)
    {
        Bytes.CopyTo(filled);
        var room = filled.Slice(ContentsStart - BaseLength + 1, ContentsEnd - ContentsStart - 2);
        if (cms.Length * 2 > room.Length) throw new SignatureRefusedException("no-room", "The signature does not fit in the room reserved for it.");
        Convert.TryToHexString(cms, room, out var written);
        room[written..].Fill((byte)'0');
        (filled[ContentsStart - BaseLength], filled[ContentsEnd - BaseLength - 1]) = ((byte)'<', (byte)'>');
    }
}
