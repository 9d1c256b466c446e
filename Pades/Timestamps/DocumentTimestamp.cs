using System.Security.Cryptography;
using Balie.Pdf;

namespace Balie.Pades;

/// <summary>
/// Appends a document time stamp (ISO 32000-2, 12.8.5; ETSI EN 319 142-1, 5.4.3): an invisible field with a token over the whole
/// file. It may follow any signature, certification and lock, and is the only way to bring a signed file to B-T: a signature that is
/// there is never edited.
/// </summary>
public static class DocumentTimestamp
{
    const string FieldName = "Timestamp";

    /// <summary>The whole file with the time stamp.</summary>
    /// <exception cref="PdfRefusedException">The file cannot be read.</exception>
    /// <exception cref="TimestampException">No sound token came back; nothing is made.</exception>
    public static async Task<byte[]> AppendAsync(ReadOnlyMemory<byte> pdf, ITimestampAuthority authority, CancellationToken ct = default) =>
        PreparedSignature.Joined(pdf, await AppendIncrementAsync(pdf, authority, ct));

    /// <summary>Only what has to be appended.</summary>
    /// <exception cref="PdfRefusedException">The file cannot be read.</exception>
    /// <exception cref="TimestampException">No sound token came back; nothing is made.</exception>
    public static async Task<byte[]> AppendIncrementAsync(ReadOnlyMemory<byte> pdf, ITimestampAuthority authority, CancellationToken ct = default)
    {
        var digest = HashAlgorithmName.SHA256;
        var document = PdfDocument.Open(pdf);
        var (contents, byteRange) = SignatureIncrement.Places(await Timestamps.RoomAsync(authority, digest, ct));
        var update = new IncrementalUpdate(document);
        var value = update.Add(new PdfDictionary(
            ("Type", new PdfName("DocTimeStamp")), ("Filter", new PdfName("Adobe.PPKLite")), ("SubFilter", new PdfName("ETSI.RFC3161")),
            ("ByteRange", byteRange), ("Contents", contents)));
        var name = SignatureFieldNames.Free(document, FieldName);
        new FieldWriter(update).AddField(new EmptySignatureField(name, name, null), value, appearance: null);
        var increment = SignatureIncrement.Write(update, contents, byteRange);
        var (_, hash) = increment.Hash(pdf.Span, digest);
        return increment.With(await Timestamps.RequestAsync(authority, hash, digest, ct));
    }
}
