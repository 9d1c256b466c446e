namespace Balie.Pdf;

/// <summary>Finds objects by number through the cross-reference sections, and keeps what it read.</summary>
internal sealed class PdfObjectReader
{
    const int LongestChain = 32;

    readonly ReadOnlyMemory<byte> file;
    readonly StreamDecoder decoder;
    readonly PdfBudget budget;
    readonly Dictionary<int, XrefEntry> entries = [];
    readonly Dictionary<int, PdfObject> known = [];
    readonly Dictionary<int, (ReadOnlyMemory<byte> Bytes, (int Number, int Offset)[] Objects)> containers = [];
    readonly HashSet<int> reading = [];
    readonly bool forgiving;

    public PdfObjectReader(ReadOnlyMemory<byte> file, IReadOnlyList<XrefSection> newestFirst, StreamDecoder decoder, PdfBudget budget, bool forgiving = false)
    {
        this.forgiving = forgiving;
        this.file = file;
        this.decoder = decoder;
        this.budget = budget;
        foreach (var section in newestFirst)
            foreach (var (number, entry) in section.Entries) entries.TryAdd(number, entry);
    }

    public IEnumerable<int> Numbers => entries.Where(entry => entry.Value.Kind != XrefKind.Free).Select(entry => entry.Key);

    /// <summary>Numbers in use from a /Size on: strict readers find nothing there (ISO 32000-2, 7.5.5, table 15).</summary>
    public IEnumerable<int> From(int size) => entries.Where(entry => entry.Key >= size && entry.Value.Kind != XrefKind.Free).Select(entry => entry.Key);

    public int HighestNumber => entries.Count == 0 ? 0 : entries.Keys.Max();

    public int Generation(int number) => entries.TryGetValue(number, out var entry) && entry.Kind == XrefKind.InFile ? entry.Detail : 0;

    /// <summary>Numbers whose object stands at another place than in an earlier state of the same file, or in a container that does.</summary>
    public IEnumerable<int> Differing(PdfObjectReader earlier) => entries.Keys.Where(number => !StandsWhereItStood(earlier, number)).Order();

    bool StandsWhereItStood(PdfObjectReader earlier, int number)
    {
        if (!earlier.entries.TryGetValue(number, out var old)) return entries[number].Kind == XrefKind.Free;
        if (old != entries[number]) return old.Kind == XrefKind.Free && entries[number].Kind == XrefKind.Free;
        return old.Kind != XrefKind.InObjectStream || earlier.entries.GetValueOrDefault(old.Place) == entries.GetValueOrDefault(old.Place);
    }

    /// <summary>Whether a reference leads to no object.</summary>
    public bool IsMissing(PdfReference reference) => !entries.TryGetValue(reference.Number, out var entry) || entry.Kind == XrefKind.Free
        || (entry.Kind == XrefKind.InFile ? entry.Detail != reference.Generation : reference.Generation != 0);

    /// <summary>The object behind a value: references are followed, what is missing or free is null.</summary>
    public PdfObject? Resolve(PdfObject? value)
    {
        for (var i = 0; value is PdfReference reference; i++)
        {
            if (i > LongestChain) throw new PdfRefusedException("reference-loop", "References point at each other without end.");
            value = Read(reference);
        }
        return value is PdfNull ? null : value;
    }

    public PdfObject? Read(PdfReference reference)
    {
        if (!entries.TryGetValue(reference.Number, out var entry) || entry.Kind == XrefKind.Free) return null;
        if (entry.Kind == XrefKind.InFile ? entry.Detail != reference.Generation : reference.Generation != 0) return null;
        if (known.TryGetValue(reference.Number, out var found)) return found;
        if (!reading.Add(reference.Number)) throw new PdfRefusedException("reference-loop", "An object needs itself to be read.");
        if (reading.Count > PdfLimits.ReadsAtOnce) throw new PdfRefusedException("reference-loop", "Objects need each other in too long a chain.");
        try
        {
            return known[reference.Number] = entry.Kind == XrefKind.InFile ? ReadInFile(reference, entry) : ReadInStream(reference, entry);
        }
        finally
        {
            reading.Remove(reference.Number);
        }
    }

