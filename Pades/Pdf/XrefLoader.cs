using System.Text;

namespace Balie.Pdf;

/// <summary>
/// Follows `startxref` and every /Prev, newest section first. Strict: a section that is not where it is said to be is
/// refused rather than guessed, because an increment on a guessed table is broken for other readers.
/// </summary>
internal sealed class XrefLoader(ReadOnlyMemory<byte> file, StreamDecoder decoder, PdfBudget budget)
{
    const int TailToSearch = 2048, RowLength = 20;

    public IReadOnlyList<XrefSection> Load() => Load(FindStart());

    public IReadOnlyList<XrefSection> Load(int start)
    {
        var sections = new List<XrefSection>();
        var seen = new HashSet<int>();
        for (int? next = start; next is { } offset; next = sections[^1].Integer("Prev"))
        {
            if (!seen.Add(offset)) throw Broken("The chain of cross-reference sections runs in a circle.");
            if (sections.Count >= PdfLimits.Sections) throw Broken("The file has too many cross-reference sections.");
            sections.Add(ReadSection(offset));
            if (sections[^1].Trailer["Prev"] is not null && sections[^1].Integer("Prev") is null)
                throw Broken("A /Prev entry is not a position in the file.");
        }
        CheckViews(sections);
        return sections;
    }

    /// <summary>Hybrid files (7.5.8.4): what a table says anywhere, older readers see; a stream beside a table may not say otherwise.</summary>
    static void CheckViews(List<XrefSection> newestFirst)
    {
        if (newestFirst.All(section => ReferenceEquals(section.Table, section.Entries))) return;
        Dictionary<int, XrefEntry> old = [], now = [];
        foreach (var section in newestFirst)
        {
            foreach (var (number, entry) in section.Table) old.TryAdd(number, entry);
            foreach (var (number, entry) in section.Entries) now.TryAdd(number, entry);
        }
        if (old.Any(seen => seen.Value.Kind != XrefKind.Free && now[seen.Key] != seen.Value)) throw ViewsDiffer();
    }

    static PdfRefusedException ViewsDiffer() => new("hybrid-views-differ", "Old and new readers would see different objects in this file.");

    public int FindStart()
    {
        var from = Math.Max(0, file.Length - TailToSearch);
        var at = file.Span[from..].LastIndexOf("startxref"u8);
        if (at < 0) throw new PdfRefusedException("xref-missing", "The file has no startxref: it is cut off or no PDF.");
        return new PdfParser(file, budget, from + at + 9).ReadInteger();
    }

    XrefSection ReadSection(int offset)
    {
        if (offset >= file.Length) throw Broken("A cross-reference section lies outside the file.");
        var parser = new PdfParser(file, budget, offset);
        var section = parser.TryReadKeyword("xref"u8) ? ReadTable(parser, offset) : ReadStream(parser, offset);
        return section.Integer("XRefStm") is { } hidden && !section.IsStream ? Merge(section, hidden) : section;
    }

    XrefSection ReadTable(PdfParser parser, int offset)
    {
        var entries = new Dictionary<int, XrefEntry>();
        for (SkipBlank(parser); !parser.TryReadKeyword("trailer"u8); SkipBlank(parser))
        {
            var first = parser.ReadInteger();
            SkipBlank(parser);
            var count = parser.ReadInteger();
            if (first > PdfLimits.ObjectNumber || count > PdfLimits.ObjectNumber + 1 - first) throw Broken("A cross-reference table names impossible objects.");
            SkipBlank(parser);
            for (var i = 0; i < count; i++) AddRow(parser, entries, first + i);
        }
        var trailer = parser.ReadObject() as PdfDictionary ?? throw Broken("A trailer is not a dictionary.");
        return new XrefSection(offset, parser.Position, false, trailer, entries);
    }

    /// <summary>Between the rows of a table there are no comments: readers that count bytes would not skip them.</summary>
    void SkipBlank(PdfParser parser)
    {
        var span = file.Span;
        while (parser.Position < span.Length && PdfParser.IsWhite(span[parser.Position])) parser.Position++;
        if (parser.Position < span.Length && span[parser.Position] == '%') throw Broken("A cross-reference table holds a comment.");
    }

    /// <summary>Exactly twenty bytes (7.5.4): readers that find another length make a table of their own, with other objects.</summary>
    void AddRow(PdfParser parser, Dictionary<int, XrefEntry> entries, int number)
    {
        budget.Entry();
        if (parser.Position + RowLength > file.Length) throw Broken("A cross-reference table is cut off.");
        var row = file.Span.Slice(parser.Position, RowLength);
        parser.Position += RowLength;
        var shaped = row[10] == ' ' && row[16] == ' ' && row[18] is 32 or 13 && row[19] is 10 or 13 && row[17] is (byte)'n' or (byte)'f';
        if (!shaped || !Digits(row[..10], out var place) || !Digits(row[11..16], out var generation)) throw Broken("A row of a cross-reference table is not as it should be.");
        var kind = row[17] == 'n' && place != 0 ? XrefKind.InFile : XrefKind.Free;
        if (!entries.TryAdd(number, new XrefEntry(kind, (int)Math.Min(place, int.MaxValue), (int)generation))) throw Broken("A cross-reference table names an object twice.");
    }

    static bool Digits(ReadOnlySpan<byte> digits, out long value)
    {
        value = 0;
        foreach (var digit in digits)
        {
            if (digit is < (byte)'0' or > (byte)'9') return false;
            value = value * 10 + digit - '0';
        }
        return true;
    }

