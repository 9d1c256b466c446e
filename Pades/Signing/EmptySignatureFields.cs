using Balie.Pdf;

namespace Balie.Pades;

/// <summary>
/// Places the fields of all signers before the first signature, as one increment: afterwards every signer only fills a
/// field, which every verifier accepts. On tagged files each field gets a structure element, an entry in the ParentTree
/// and a place in the tab order (ISO 32000-2, 14.7.5.4; ISO 14289-1, 7.18).
/// </summary>
public static class EmptySignatureFields
{
    const int Most = 50;

    /// <summary>The file with the fields added.</summary>
    /// <exception cref="PdfRefusedException">The file cannot be read.</exception>
    /// <exception cref="SignatureRefusedException">It is signed already, or a field is impossible.</exception>
    public static byte[] Place(ReadOnlyMemory<byte> pdf, IReadOnlyList<EmptySignatureField> fields)
    {
        if (fields.Count is 0 or > Most) throw new SignatureRefusedException("field-count", $"Between 1 and {Most} fields can be placed.");
        var document = PdfDocument.Open(pdf);
        if (document.HasSignatures) throw new SignatureRefusedException("already-signed", "The list of signers closes at the first signature: fields are placed before it.");
        var update = new IncrementalUpdate(document);
        var writer = new FieldWriter(update);
        foreach (var field in fields) writer.AddField(field, value: null, appearance: null);
        var (increment, _) = update.Write();
        return [.. pdf.Span, .. increment];
    }
}