    PdfObject ReadInFile(PdfReference reference, XrefEntry entry)
    {
        if (entry.Place >= file.Length) throw new PdfRefusedException("xref-broken", "The cross-reference points outside the file.");
        var parser = new PdfParser(file, budget, entry.Place);
        var (id, body) = IndirectObject.Read(file, parser, Resolve, forgiving);
        budget.Parse(parser.Position - entry.Place);
        return id.Number == reference.Number && id.Generation == reference.Generation ? body
            : throw new PdfRefusedException("xref-broken", $"The cross-reference says object {reference.Number} where object {id.Number} is.");
    }

    PdfObject ReadInStream(PdfReference reference, XrefEntry entry)
    {
        var (bytes, objects) = Container(entry.Place);
        if (entry.Detail >= objects.Length || objects[entry.Detail].Number != reference.Number)
            throw new PdfRefusedException("xref-broken", $"Object {reference.Number} is not in the object stream that should hold it.");
        var parser = new PdfParser(bytes, budget, objects[entry.Detail].Offset, inFile: false);
        var value = parser.ReadObject();
        budget.Parse(parser.Position - objects[entry.Detail].Offset);
        return value;
    }

    (ReadOnlyMemory<byte>, (int Number, int Offset)[] Objects) Container(int number)
    {
        if (containers.TryGetValue(number, out var found)) return found;
        if (!entries.TryGetValue(number, out var entry) || entry.Kind != XrefKind.InFile
            || Read(new PdfReference(number, entry.Detail)) is not PdfStream { Dictionary: var dictionary } stream
            || dictionary["Type"] is not PdfName { Value: "ObjStm" })
            throw new PdfRefusedException("object-stream", "An object stream is missing.");
        var bytes = decoder.Decode(stream);
        return containers[number] = (bytes, ReadDirectory(bytes, Whole(dictionary["N"]), Whole(dictionary["First"])));
    }

    (int, int)[] ReadDirectory(ReadOnlyMemory<byte> bytes, int count, int first)
    {
        if (count > bytes.Length / 4 + 1 || first > bytes.Length) throw new PdfRefusedException("object-stream", "An object stream is described wrongly.");
        var parser = new PdfParser(bytes, budget, inFile: false);
        var objects = new (int, int)[count];
        for (var i = 0; i < count; i++)
        {
            int number = parser.ReadInteger(), offset = parser.ReadInteger();
            if (offset > bytes.Length - first) throw new PdfRefusedException("object-stream", "An object stream is described wrongly.");
            objects[i] = (number, first + offset);
        }
        return objects;
    }

    /// <summary>The bytes a stream stands for; null when it is packed in a way that is not read here, or is damaged.</summary>
    public ReadOnlyMemory<byte>? TryDecode(PdfStream stream)
    {
        try
        {
            return decoder.Decode(new PdfStream(Resolved(stream.Dictionary), stream.Raw));
        }
        catch (PdfRefusedException e) when (e.Code is "filter" or "flate" or "predictor" or "external-stream")
        {
            return null;
        }
    }

    /// <summary>Streams other than those the reader itself needs may keep what they are packed with elsewhere.</summary>
    PdfDictionary Resolved(PdfDictionary dictionary)
    {
        foreach (var key in new[] { "Filter", "DecodeParms" })
            if (dictionary[key] is PdfReference reference) dictionary = dictionary.With(key, Resolve(reference) ?? PdfNull.Instance);
        return dictionary;
    }

    int Whole(PdfObject? value) => Resolve(value) is PdfNumber number && number.TryGetInteger(out var whole) && whole is >= 0 and <= int.MaxValue
        ? (int)whole : throw new PdfRefusedException("object-stream", "An object stream is described wrongly.");
}