    XrefSection ReadStream(PdfParser parser, int offset)
    {
        var (_, body) = IndirectObject.Read(file, parser, static _ => null);
        if (body is not PdfStream { Dictionary: var dictionary } stream || dictionary["Type"] is not PdfName { Value: "XRef" })
            throw Broken("Where a cross-reference section should be there is something else.");
        var widths = Integers(dictionary["W"], 3);
        if (widths.Any(width => width is < 0 or > 8) || widths.Sum() is 0) throw Broken("A cross-reference stream has impossible field widths.");
        var section = new XrefSection(offset, parser.Position, true, dictionary, new Dictionary<int, XrefEntry>());
        var index = dictionary["Index"] is null ? [0, section.Integer("Size") ?? 0] : Integers(dictionary["Index"], null);
        var entries = ReadRows(decoder.Decode(stream), widths, index);
        return section with { Entries = entries, Table = entries };
    }

    Dictionary<int, XrefEntry> ReadRows(ReadOnlyMemory<byte> rows, int[] widths, int[] index)
    {
        var entries = new Dictionary<int, XrefEntry>();
        int at = 0, row = widths.Sum();
        for (var pair = 0; pair + 1 < index.Length; pair += 2)
            for (var i = 0; i < index[pair + 1]; i++)
            {
                if (at + row > rows.Length) throw Broken("A cross-reference stream is shorter than it says.");
                var kind = widths[0] == 0 ? 1 : Field(rows.Span, ref at, widths[0]);
                long place = Field(rows.Span, ref at, widths[1]), detail = Field(rows.Span, ref at, widths[2]);
                AddRow(entries, (long)index[pair] + i, kind, place, detail);
            }
        return entries;
    }

    void AddRow(Dictionary<int, XrefEntry> entries, long number, long kind, long place, long detail)
    {
        budget.Entry();
        if (number > PdfLimits.ObjectNumber || place is < 0 or > int.MaxValue) throw Broken("A cross-reference stream names an impossible place.");
        XrefEntry? entry = kind switch
        {
            0 => new XrefEntry(XrefKind.Free, 0, 0),
            1 => new XrefEntry(XrefKind.InFile, (int)place, (int)Math.Clamp(detail, 0, 65535)),
            2 when place <= PdfLimits.ObjectNumber && detail is >= 0 and <= int.MaxValue => new XrefEntry(XrefKind.InObjectStream, (int)place, (int)detail),
            _ => null // other types mean null (ISO 32000-2, table 18)
        };
        if (entry is { } known && !entries.TryAdd((int)number, known)) throw Broken("A cross-reference stream names an object twice.");
    }

    static long Field(ReadOnlySpan<byte> rows, ref int at, int width)
    {
        ulong value = 0;
        for (var i = 0; i < width; i++) value = value << 8 | rows[at++];
        return value > long.MaxValue ? -1 : (long)value;
    }

    static int[] Integers(PdfObject? value, int? count)
    {
        if (value is not PdfArray array || count is { } wanted && array.Items.Count < wanted) throw Broken("A cross-reference stream is described wrongly.");
        return [.. array.Items.Take(count ?? int.MaxValue).Select(item =>
            item is PdfNumber number && number.TryGetInteger(out var whole) && whole is >= 0 and <= int.MaxValue
                ? (int)whole : throw Broken("A cross-reference stream is described wrongly."))];
    }

    /// <summary>Hybrid files (7.5.8.4): the stream may only add what the table calls free; two different places are refused.</summary>
    XrefSection Merge(XrefSection table, int hidden)
    {
        if (hidden >= file.Length) throw Broken("A cross-reference stream lies outside the file.");
        var merged = new Dictionary<int, XrefEntry>(table.Entries);
        foreach (var (number, entry) in ReadStream(new PdfParser(file, budget, hidden), hidden).Entries)
        {
            if (merged.TryGetValue(number, out var known) && known.Kind != XrefKind.Free && entry.Kind != XrefKind.Free && known.Place != entry.Place)
                throw ViewsDiffer();
            if (known.Kind == XrefKind.Free) merged[number] = entry;
        }
        return table with { Entries = merged, Table = table.Entries };
    }

    /// <summary>The states the file was complete in, oldest first: sections that a `startxref` and an `%%EOF` close.</summary>
    public IReadOnlyList<PdfRevision> Revisions(IReadOnlyList<XrefSection> sections)
    {
        var known = sections.Select(section => section.Offset).ToHashSet();
        var revisions = new SortedDictionary<int, PdfRevision>();
        foreach (var section in sections)
        {
            var parser = new PdfParser(file, budget, section.End);
            if (!parser.TryReadKeyword("startxref"u8)) continue;
            var start = parser.ReadInteger();
            if (known.Contains(start) && EndOfFileMark(parser.Position) is { } end) revisions[end] = new PdfRevision(start, end);
        }
        return [.. revisions.Values];
    }

    int? EndOfFileMark(int from)
    {
        var span = file.Span;
        while (from < span.Length && PdfParser.IsWhite(span[from])) from++;
        if (!span[from..].StartsWith("%%EOF"u8)) return null;
        var end = from + 5;
        if (end < span.Length && span[end] == 13) end++;
        if (end < span.Length && span[end] == 10) end++;
        return end;
    }

    static PdfRefusedException Broken(string message) => new("xref-broken", message);
}
