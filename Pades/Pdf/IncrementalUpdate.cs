using System.Globalization;
using System.Text;

namespace Balie.Pdf;

/// <summary>
/// Collects new and changed objects and writes them as one increment after an untouched file (ISO 32000-2, 7.5.6). The
/// new cross-reference section is of the kind of the last one, as 7.5.8.4 asks of files that old readers may open.
/// </summary>
internal sealed class IncrementalUpdate
{
    const int TypicalLength = 16 * 1024;

    readonly Dictionary<int, (PdfReference Id, PdfObject Value)> changed = [];
    int next;

    public IncrementalUpdate(PdfDocument document)
    {
        Document = document;
        next = Math.Max(document.Sections.Max(section => section.Integer("Size") ?? 0), document.Reader.HighestNumber + 1);
        if (next > PdfLimits.ObjectNumber - 1000) throw new PdfRefusedException("too-many-objects", "The file has no object numbers left.");
    }

    public PdfDocument Document { get; }

    public PdfReference Reserve() => new(next++, 0);

    public PdfReference Add(PdfObject value) => Set(Reserve(), value);

    public PdfReference Set(PdfReference id, PdfObject value)
    {
        changed[id.Number] = (id, value);
        next = Math.Max(next, id.Number + 1);
        return id;
    }

    /// <summary>What a value is now, changes of this update included.</summary>
    public PdfObject? Current(PdfObject? value) => value is PdfReference reference && changed.TryGetValue(reference.Number, out var own)
        ? own.Value : Document.Reader.Resolve(value);

    public PdfDictionary? CurrentDictionary(PdfObject? value) => Current(value) as PdfDictionary;

    /// <summary>The increment alone, and where its verbatim pieces are in the whole file.</summary>
    public (byte[] Increment, IReadOnlyDictionary<PdfVerbatim, int> Places) Write()
    {
        var output = new PdfOutput(TypicalLength);
        var serializer = new PdfSerializer(output, Document.Bytes.Length);
        if (Document.Bytes.Span[^1] is not (10 or 13)) serializer.Raw("\n"u8);
        var offsets = new List<(int Number, int Offset, int Generation)>(changed.Count + 1);
        foreach (var number in changed.Keys.Order())
        {
            var (id, value) = changed[number];
            offsets.Add((number, serializer.Position, id.Generation));
            serializer.Indirect(id, value);
        }
        if (Document.Sections[0].IsStream) WriteStream(serializer, offsets);
        else WriteTable(output, serializer, offsets);
        return (output.ToArray(), serializer.Places);
    }

    PdfDictionary Trailer()
    {
        var trailer = new PdfDictionary(("Size", new PdfNumber(next)), ("Root", Document.CatalogReference));
        if (Document.Trailer["Info"] is { } info) trailer = trailer.With("Info", info);
        if (NewId() is { } id) trailer = trailer.With("ID", id);
        return trailer.With("Prev", new PdfNumber(Document.Sections[0].Offset));
    }

    /// <summary>The first half of /ID stays, the second is new with every update (14.4); a file without one keeps none.</summary>
    PdfArray? NewId()
    {
        if (Document.Reader.Resolve(Document.Trailer["ID"]) is not PdfArray { Items: [PdfString first, PdfString second] }) return null;
        var seed = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Document.Bytes.Length} {next} "));
        var hash = System.Security.Cryptography.SHA256.HashData([.. seed, .. second.Bytes]);
        return new PdfArray(new PdfString(first.Bytes, true), new PdfString(hash[..16], true));
    }

    void WriteTable(PdfOutput output, PdfSerializer serializer, List<(int Number, int Offset, int Generation)> offsets)
    {
        var start = serializer.Position;
        output.Bytes("xref\n0 1\n0000000000 65535 f \n"u8);
        foreach (var (from, count) in Runs(offsets))
        {
            serializer.Raw(string.Create(CultureInfo.InvariantCulture, $"{offsets[from].Number} {count}\n"));
            foreach (var (_, offset, generation) in offsets.Slice(from, count)) WriteRow(output, offset, generation);
        }
        output.Bytes("trailer\n"u8);
        serializer.Object(Trailer());
        WriteEnd(serializer, start);
    }

    static void WriteRow(PdfOutput output, int offset, int generation)
    {
        output.Number(offset, "D10");
        output.Bytes(" "u8);
        output.Number(generation, "D5");
        output.Bytes(" n \n"u8);
    }

    void WriteStream(PdfSerializer serializer, List<(int Number, int Offset, int Generation)> offsets)
    {
        var id = Reserve();
        var start = serializer.Position;
        offsets.Add((id.Number, start, 0));
        using var rows = new MemoryStream();
        foreach (var (_, offset, generation) in offsets)
            rows.Write([1, (byte)(offset >> 24), (byte)(offset >> 16), (byte)(offset >> 8), (byte)offset, (byte)(generation >> 8), (byte)generation]);
        var index = Runs(offsets).SelectMany(run => new[] { new PdfNumber(offsets[run.From].Number), new PdfNumber(run.Count) });
        var dictionary = new PdfDictionary(
            ("Type", new PdfName("XRef")),
            ("W", new PdfArray(new PdfNumber(1), new PdfNumber(4), new PdfNumber(2))),
            ("Index", new PdfArray([.. index])));
        foreach (var (key, value) in Trailer().Entries) dictionary = dictionary.With(key, value);
        serializer.Indirect(id, new PdfStream(dictionary, rows.ToArray()));
        WriteEnd(serializer, start);
    }

    static void WriteEnd(PdfSerializer serializer, int start) =>
        serializer.Raw(string.Create(CultureInfo.InvariantCulture, $"\nstartxref\n{start}\n%%EOF\n"));

    /// <summary>Stretches of numbers that follow each other.</summary>
    static IEnumerable<(int From, int Count)> Runs(List<(int Number, int Offset, int Generation)> sorted)
    {
        for (int from = 0, to = 1; from < sorted.Count; from = to++)
        {
            while (to < sorted.Count && sorted[to].Number == sorted[to - 1].Number + 1) to++;
            yield return (from, to - from);
        }
    }
}
