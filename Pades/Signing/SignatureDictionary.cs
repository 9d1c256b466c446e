using Balie.Pdf;

namespace Balie.Pades;

/// <summary>Writes the signature dictionary (ISO 32000-2, table 255; ETSI EN 319 142-1, 6.3) and puts it into its field.</summary>
internal static class SignatureDictionary
{
    public static void Add(IncrementalUpdate update, SignatureRequest request, PdfVerbatim contents, PdfVerbatim byteRange)
    {
        var placed = update.Document.SignatureFields.FirstOrDefault(existing => existing.Name == request.FieldName);
        var closes = placed is null ? request.Lock : LockOf(update, placed, request);
        var value = update.Add(WithReferences(update, Dictionary(request, contents, byteRange), request.Certify, closes));
        var writer = new FieldWriter(update);
        if (placed is not null) FillPlaced(writer, placed, value, request);
        else AddNew(update, writer, value, request);
        if (request.Certify is not null) writer.Certify(value);
    }

    static PdfDictionary Dictionary(SignatureRequest request, PdfVerbatim contents, PdfVerbatim byteRange)
    {
        var dictionary = new PdfDictionary(
            ("Type", new PdfName("Sig")), ("Filter", new PdfName("Adobe.PPKLite")), ("SubFilter", new PdfName("ETSI.CAdES.detached")),
            ("ByteRange", byteRange), ("Contents", contents), ("M", PdfText.Date(request.SigningTime)));
        if (request.SignerName is { } name) dictionary = dictionary.With("Name", PdfText.Encode(name));
        if (request.Reason is { } reason) dictionary = dictionary.With("Reason", PdfText.Encode(reason));
        if (request.Location is { } location) dictionary = dictionary.With("Location", PdfText.Encode(location));
        return dictionary;
    }

    /// <summary>Signature references (12.8.1, table 256): DocMDP for what the file may become, FieldMDP for the fields that close.</summary>
    static PdfDictionary WithReferences(IncrementalUpdate update, PdfDictionary signature, ChangePermission? certify, FieldLock? closes)
    {
        var references = new List<PdfObject>();
        if ((certify ?? closes?.Permission) is { } permission)
            references.Add(Reference("DocMDP", Parameters().With("P", new PdfNumber((int)permission))));
        if (closes is not null) references.Add(Reference("FieldMDP", closes.Scope(Parameters())).With("Data", update.Document.CatalogReference));
        return references.Count == 0 ? signature : signature.With("Reference", new PdfArray(references));
    }

    static PdfDictionary Parameters() => new(("Type", new PdfName("TransformParams")), ("V", new PdfName("1.2")));

    static PdfDictionary Reference(string method, PdfDictionary parameters) =>
        new(("Type", new PdfName("SigRef")), ("TransformMethod", new PdfName(method)), ("TransformParams", parameters));

    static FieldLock? LockOf(IncrementalUpdate update, SignatureField placed, SignatureRequest request)
    {
        if (request.Lock is not null) throw new SignatureRefusedException("field-placed", $"The field '{placed.Name}' was placed with its own lock or without one.");
        if (update.Document.Reader.Resolve(placed.Dictionary["Lock"]) is not { } value) return null;
        return FieldLock.Read(update.Document.Reader, value) ?? throw new SignatureRefusedException("field-lock", $"The lock of the field '{placed.Name}' cannot be understood.");
    }

    static void FillPlaced(FieldWriter writer, SignatureField placed, PdfReference value, SignatureRequest request)
    {
        if (request.Place is not null) throw new SignatureRefusedException("field-placed", $"The field '{placed.Name}' has its place already.");
        writer.Fill(placed, value, request.Appearance);
    }

    static void AddNew(IncrementalUpdate update, FieldWriter writer, PdfReference value, SignatureRequest request)
    {
        if (request.Appearance is not null && request.Place is null) throw new SignatureRefusedException("place-missing", "A visible signature in a new field needs a place.");
        if (request.Place is not null && update.Document.HasSignatures)
            throw new SignatureRefusedException("place-too-late", "Visible fields are placed before the first signature; who joins later signs invisibly.");
        var accessible = request.AccessibleName ?? request.SignerName ?? request.FieldName;
        writer.AddField(new EmptySignatureField(request.FieldName, accessible, request.Place, request.Lock), value, request.Appearance);
    }
}
