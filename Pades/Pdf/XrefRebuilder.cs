namespace Balie.Pdf;

/// <summary>
/// Finds the objects of a file whose cross-reference is of no use by reading it from front to back; of several objects with one number the
/// last one counts, as after incremental updates. Refuses a file with an object that cannot be read: what is lost could be what matters.
/// </summary>
internal sealed class XrefRebuilder(ReadOnlyMemory<byte> file, StreamDecoder decoder, PdfBudget budget)
{
    readonly Dictionary<int, XrefEntry> entries = [];
    readonly Dictionary<int, int> guesses = [];
    readonly List<(int Number, PdfStream Stream)> containers = [];
    PdfDictionary? trailer;
    int nextTrailer = -1;

    public IReadOnlyList<XrefSection> Rebuild()
    {
        for (var at = NextObject(0); at >= 0; at = NextObject(at + 1)) Guess(at);
        for (var at = 0; at < file.Length;) at = Step(at);
        foreach (var (number, stream) in containers) Expand(number, stream);
        return [new XrefSection(0, file.Length, false, trailer ?? throw CutOff(), entries)];
    }

    /// <summary>Where the next `obj` that follows two numbers begins its number; -1 at the end.</summary>
    int NextObject(int from)
    {
        var span = file.Span;
        while (from < span.Length)
        {
            var hit = span[from..].IndexOf(" obj"u8);
            if (hit < 0) return -1;
            var start = Back(span, Back(span, from + hit));
            if (start >= 0 && (start == 0 || !IsDigit(span[start - 1]))) return from + hit + 1;
            from += hit + 4;
        }
        return -1;
    }

    static bool IsDigit(byte b) => b is >= (byte)'0' and <= (byte)'9';

    /// <summary>Steps back over white space and one number; -1 when there is none.</summary>
    static int Back(ReadOnlySpan<byte> span, int end)
    {
        if (end < 0) return -1;
        while (end > 0 && PdfParser.IsWhite(span[end - 1])) end--;
        var start = end;
        while (start > 0 && IsDigit(span[start - 1]) && end - start < 10) start--;
        return start == end ? -1 : start;
    }

    void Guess(int keyword)
    {
        var start = Back(file.Span, Back(file.Span, keyword));
        if (start < 0) return;
        budget.Entry();
        var parser = new PdfParser(file, budget, start);
        guesses[parser.ReadInteger()] = start;
    }

    /// <summary>Reads what stands here, an object or a trailer, and returns where to go on.</summary>
    int Step(int at)
    {
        var span = file.Span;
        var keyword = NextObject(at);
        if (nextTrailer < at) nextTrailer = span[at..].IndexOf("trailer"u8) is var hit and >= 0 ? at + hit : int.MaxValue;
        if (nextTrailer != int.MaxValue && (keyword < 0 || nextTrailer < keyword)) return ReadTrailer(nextTrailer + 7);
        return keyword < 0 ? file.Length : ReadObject(Back(span, Back(span, keyword)));
    }

    int ReadTrailer(int at)
    {
        var parser = new PdfParser(file, budget, at);
        if (parser.ReadObject() is PdfDictionary found) Take(found);
        return parser.Position;
    }

    void Take(PdfDictionary found)
    {
        if (found["Encrypt"] is not (null or PdfNull)) throw new PdfRefusedException("encrypted", "The file is protected with a password or encryption.");
        if (found["Root"] is PdfReference) trailer = found.Without("Prev").Without("XRefStm");
    }

    int ReadObject(int at)
    {
        var parser = new PdfParser(file, budget, at);
        var (id, body) = IndirectObject.Read(file, parser, Length, forgiving: true);
        budget.Entry();
        budget.Parse(parser.Position - at);
        entries[id.Number] = new XrefEntry(XrefKind.InFile, at, id.Generation);
        containers.RemoveAll(container => container.Number == id.Number);
        if (body is PdfStream { Dictionary: var dictionary } stream && dictionary["Type"] is PdfName { Value: var type })
        {
            if (type == "XRef") Take(dictionary);
            if (type == "ObjStm") containers.Add((id.Number, stream));
        }
        return parser.Position;
    }

    /// <summary>A length that is kept in an object of its own.</summary>
    PdfObject? Length(PdfReference reference)
    {
        if (!guesses.TryGetValue(reference.Number, out var place)) return null;
        var parser = new PdfParser(file, budget, place);
        parser.ReadInteger();
        parser.ReadInteger();
        parser.ExpectKeyword("obj"u8);
        return parser.ReadObject() as PdfNumber;
    }

    /// <summary>Objects in streams count where their stream stands: a later object of the same number replaces them.</summary>
    void Expand(int number, PdfStream stream)
    {
        var place = entries[number].Place;
        var bytes = decoder.Decode(stream);
        var parser = new PdfParser(bytes, budget, inFile: false);
        var count = stream.Dictionary["N"] is PdfNumber n && n.TryGetInteger(out var whole) && whole >= 0 && whole <= bytes.Length / 4 + 1
            ? (int)whole : throw new PdfRefusedException("object-stream", "An object stream is described wrongly.");
        for (var i = 0; i < count; i++)
        {
            budget.Entry();
            int inside = parser.ReadInteger();
            parser.ReadInteger();
            if (inside > PdfLimits.ObjectNumber) throw new PdfRefusedException("object-stream", "An object stream names an impossible object.");
            if (!entries.TryGetValue(inside, out var known) || known.Kind == XrefKind.InObjectStream || known.Place < place)
                entries[inside] = new XrefEntry(XrefKind.InObjectStream, number, i);
        }
    }

    /// <summary>Trailers stand at the end: without one, nobody knows how much is missing.</summary>
    static PdfRefusedException CutOff() => new("xref-missing", "The file is cut off: its end is missing.");
}
