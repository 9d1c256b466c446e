using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Balie.Pades.Cms;
using Balie.Pdf;

namespace Balie.Pades;

/// <summary>
/// Makes a signature ready up to the one thing a key must do (ETSI EN 319 142-1, 5.3 and 6.3; ISO 32000-2, 12.8). The
/// result can be stored and completed elsewhere; nothing of the file before the increment is touched.
/// </summary>
public static class SignaturePreparation
{
    const int ByteRangeWidth = 48, MostCertificates = 8, SpareBytes = 32;

    /// <summary>Prepares one signature on exactly these bytes.</summary>
    /// <exception cref="PdfRefusedException">The file cannot be read.</exception>
    /// <exception cref="SignatureRefusedException">The request is impossible, or the file allows no further signature.</exception>
    public static PreparedSignature Prepare(ReadOnlyMemory<byte> basePdf, SignatureRequest request)
    {
        CheckRequest(request);
        var document = PdfDocument.Open(basePdf);
        CheckDocument(document);
        var contents = new PdfVerbatim(Encoding.ASCII.GetBytes($"<{new string('0', RoomFor(request) * 2)}>"));
        var byteRange = new PdfVerbatim(Encoding.ASCII.GetBytes($"[{new string(' ', ByteRangeWidth)}]"));
        var update = new IncrementalUpdate(document);
        AddField(update, request, update.Add(Dictionary(request, contents, byteRange)));
        var (increment, places) = update.Write();
        var prepared = new PreparedSignature
        {
            FieldName = request.FieldName, BaseLength = basePdf.Length, Increment = increment,
            ContentsStart = places[contents], ContentsEnd = places[contents] + contents.Bytes.Length,
            Digest = request.Digest, Chain = [.. request.Chain.Select(certificate => (ReadOnlyMemory<byte>)certificate.RawData)],
            ExpiresAt = request.ExpiresAt
        };
        WriteByteRange(prepared, places[byteRange]);
        var (baseHash, digest) = prepared.HashBytes(basePdf.Span);
        return prepared with { BaseHash = baseHash, ToBeSigned = CmsWriter.SignedAttributes(request.Digest, digest, request.Chain[0]) };
    }

    /// <summary>Prepares, signs with a key at hand and completes.</summary>
    public static async Task<byte[]> SignAsync(
        ReadOnlyMemory<byte> basePdf, SignatureRequest request, ISignatureKey key, TimeProvider time, CancellationToken ct = default)
    {
        var prepared = Prepare(basePdf, request with { Chain = key.Chain });
        var value = await key.SignAsync(prepared.ToBeSigned, prepared.Digest, ct);
        return prepared.Complete(basePdf, value, time.GetUtcNow());
    }

    static void CheckRequest(SignatureRequest request)
    {
        if (request.Chain.Count is 0 or > MostCertificates) throw new SignatureRefusedException("chain", $"A chain has 1 to {MostCertificates} certificates.");
        if (!Oids.IsSupported(request.Digest)) throw new SignatureRefusedException("digest", "The digest is SHA-256, SHA-384 or SHA-512.");
        var signer = request.Chain[0];
        if (PublicKeys.SignatureRoom(signer) is null) throw new SignatureRefusedException("key", "The certificate's key is not RSA of 2048 to 8192 bits or ECDSA on P-256, P-384 or P-521.");
        if (request.SigningTime < signer.NotBefore || request.SigningTime > signer.NotAfter)
            throw new SignatureRefusedException("certificate-not-valid", "The certificate is not valid at the time of signing.");
        if (signer.Extensions.OfType<X509KeyUsageExtension>().FirstOrDefault() is { } usage
            && (usage.KeyUsages & (X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.NonRepudiation)) == 0)
            throw new SignatureRefusedException("key-usage", "The certificate is not meant for signing.");
    }

    static void CheckDocument(PdfDocument document)
    {
        var reader = document.Reader;
        if (reader.Resolve((reader.Resolve(document.Catalog["Perms"]) as PdfDictionary)?["DocMDP"]) is PdfDictionary)
            throw new SignatureRefusedException("certified", "The file is certified; whether it may still be signed is not judged here.");
    }

    /// <summary>Room in bytes: the CMS as it will be, with the longest signature this key makes.</summary>
    static int RoomFor(SignatureRequest request)
    {
        var signer = request.Chain[0];
        var attributes = CmsWriter.SignedAttributes(request.Digest, CryptographicOperations.HashData(request.Digest, []), signer);
        var signature = new byte[PublicKeys.SignatureRoom(signer)!.Value];
        return CmsWriter.SignedData(request.Digest, attributes, request.Chain, PublicKeys.IsEcdsa(signer), signature).Length + SpareBytes;
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

    static void AddField(IncrementalUpdate update, SignatureRequest request, PdfReference value)
    {
        var writer = new FieldWriter(update);
        if (update.Document.SignatureFields.FirstOrDefault(existing => existing.Name == request.FieldName) is { } placed)
        {
            if (request.Place is not null) throw new SignatureRefusedException("field-placed", $"The field '{placed.Name}' has its place already.");
            writer.Fill(placed, value, request.Appearance);
            return;
        }
        if (request.Appearance is not null && request.Place is null) throw new SignatureRefusedException("place-missing", "A visible signature in a new field needs a place.");
        if (request.Place is not null && update.Document.HasSignatures)
            throw new SignatureRefusedException("place-too-late", "Visible fields are placed before the first signature; who joins later signs invisibly.");
        var accessible = request.AccessibleName ?? request.SignerName ?? request.FieldName;
        writer.AddField(new EmptySignatureField(request.FieldName, accessible, request.Place), value, request.Appearance);
    }

    static void WriteByteRange(PreparedSignature prepared, int place)
    {
        var range = string.Create(CultureInfo.InvariantCulture,
            $"0 {prepared.ContentsStart} {prepared.ContentsEnd} {prepared.BaseLength + prepared.Increment.Length - prepared.ContentsEnd}");
        Encoding.ASCII.GetBytes(range, prepared.Increment.AsSpan(place - prepared.BaseLength + 1, ByteRangeWidth));
    }
}
