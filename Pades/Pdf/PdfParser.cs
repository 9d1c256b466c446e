using System.Buffers;
using System.Globalization;
using System.Text;

namespace Balie.Pdf;

/// <summary>
/// Reads objects (ISO 32000-2, 7.2 and 7.3) from bytes, strictly: what readers could understand in two ways is
/// refused. <paramref name="inFile"/> says that positions are positions in the file (and not inside an object stream).
/// </summary>
internal sealed class PdfParser(ReadOnlyMemory<byte> data, PdfBudget budget, int position = 0, bool inFile = true)
{
    const int LongestNumber = 64, LongestKeyword = 32;

    public int Position { get; set; } = position;

    public bool AtEnd => Position >= data.Length;

    int Current => Position < data.Length ? data.Span[Position] : -1;

    static readonly SearchValues<byte> Irregular = SearchValues.Create("\0\t\n\f\r ()<>[]{}/%"u8);

    public static bool IsWhite(int b) => b is 0 or 9 or 10 or 12 or 13 or 32;

    public static bool IsDelimiter(int b) => b is '(' or ')' or '<' or '>' or '[' or ']' or '{' or '}' or '/' or '%';

    static bool IsRegular(int b) => b >= 0 && !IsWhite(b) && !IsDelimiter(b);

    public void SkipWhite()
    {
        var span = data.Span;
        while (Position < span.Length)
        {
            if (IsWhite(span[Position])) Position++;
            else if (span[Position] == '%') SkipComment(span);
            else return;
        }
    }

    void SkipComment(ReadOnlySpan<byte> span)
    {
        while (Position < span.Length && span[Position] is not (10 or 13)) Position++;
    }

    public PdfObject ReadObject(int depth = 0)
    {
        if (depth > PdfLimits.Nesting) throw Broken("nesting-too-deep", "Arrays and dictionaries are nested too deep");
        budget.Value();
        SkipWhite();
        switch (Current)
        {
            case '/': return ReadName();
            case '(': return ReadLiteralString();
            case '[': return ReadArray(depth);
            case '<' when Position + 1 < data.Length && data.Span[Position + 1] == '<': return ReadDictionary(depth);
            case '<': return ReadHexString();
            case '+' or '-' or '.' or (>= '0' and <= '9'): return ReadNumberOrReference();
            default: return ReadKeywordObject();
        }
    }

    PdfObject ReadKeywordObject()
    {
        var start = Position;
        return ReadKeyword() switch
        {
            "true" => new PdfBoolean(true),
            "false" => new PdfBoolean(false),
            "null" => PdfNull.Instance,
            _ => throw Broken("syntax", "An object was expected", start)
        };
    }

    /// <summary>The regular characters from here on, at most so many.</summary>
    ReadOnlySpan<byte> Regular(int most)
    {
        var rest = data.Span[Position..];
        if (rest.Length > most) rest = rest[..most];
        return rest.IndexOfAny(Irregular) is var end and >= 0 ? rest[..end] : rest;
    }

    /// <summary>The regular characters from here on, at most 32 of them.</summary>
    public string ReadKeyword()
    {
        SkipWhite();
        var word = Regular(LongestKeyword);
        Position += word.Length;
        return Encoding.Latin1.GetString(word);
    }

    public bool TryReadKeyword(ReadOnlySpan<byte> keyword)
    {
        var start = Position;
        SkipWhite();
        if (Regular(LongestKeyword).SequenceEqual(keyword))
        {
            Position += keyword.Length;
            return true;
        }
        Position = start;
        return false;
    }

    public void ExpectKeyword(ReadOnlySpan<byte> keyword)
    {
        if (!TryReadKeyword(keyword)) throw Broken("syntax", $"The word '{Encoding.Latin1.GetString(keyword)}' was expected");
    }

    /// <summary>A whole number that is not negative and fits in an int.</summary>
    public int ReadInteger()
    {
        SkipWhite();
        if (!TryReadDigits(out var value)) throw Broken("syntax", "A whole number was expected");
        return value;
    }

