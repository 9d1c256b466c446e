using Balie.Pdf;

namespace Balie.Pades;

/// <summary>
/// Objects that stand in an increment and in no cross-reference (ISO 32000-2, 7.5.6): nobody sees them but readers that make a table of their
/// own, and to those they are the newest of their number.
/// </summary>
internal static class UnlistedObjects
{
    /// <summary>Numbers of such objects between two places of the file.</summary>
    /// <param name="state">The file as it was at the end of the increment.</param>
    public static IEnumerable<int> Between(PdfDocument state, int from, int to)
    {
        var span = state.Bytes.Span;
        var listed = new HashSet<int>();
        foreach (var section in state.Sections)
        {
            if (section.IsStream) listed.Add(Start(span, section.Offset));
            if (section.Integer("XRefStm") is { } hidden) listed.Add(Start(span, hidden));
            foreach (var entry in section.Entries.Values)
                if (entry.Kind == XrefKind.InFile && entry.Place >= from && entry.Place < to) listed.Add(Start(span, entry.Place));
        }
        return Marks(state.Bytes, from, to).Where(mark => !listed.Contains(mark.Start)).Select(mark => mark.Number).ToArray();
    }

    /// <summary>A place in a cross-reference may point at the white space before an object.</summary>
    static int Start(ReadOnlySpan<byte> span, int place)
    {
        while (place < span.Length && PdfParser.IsWhite(span[place])) place++;
        return place;
    }

    static IEnumerable<(int Start, int Number)> Marks(ReadOnlyMemory<byte> file, int from, int to)
    {
        for (var at = Next(file.Span, from, to); at >= 0; at = Next(file.Span, at + 3, to))
            if (Mark(file.Span, from, at) is { } mark) yield return mark;
    }

    static int Next(ReadOnlySpan<byte> span, int from, int to) => from < to && span[from..to].IndexOf("obj"u8) is var hit and >= 0 ? from + hit : -1;

    /// <summary>Number and start of the object whose word `obj` stands at a place; null when two numbers do not precede it.</summary>
    static (int Start, int Number)? Mark(ReadOnlySpan<byte> span, int from, int at)
    {
        var generation = Digits(span, from, Blank(span, from, at));
        var gap = Blank(span, from, generation);
        if (generation == Blank(span, from, at) || gap == generation) return null;
        var number = Digits(span, from, gap);
        return number < gap && int.TryParse(span[number..gap], out var value) ? (number, value) : null;
    }

    static int Blank(ReadOnlySpan<byte> span, int from, int end)
    {
        while (end > from && PdfParser.IsWhite(span[end - 1])) end--;
        return end;
    }

    static int Digits(ReadOnlySpan<byte> span, int from, int end)
    {
        while (end > from && span[end - 1] is >= (byte)'0' and <= (byte)'9') end--;
        return end;
    }
}
