using System.Buffers;
using System.Globalization;
using System.Text;

namespace Balie.Pdf;

/// <summary>Writes objects; numbers keep the characters they were read with.</summary>
internal sealed class PdfSerializer(PdfOutput output, int origin = 0)
{
    /// <summary>Characters that stand in a name as they are (ISO 32000-2, 7.3.5).</summary>
    static readonly SearchValues<char> Plain = SearchValues.Create([.. Enumerable.Range('!', 127 - '!').Where(c => c != '#' && !PdfParser.IsDelimiter(c)).Select(c => (char)c)]);

    static readonly SearchValues<byte> Unescaped = SearchValues.Create([.. Enumerable.Range(' ', 127 - ' ').Select(b => (byte)b).Where(b => b is not ((byte)'(' or (byte)')' or (byte)'\\'))]);

    /// <summary>Where each verbatim piece landed, in bytes from the start of the file.</summary>
    public Dictionary<PdfVerbatim, int> Places { get; } = [];

    public int Position => origin + output.Length;

    public void Raw(ReadOnlySpan<byte> bytes) => output.Bytes(bytes);

    public void Raw(ReadOnlySpan<char> latin) => output.Latin(latin);

    /// <summary>Two numbers with a space between, and what follows them.</summary>
    void Numbers(int first, int second, ReadOnlySpan<byte> rest)
    {
        output.Number(first);
        output.Bytes(" "u8);
        output.Number(second);
        output.Bytes(rest);
    }

    public void Object(PdfObject value)
    {
        switch (value)
        {
            case PdfNull: Raw("null"u8); break;
            case PdfBoolean boolean: Raw(boolean.Value ? "true"u8 : "false"u8); break;
            case PdfNumber number: Raw(number.Lexeme); break;
            case PdfName name: Name(name.Value); break;
            case PdfReference reference: Numbers(reference.Number, reference.Generation, " R"u8); break;
            case PdfString text: Text(text); break;
            case PdfArray array: Array(array); break;
            case PdfDictionary dictionary: Dictionary(dictionary); break;
            case PdfStream stream: Stream(stream); break;
            case PdfVerbatim verbatim:
                Places[verbatim] = Position;
                Raw(verbatim.Bytes);
                break;
            default: throw new InvalidOperationException($"Nothing writes {value.GetType().Name}.");
        }
    }

    public void Indirect(PdfReference id, PdfObject value)
    {
        Numbers(id.Number, id.Generation, " obj\n"u8);
        Object(value);
        Raw("\nendobj\n"u8);
    }

    void Name(string value)
    {
        Raw("/"u8);
        if (!value.AsSpan().ContainsAnyExcept(Plain)) { Raw(value); return; }
        var text = new StringBuilder();
        foreach (var c in value)
            if (c is <= ' ' or >= (char)127 or '#' || PdfParser.IsDelimiter(c)) text.Append(CultureInfo.InvariantCulture, $"#{(int)c:X2}");
            else text.Append(c);
        Raw(text.ToString());
    }

    void Text(PdfString text)
    {
        if (text.IsHex) { Raw("<"u8); output.Hexadecimal(text.Bytes); Raw(">"u8); return; }
        if (!text.Bytes.AsSpan().ContainsAnyExcept(Unescaped)) { Raw("("u8); Raw(text.Bytes); Raw(")"u8); return; }
        var escaped = new StringBuilder("(");
        foreach (var b in text.Bytes)
            if (b is (byte)'(' or (byte)')' or (byte)'\\') escaped.Append('\\').Append((char)b);
            else if (b is < 32 or >= 127) escaped.Append('\\').Append(Convert.ToString(b, 8).PadLeft(3, '0'));
            else escaped.Append((char)b);
        Raw(escaped.Append(')').ToString());
    }

    void Array(PdfArray array)
    {
        Raw("["u8);
        for (var i = 0; i < array.Items.Count; i++)
        {
            if (i > 0) Raw(" "u8);
            Object(array.Items[i]);
        }
        Raw("]"u8);
    }

    void Dictionary(PdfDictionary dictionary)
    {
        Raw("<<"u8);
        foreach (var (key, value) in dictionary.Entries)
        {
            Name(key);
            Raw(" "u8);
            Object(value);
            Raw("\n"u8);
        }
        Raw(">>"u8);
    }

    void Stream(PdfStream stream)
    {
        Dictionary(stream.Dictionary.With("Length", new PdfNumber(stream.Raw.Length)));
        Raw("\nstream\n"u8);
        Raw(stream.Raw.Span);
        Raw("\nendstream"u8);
    }
}
