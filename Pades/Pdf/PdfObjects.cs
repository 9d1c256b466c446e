using System.Globalization;
using System.Text;

namespace Balie.Pdf;

/// <summary>One object of a PDF file (ISO 32000-2, 7.3). Immutable.</summary>
internal abstract class PdfObject;

internal sealed class PdfNull : PdfObject
{
    public static readonly PdfNull Instance = new();
}

internal sealed class PdfBoolean(bool value) : PdfObject
{
    public bool Value { get; } = value;
}

/// <summary>
/// A number with the characters it was written with. Rewriting 595.303937007874 as 595.30394 would read as a
/// change of the page to a strict verifier, so the lexeme is what travels.
/// </summary>
internal sealed class PdfNumber(string lexeme) : PdfObject
{
    const int LongestPoints = 32;

    public PdfNumber(long value) : this(value.ToString(CultureInfo.InvariantCulture)) { }

    public string Lexeme { get; } = lexeme;

    public double Value => double.TryParse(Lexeme, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : 0;

    public bool TryGetInteger(out long value) =>
        long.TryParse(Lexeme, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);

    /// <summary>A length in points, as <see cref="PdfOutput.Points"/> writes it.</summary>
    public static PdfNumber Points(double value)
    {
        var written = new PdfOutput(LongestPoints);
        written.Points(value);
        return new(Encoding.Latin1.GetString(written.Written));
    }
}

/// <summary>A name with its #xx escapes resolved; each character is one byte.</summary>
internal sealed class PdfName(string value) : PdfObject
{
    public string Value { get; } = value;
}

/// <summary>A string; <see cref="Start"/> and <see cref="End"/> are its place in the file, -1 when it has none.</summary>
internal sealed class PdfString(byte[] bytes, bool isHex, int start = -1, int end = -1) : PdfObject
{
    public byte[] Bytes { get; } = bytes;
    public bool IsHex { get; } = isHex;
    public int Start { get; } = start;
    public int End { get; } = end;
}

internal sealed class PdfReference(int number, int generation) : PdfObject
{
    public int Number { get; } = number;
    public int Generation { get; } = generation;
}

internal sealed class PdfArray(IReadOnlyList<PdfObject> items) : PdfObject
{
    public PdfArray(params PdfObject[] items) : this((IReadOnlyList<PdfObject>)items) { }

    public IReadOnlyList<PdfObject> Items { get; } = items;

    public PdfArray Append(PdfObject item) => new([.. Items, item]);
}

/// <summary>A dictionary that keeps the order of its keys.</summary>
internal sealed class PdfDictionary : PdfObject
{
    /// <summary>Most dictionaries are so small that looking at every key is quicker than an index, which is made for the others.</summary>
    const int Small = 12;

    readonly KeyValuePair<string, PdfObject>[] entries;
    readonly Dictionary<string, PdfObject>? index;

    public PdfDictionary(IEnumerable<KeyValuePair<string, PdfObject>> entries) : this([.. entries]) { }

    public PdfDictionary(params ReadOnlySpan<(string Key, PdfObject Value)> entries) : this(Pairs(entries)) { }

    PdfDictionary(KeyValuePair<string, PdfObject>[] entries)
    {
        this.entries = entries;
        if (entries.Length > Small) index = new(entries.Length, StringComparer.Ordinal);
        for (var i = 0; i < entries.Length; i++)
            if (!(index?.TryAdd(entries[i].Key, entries[i].Value) ?? Find(entries[i].Key, i) < 0))
                throw new PdfRefusedException("duplicate-key", "A dictionary holds the same key twice; readers would not agree on which one counts.");
    }

    static KeyValuePair<string, PdfObject>[] Pairs(ReadOnlySpan<(string Key, PdfObject Value)> entries)
    {
        var pairs = new KeyValuePair<string, PdfObject>[entries.Length];
        for (var i = 0; i < pairs.Length; i++) pairs[i] = KeyValuePair.Create(entries[i].Key, entries[i].Value);
        return pairs;
    }

    public IReadOnlyList<KeyValuePair<string, PdfObject>> Entries => entries;

    public PdfObject? this[string key] => index is not null ? index.GetValueOrDefault(key) : Find(key, entries.Length) is var at and >= 0 ? entries[at].Value : null;

    public PdfDictionary With(string key, PdfObject value)
    {
        var at = Find(key, entries.Length);
        KeyValuePair<string, PdfObject>[] changed = at < 0 ? [.. entries, default] : [.. entries];
        changed[at < 0 ? ^1 : at] = KeyValuePair.Create(key, value);
        return new(changed);
    }

    public PdfDictionary Without(string key) => new(entries.Where(entry => entry.Key != key));

    /// <summary>Where a key is among the first so many, or -1.</summary>
    int Find(string key, int count)
    {
        for (var i = 0; i < count; i++) if (entries[i].Key == key) return i;
        return -1;
    }
}

/// <summary>A stream with its bytes as they stand in the file, still encoded.</summary>
internal sealed class PdfStream(PdfDictionary dictionary, ReadOnlyMemory<byte> raw) : PdfObject
{
    public PdfDictionary Dictionary { get; } = dictionary;
    public ReadOnlyMemory<byte> Raw { get; } = raw;
}

/// <summary>Bytes written as they are; the writer reports where they landed (place holders of a signature).</summary>
internal sealed class PdfVerbatim(byte[] bytes) : PdfObject
{
    public byte[] Bytes { get; } = bytes;
}
