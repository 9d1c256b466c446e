namespace Balie.Pdf;

/// <summary>Reads `12 0 obj ... endobj` (ISO 32000-2, 7.3.10), with its stream when it has one.</summary>
internal static class IndirectObject
{
    public static (PdfReference Id, PdfObject Body) Read(ReadOnlyMemory<byte> file, PdfParser parser, Func<PdfReference, PdfObject?> resolve)
    {
        int number = parser.ReadInteger(), generation = parser.ReadInteger();
        if (number > PdfLimits.ObjectNumber || generation > 65535) throw parser.Broken("object", "An object number is out of range");
        parser.ExpectKeyword("obj");
        var body = parser.ReadObject();
        if (parser.TryReadKeyword("endobj")) return (new(number, generation), body);
        if (body is not PdfDictionary dictionary) throw parser.Broken("object", "An object has no end");
        body = ReadStream(file, parser, dictionary, resolve);
        parser.ExpectKeyword("endobj");
        return (new(number, generation), body);
    }

    static PdfStream ReadStream(ReadOnlyMemory<byte> file, PdfParser parser, PdfDictionary dictionary, Func<PdfReference, PdfObject?> resolve)
    {
        parser.ExpectKeyword("stream");
        var span = file.Span;
        var start = parser.Position;
        if (start < span.Length && span[start] == 13) start++;
        if (start >= span.Length || span[start] != 10) throw parser.Broken("stream", "The word 'stream' is not followed by a line end");
        start++;
        var declared = dictionary["Length"] is PdfReference reference ? resolve(reference) : dictionary["Length"];
        if (declared is not PdfNumber number || !number.TryGetInteger(out var length) || length < 0 || length > span.Length - start)
            throw parser.Broken("stream-length", "A stream does not say how long it is");
        parser.Position = start + (int)length;
        while (parser.Position < span.Length && PdfParser.IsWhite(span[parser.Position]) && parser.Position < start + length + 4) parser.Position++;
        if (!span[parser.Position..].StartsWith("endstream"u8)) throw parser.Broken("stream-length", "A stream is not as long as it says");
        parser.Position += 9;
        return new PdfStream(dictionary, file.Slice(start, (int)length));
    }
}