    bool TryReadDigits(out int value)
    {
        var digits = Digits(LongestNumber);
        if (!int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out value)) return false;
        Position += digits.Length;
        if (!IsRegular(Current)) return true;
        Position -= digits.Length;
        return false;
    }

    ReadOnlySpan<byte> Digits(int most)
    {
        var rest = data.Span[Position..];
        var count = 0;
        while (count < rest.Length && count < most && rest[count] is >= (byte)'0' and <= (byte)'9') count++;
        return rest[..count];
    }

    PdfObject ReadNumberOrReference()
    {
        var start = Position;
        if (Current is >= '0' and <= '9' && TryReadReference() is { } reference) return reference;
        Position = start;
        var lexeme = Encoding.Latin1.GetString(Regular(LongestNumber + 1));
        Position += lexeme.Length;
        return IsNumber(lexeme) ? new PdfNumber(lexeme) : throw Broken("number", "A number is not written as a number", start);
    }

    PdfReference? TryReadReference()
    {
        if (!TryReadDigits(out var number)) return null;
        SkipWhite();
        if (!TryReadDigits(out var generation)) return null;
        if (!TryReadKeyword("R"u8)) return null;
        if (number > PdfLimits.ObjectNumber || generation > 65535) throw Broken("reference", "An object number is out of range");
        return new PdfReference(number, generation);
    }

    static bool IsNumber(string lexeme)
    {
        var body = lexeme.Length > 0 && lexeme[0] is '+' or '-' ? lexeme.AsSpan(1) : lexeme.AsSpan();
        if (lexeme.Length > LongestNumber || !body.ContainsAnyInRange('0', '9')) return false;
        return body.Count('.') <= 1 && !body.ContainsAnyExcept("0123456789.");
    }

    PdfName ReadName()
    {
        Position++;
        var plain = Regular(int.MaxValue);
        if (!plain.Contains((byte)'#'))
        {
            Position += plain.Length;
            return new PdfName(Encoding.Latin1.GetString(plain));
        }
        var text = new StringBuilder();
        while (IsRegular(Current))
        {
            var b = Current;
            Position++;
            if (b == '#') b = ReadEscapedByte();
            text.Append((char)b);
        }
        return new PdfName(text.ToString());
    }

    int ReadEscapedByte()
    {
        if (Position + 2 > data.Length) throw Broken("name", "A name ends inside an escape");
        int high = HexValue(data.Span[Position]), low = HexValue(data.Span[Position + 1]);
        if (high < 0 || low < 0) throw Broken("name", "A name holds a # that is no escape");
        Position += 2;
        return high << 4 | low;
    }

    static int HexValue(int b) => b switch
    {
        >= '0' and <= '9' => b - '0',
        >= 'a' and <= 'f' => b - 'a' + 10,
        >= 'A' and <= 'F' => b - 'A' + 10,
        _ => -1
    };

    PdfString ReadHexString()
    {
        var start = Position++;
        if (ReadPlainHex() is { } plain) return new PdfString(plain, true, inFile ? start : -1, inFile ? Position : -1);
        var bytes = new MemoryStream();
        var high = -1;
        while (Current != '>')
        {
            if (Current < 0) throw Broken("string", "A string has no end", start);
            var b = Current;
            Position++;
            if (IsWhite(b)) continue;
            var digit = HexValue(b);
            if (digit < 0) throw Broken("string", "A hexadecimal string holds another character", start);
            if (high < 0) high = digit;
            else { bytes.WriteByte((byte)(high << 4 | digit)); high = -1; }
        }
        if (high >= 0) bytes.WriteByte((byte)(high << 4));
        Position++;
        return new PdfString(bytes.ToArray(), true, inFile ? start : -1, inFile ? Position : -1);
    }

    /// <summary>Pairs of digits up to the end, as everybody writes them; null when this string is not so.</summary>
    byte[]? ReadPlainHex()
    {
        var digits = data.Span[Position..];
        digits = digits[..Math.Max(digits.IndexOf((byte)'>'), 0)];
        if (digits.IsEmpty || digits.Length % 2 != 0) return null;
        var bytes = new byte[digits.Length / 2];
        if (Convert.FromHexString(digits, bytes, out _, out _) != OperationStatus.Done) return null;
        Position += digits.Length + 1;
        return bytes;
    }

    PdfString ReadLiteralString()
    {
        var start = Position++;
        var bytes = new MemoryStream();
        for (var open = 1; open > 0;)
        {
            var b = Current;
            if (b < 0) throw Broken("string", "A string has no end", start);
            Position++;
            if (b == '\\') { ReadEscape(bytes); continue; }
            if (b == '(') open++;
            else if (b == ')' && --open == 0) break;
            else if (b == 13) { if (Current == 10) Position++; b = 10; }
            bytes.WriteByte((byte)b);
        }
        return new PdfString(bytes.ToArray(), false, inFile ? start : -1, inFile ? Position : -1);
    }

    void ReadEscape(MemoryStream bytes)
    {
        var b = Current;
        if (b < 0) throw Broken("string", "A string has no end");
        Position++;
        switch (b)
        {
            case 'n': bytes.WriteByte(10); break;
            case 'r': bytes.WriteByte(13); break;
            case 't': bytes.WriteByte(9); break;
            case 'b': bytes.WriteByte(8); break;
            case 'f': bytes.WriteByte(12); break;
            case 13: if (Current == 10) Position++; break;
            case 10: break;
            case >= '0' and <= '7': bytes.WriteByte(ReadOctal(b - '0')); break;
            default: bytes.WriteByte((byte)b); break;
        }
    }

    byte ReadOctal(int value)
    {
        for (var i = 0; i < 2 && Current is >= '0' and <= '7'; i++, Position++) value = value * 8 + Current - '0';
        return (byte)value;
    }

    PdfArray ReadArray(int depth)
    {
        Position++;
        var items = new List<PdfObject>();
        for (SkipWhite(); Current != ']'; SkipWhite())
        {
            if (Current < 0) throw Broken("syntax", "An array has no end");
            items.Add(ReadObject(depth + 1));
        }
        Position++;
        return new PdfArray(items);
    }

    PdfDictionary ReadDictionary(int depth)
    {
        Position += 2;
        var entries = new List<KeyValuePair<string, PdfObject>>();
        for (SkipWhite(); Current != '>'; SkipWhite())
        {
            if (Current != '/') throw Broken("syntax", "A key was expected in a dictionary");
            var key = ReadName().Value;
            entries.Add(KeyValuePair.Create(key, ReadObject(depth + 1)));
        }
        if (Position + 1 >= data.Length || data.Span[Position + 1] != '>') throw Broken("syntax", "A dictionary has no end");
        Position += 2;
        return new PdfDictionary(entries);
    }

    public PdfRefusedException Broken(string code, string message, int? at = null) =>
        new(code, string.Create(CultureInfo.InvariantCulture, $"{message} (near byte {at ?? Position})."));
}
