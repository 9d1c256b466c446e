using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Balie.Pades.Cms;
using Balie.Pdf;

namespace Balie.Pades;

/// <summary>
/// Makes a signature ready up to the one thing a key must do (ETSI EN 319 142-1, 5.3 and 6.3; ISO 32000-2, 12.8). The
/// result can be stored and completed elsewhere; nothing of the file before the increment is touched.
/// </summary>
public static class SignaturePreparation
{
    const int MostCertificates = 8, SpareBytes = 32, MostTimestampRoom = 64 * 1024;

    /// <summary>Prepares one signature on exactly these bytes.</summary>
    /// <exception cref="PdfRefusedException">The file cannot be read.</exception>
    /// <exception cref="SignatureRefusedException">The request is impossible, or the file allows no further signature.</exception>
    public static PreparedSignature Prepare(ReadOnlyMemory<byte> basePdf, SignatureRequest request) => Prepare(basePdf, request, keepWhole: false).Prepared;

    /// <param name="keepWhole">Copies the base on the way into an array with room for the increment.</param>
    static (PreparedSignature Prepared, byte[] Whole) Prepare(ReadOnlyMemory<byte> basePdf, SignatureRequest request, bool keepWhole)
    {
        CheckRequest(request);
        var document = PdfDocument.Open(basePdf);
        new SigningRules(document).Check(request);
        var chain = request.Chain.Select(certificate => certificate.RawDataMemory).ToArray();
        var certificate = CmsWriter.CertificateHash(request.Digest, request.Chain[0]);
        var (contents, byteRange) = SignatureIncrement.Places(RoomFor(request, chain, certificate));
        var update = new IncrementalUpdate(document);
        SignatureDictionary.Add(update, request, contents, byteRange);
        var increment = SignatureIncrement.Write(update, contents, byteRange);
        var whole = keepWhole ? GC.AllocateUninitializedArray<byte>(basePdf.Length + increment.Bytes.Length) : [];
        var (baseHash, digest) = increment.Hash(basePdf.Span, request.Digest, whole);
        var prepared = new PreparedSignature
        {
            FieldName = request.FieldName, Increment = increment, Digest = request.Digest, RsaPadding = request.RsaPadding, Level = request.Level,
            Chain = chain, ExpiresAt = request.ExpiresAt, BaseHash = baseHash, ToBeSigned = CmsWriter.SignedAttributes(request.Digest, digest, certificate)
        };
        return (prepared, whole);
    }

    /// <summary>Prepares, signs with a key at hand and completes.</summary>
    /// <exception cref="PdfRefusedException">The file cannot be read.</exception>
    /// <exception cref="SignatureRefusedException">The request is impossible, or the key's answer is wrong.</exception>
    /// <exception cref="TimestampException">A B-T signature gets no sound time stamp; nothing is made.</exception>
    public static async Task<byte[]> SignAsync(
        ReadOnlyMemory<byte> basePdf, SignatureRequest request, ISignatureKey key, TimeProvider time, ITimestampAuthority? timestamps = null, CancellationToken ct = default)
    {
        var (increment, cms, whole) = await SignAsync(basePdf, request, key, time, timestamps, keepWhole: true, ct);
        increment.CopyTo(whole.AsSpan(basePdf.Length), cms);
        return whole;
    }

    /// <summary>As <see cref="SignAsync(ReadOnlyMemory{byte}, SignatureRequest, ISignatureKey, TimeProvider, ITimestampAuthority, CancellationToken)"/>, but only what has to be appended: the base may be a mapped file of any size.</summary>
    public static async Task<byte[]> SignIncrementAsync(
        ReadOnlyMemory<byte> basePdf, SignatureRequest request, ISignatureKey key, TimeProvider time, ITimestampAuthority? timestamps = null, CancellationToken ct = default)
    {
        var (increment, cms, _) = await SignAsync(basePdf, request, key, time, timestamps, keepWhole: false, ct);
        return increment.With(cms);
    }

    static async Task<(SignatureIncrement Increment, byte[] Cms, byte[] Whole)> SignAsync(
        ReadOnlyMemory<byte> basePdf, SignatureRequest request, ISignatureKey key, TimeProvider time, ITimestampAuthority? timestamps, bool keepWhole, CancellationToken ct)
    {
        request = request with { Chain = key.Chain };
        if (request is { Level: SignatureLevel.BaselineT, TimestampRoom: 0 } && timestamps is not null)
            request = request with { TimestampRoom = await Timestamps.RoomAsync(timestamps, request.Digest, ct) };
        var (prepared, whole) = Prepare(basePdf, request, keepWhole);
        var value = await key.SignAsync(prepared, ct);
        return (prepared.Increment, await prepared.CmsAsync(new SignatureCompletion(prepared, request.Chain[0], value, time.GetUtcNow()), timestamps, ct), whole);
    }

    static void CheckRequest(SignatureRequest request)
    {
        if (request.Chain.Count is 0 or > MostCertificates) throw new SignatureRefusedException("chain", $"A chain has 1 to {MostCertificates} certificates.");
        if (!Oids.IsSupported(request.Digest)) throw new SignatureRefusedException("digest", "The digest is SHA-256, SHA-384 or SHA-512.");
        if (request.Certify is { } permission && !Enum.IsDefined(permission)) throw new SignatureRefusedException("certify", "A certification allows 1, 2 or 3.");
        request.Lock?.Check();
        if (request.Level == SignatureLevel.BaselineT && request.TimestampRoom is <= 0 or > MostTimestampRoom)
            throw new SignatureRefusedException("timestamp-room", "A B-T signature needs room for its time stamp: ask the time stamp authority for a trial token first.");
        CheckCertificate(request.Chain[0], request.SigningTime);
    }

    static void CheckCertificate(X509Certificate2 signer, DateTimeOffset at)
    {
        if (PublicKeys.SignatureRoom(signer) is null) throw new SignatureRefusedException("key", "The certificate's key is not RSA of 2048 to 8192 bits or ECDSA on P-256, P-384 or P-521.");
        if (at < signer.NotBefore || at > signer.NotAfter) throw new SignatureRefusedException("certificate-not-valid", "The certificate is not valid at the time of signing.");
        if (signer.Extensions.OfType<X509KeyUsageExtension>().FirstOrDefault() is { } usage
            && (usage.KeyUsages & (X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.NonRepudiation)) == 0)
            throw new SignatureRefusedException("key-usage", "The certificate is not meant for signing.");
    }

    /// <summary>Room in bytes: the CMS as it will be, with the longest signature this key makes and the time stamp as it was measured.</summary>
    /// <param name="certificate">The hash of the signer's certificate; it stands for that of the file too, which is as long.</param>
    static int RoomFor(SignatureRequest request, IReadOnlyList<ReadOnlyMemory<byte>> chain, byte[] certificate)
    {
        var signer = request.Chain[0];
        var attributes = CmsWriter.SignedAttributes(request.Digest, certificate, certificate);
        var signature = new byte[PublicKeys.SignatureRoom(signer)!.Value];
        var algorithm = SignatureAlgorithm.Of(signer, request.Digest, request.RsaPadding);
        var room = CmsWriter.SignedData(algorithm, attributes, chain, signer, signature, default).Length + SpareBytes;
        return request.Level == SignatureLevel.BaselineT ? room + request.TimestampRoom : room;
    }
}
