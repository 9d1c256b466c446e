namespace Balie.Pdf;

/// <summary>Reads `12 0 obj ... endobj` (ISO 32000-2, 7.3.10), with its stream when it has one.</summary>
internal static class IndirectObject
{
    /// <param name="forgiving">Whether a stream that is not as long as it says ends at the next `endstream`; only for a file that is then rewritten.</param>
    public static (PdfReference Id, PdfObject Body) Read(ReadOnlyMemory<byte> file, PdfParser parser, Func<PdfReference, PdfObject?> resolve, bool forgiving = false)
    {
        int number = parser.ReadInteger(), generation = parser.ReadInteger();
        if (number > PdfLimits.ObjectNumber || generation > 65535) throw parser.Broken("object", "An object number is out of range");
        parser.ExpectKeyword("obj"u8);
        var body = parser.ReadObject();
        if (parser.TryReadKeyword("endobj"u8)) return (new(number, generation), body);
        if (body is not PdfDictionary dictionary) throw parser.Broken("object", "An object has no end");
        body = forgiving ? ReadStreamAnyhow(file, parser, dictionary, resolve) : ReadStream(file, parser, dictionary, resolve);
        parser.ExpectKeyword("endobj"u8);
        return (new(number, generation), body);
    }

    static PdfStream ReadStream(ReadOnlyMemory<byte> file, PdfParser parser, PdfDictionary dictionary, Func<PdfReference, PdfObject?> resolve)
    {
        parser.ExpectKeyword("stream"u8);
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

    static PdfStream ReadStreamAnyhow(ReadOnlyMemory<byte> file, PdfParser parser, PdfDictionary dictionary, Func<PdfReference, PdfObject?> resolve)
    {
        var at = parser.Position;
        try
        {
            return ReadStream(file, parser, dictionary, resolve);
        }
        catch (PdfRefusedException e) when (e.Code is "stream-length" or "stream")
        {
            parser.Position = at;
            return ReadToMark(file, parser, dictionary);
        }
    }

    static PdfStream ReadToMark(ReadOnlyMemory<byte> file, PdfParser parser, PdfDictionary dictionary)
    {
        parser.ExpectKeyword("stream"u8);
        var span = file.Span;
        var start = parser.Position;
        if (start < span.Length && span[start] == 13) start++;
        if (start < span.Length && span[start] == 10) start++;
        var length = span[start..].IndexOf("endstream"u8);
        if (length < 0) throw parser.Broken("stream-length", "A stream has no end");
        parser.Position = start + length + 9;
        if (length > 0 && span[start + length - 1] == 10) length--;
        if (length > 0 && span[start + length - 1] == 13) length--;
        return new PdfStream(dictionary, file.Slice(start, length));
    }
}
