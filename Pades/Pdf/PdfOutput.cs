using System.Globalization;
using System.Text;

namespace Balie.Pdf;

/// <summary>What is being written, in one buffer that grows: text and numbers become bytes where they will stay.</summary>
internal sealed class PdfOutput(int capacity = 512)
{
    const int LongestNumber = 20, Thousand = 1000;
    const double SmallEnough = 1e12;

    byte[] buffer = GC.AllocateUninitializedArray<byte>(capacity);

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => buffer.AsSpan(0, Length);

    public byte[] ToArray() => Written.ToArray();

    public void Bytes(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Room(bytes.Length));
        Length += bytes.Length;
    }

    /// <summary>Characters that are one byte each.</summary>
    public void Latin(ReadOnlySpan<char> text) => Length += Encoding.Latin1.GetBytes(text, Room(text.Length));

    public void Number(long value, ReadOnlySpan<char> format = default)
    {
        value.TryFormat(Room(LongestNumber), out var written, format, CultureInfo.InvariantCulture);
        Length += written;
    }

    /// <summary>A length in points, rounded to a thousandth: finer than any device can show.</summary>
    public void Points(double value)
    {
        if (!(Math.Abs(value) < SmallEnough)) { Latin(value.ToString("0.###", CultureInfo.InvariantCulture)); return; }
        var thousandths = (long)Math.Round(value * Thousand);
        if (thousandths < 0) Bytes("-"u8);
        var (whole, rest) = Math.DivRem(Math.Abs(thousandths), Thousand);
        Number(whole);
        if (rest == 0) return;
        Bytes([(byte)'.', (byte)('0' + rest / 100), (byte)('0' + rest / 10 % 10), (byte)('0' + rest % 10)]);
        while (buffer[Length - 1] == '0') Length--;
    }

    public void Hexadecimal(ReadOnlySpan<byte> bytes)
    {
        Convert.TryToHexString(bytes, Room(bytes.Length * 2), out var written);
        Length += written;
    }

    Span<byte> Room(int length)
    {
        if (buffer.Length - Length < length) Grow(length);
        return buffer.AsSpan(Length);
    }

    void Grow(int length)
    {
        var larger = GC.AllocateUninitializedArray<byte>((int)Math.Min(Math.Max((long)buffer.Length * 2, (long)Length + length), Array.MaxLength));
        Written.CopyTo(larger);
        buffer = larger;
    }
}
