using System.Globalization;
using System.Text;

namespace Balie.Pades.Tests.Fuzz;

/// <summary>Changes files the way damage and malice do: bits, cuts, repeats, other numbers, other references, pieces of other files, further increments.</summary>
public sealed class Mutator(IReadOnlyList<byte[]> seeds, Random random)
{
    static readonly string[] Words =
    [
        "/Type", "/Kids", "/Parent", "/Length", "/Prev", "/Root", "/Size", "/Filter/FlateDecode", "/ByteRange[0 0 0 0]", "/Contents<00>", "/AcroForm", "/Fields", "/Annots", "/V", "/AP",
        "/OpenAction", "/S/JavaScript", "/XFA", "/Encrypt", "/ObjStm", "/XRef", "/W[1 8 8]", "/Index[0 999999]", "/N 9999", "/First 0", "/Perms", "/Reference", "/DSS",
        "<<", ">>", "[", "]", "(", ")", "<", ">", "stream\n", "endstream", "endobj", "1 0 obj", "xref\n", "trailer", "startxref\n", "%%EOF", "null", "true", "R", "%", "\0", "\r"
    ];

    static readonly string[] Numbers = ["0", "-1", "1", "2", "65535", "65536", "8388607", "8388608", "2147483647", "2147483648", "4294967295", "9223372036854775807", "9999999999", "0.0000001", "1e9", "00000"];

    public byte[] Next()
    {
        var pdf = seeds[random.Next(seeds.Count)];
        var keepsPlaces = random.Next(2) == 0; // else most files end at their first cross-reference
        for (var times = 1 + random.Next(4); times > 0; times--) pdf = keepsPlaces ? InPlace(pdf) : Once(pdf);
        return pdf;
    }

    byte[] InPlace(byte[] pdf)
    {
        var at = Place(pdf);
        return random.Next(5) switch { 0 => Flipped(pdf, at), 1 => Overwritten(pdf, at), 2 => Incremented(pdf), _ => OtherDigits(pdf, at) };
    }

    byte[] OtherDigits(byte[] pdf, int at)
    {
        var copy = pdf.ToArray();
        while (at < copy.Length && !char.IsAsciiDigit((char)copy[at])) at++;
        for (; at < copy.Length && char.IsAsciiDigit((char)copy[at]); at++)
            if (random.Next(2) == 0) copy[at] = (byte)('0' + random.Next(10));
        return copy;
    }

    byte[] Once(byte[] pdf)
    {
        if (pdf.Length < 16) return seeds[0];
        var at = Place(pdf);
        var length = Math.Min(pdf.Length - at, 1 << random.Next(12));
        return random.Next(10) switch
        {
            0 => Flipped(pdf, at),
            1 => [.. pdf.AsSpan(0, at), .. pdf.AsSpan(at + length)],
            2 => [.. pdf.AsSpan(0, at + length), .. pdf.AsSpan(at)],
            3 => [.. pdf.AsSpan(0, at), .. Encoding.Latin1.GetBytes(Words[random.Next(Words.Length)]), .. pdf.AsSpan(at)],
            4 or 5 => OtherNumber(pdf, at),
            6 => Spliced(pdf, at, length),
            7 => Overwritten(pdf, at),
            8 => Incremented(pdf),
            _ => Moved(pdf, at, length)
        };
    }

    /// <summary>Mostly in the structure, which is at the ends, and around words; streams are long and say little.</summary>
    int Place(byte[] pdf)
    {
        var at = random.Next(3) switch { 0 => pdf.Length - 1 - random.Next(Math.Min(pdf.Length, 3000)), 1 => random.Next(Math.Min(pdf.Length, 3000)), _ => random.Next(pdf.Length) };
        var word = Encoding.Latin1.GetBytes(Words[random.Next(Words.Length)]);
        return random.Next(2) == 0 && pdf.AsSpan(at).IndexOf(word) is var hit and >= 0 ? at + hit : at;
    }

    byte[] Flipped(byte[] pdf, int at)
    {
        var copy = pdf.ToArray();
        for (var i = 0; i < 1 + random.Next(4); i++) copy[Math.Min(pdf.Length - 1, at + random.Next(64))] ^= (byte)(1 << random.Next(8));
        return copy;
    }

    byte[] OtherNumber(byte[] pdf, int at)
    {
        while (at < pdf.Length && !char.IsAsciiDigit((char)pdf[at])) at++;
        var end = at;
        while (end < pdf.Length && char.IsAsciiDigit((char)pdf[end])) end++;
        var number = random.Next(3) == 0 ? random.Next(pdf.Length).ToString(CultureInfo.InvariantCulture)
            : random.Next(2) == 0 ? random.Next(40).ToString(CultureInfo.InvariantCulture) : Numbers[random.Next(Numbers.Length)];
        return [.. pdf.AsSpan(0, at), .. Encoding.Latin1.GetBytes(number), .. pdf.AsSpan(end)];
    }

    byte[] Spliced(byte[] pdf, int at, int length)
    {
        var other = seeds[random.Next(seeds.Count)];
        var from = random.Next(other.Length);
        return [.. pdf.AsSpan(0, at), .. other.AsSpan(from, Math.Min(length, other.Length - from)), .. pdf.AsSpan(at)];
    }

    byte[] Overwritten(byte[] pdf, int at)
    {
        var copy = pdf.ToArray();
        var word = Encoding.Latin1.GetBytes(Words[random.Next(Words.Length)]);
        word.AsSpan(0, Math.Min(word.Length, copy.Length - at)).CopyTo(copy.AsSpan(at));
        return copy;
    }

    /// <summary>A further revision that changes an object, as an attacker with an editor would make it.</summary>
    byte[] Incremented(byte[] pdf)
    {
        if (pdf.AsSpan().LastIndexOf("startxref"u8) < 0) return pdf;
        var (number, other) = (1 + random.Next(40), 1 + random.Next(40));
        string[] bodies =
        [
            "null", "[]", $"{other} 0 R", $"<</Type/Page/Parent {other} 0 R/MediaBox[0 0 9 9]>>", $"<</Type/Pages/Kids[{other} 0 R]/Count 1>>", "<</Length 1>>\nstream\nx\nendstream",
            $"<</FT/Sig/T(x)/V {other} 0 R/Kids[{number} 0 R]>>", $"<</S/JavaScript/JS {other} 0 R>>", $"<</Names[(a) {other} 0 R]/Kids[{number} 0 R]>>"
        ];
        return TinyPdf.Append(pdf, (number, bodies[random.Next(bodies.Length)]));
    }

    byte[] Moved(byte[] pdf, int at, int length)
    {
        var piece = pdf.AsSpan(at, length).ToArray();
        byte[] rest = [.. pdf.AsSpan(0, at), .. pdf.AsSpan(at + length)];
        var to = random.Next(rest.Length + 1);
        return [.. rest.AsSpan(0, to), .. piece, .. rest.AsSpan(to)];
    }
}
