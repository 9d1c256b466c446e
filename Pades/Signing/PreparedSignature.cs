using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Balie.Pades.Cms;

namespace Balie.Pades;

/// <summary>
/// A signature that lacks only the key's answer (RFC 5652, 5.4). It never changes and holds nothing secret, but whoever could alter it
/// would choose what is signed: keep it as <see cref="ToProtectedBytes"/>. One prepared signature serves one base file.
/// </summary>
public sealed record PreparedSignature
{
    internal PreparedSignature() { }

    public string FieldName { get; internal init; } = "";

    /// <summary>Length in bytes of the file it was prepared on.</summary>
    public int BaseLength => Increment.BaseLength;

    /// <summary>Hash of that file, under <see cref="Digest"/>.</summary>
    public ReadOnlyMemory<byte> BaseHash { get; internal init; }

    public HashAlgorithmName Digest { get; internal init; }

    /// <summary>How an RSA key has to sign.</summary>
    public RsaPadding RsaPadding { get; internal init; }

    public SignatureLevel Level { get; internal init; }

    /// <summary>Certificates in DER, the signer's first.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Chain { get; internal init; } = [];

    public DateTimeOffset ExpiresAt { get; internal init; }

    /// <summary>The signed attributes in DER as a SET: what the key hashes and signs (RFC 5652, 5.4).</summary>
    public ReadOnlyMemory<byte> ToBeSigned { get; internal init; }

    /// <summary>The hash of <see cref="ToBeSigned"/>, for keys that are given a hash (cards, remote services).</summary>
    public byte[] DigestToSign => CryptographicOperations.HashData(Digest, ToBeSigned.Span);

    internal SignatureIncrement Increment { get; init; } = new(0, [], 0, 0);

    /// <summary>The whole signed file, at level B-B.</summary>
    /// <param name="basePdf">The bytes it was prepared on.</param>
    /// <param name="signatureValue">PKCS#1 v1.5 or PSS as asked, or ECDSA as a DER sequence or as R||S.</param>
    /// <param name="now">The present, to hold against <see cref="ExpiresAt"/>.</param>
    /// <exception cref="SignatureRefusedException">Expired, another base, not this certificate's signature, or a time stamp is asked for.</exception>
    public byte[] Complete(ReadOnlyMemory<byte> basePdf, ReadOnlySpan<byte> signatureValue, DateTimeOffset now)
    {
        if (Level != SignatureLevel.BaselineB) throw new SignatureRefusedException("timestamp-missing", "A B-T signature needs a time stamp; without one it is not made.");
        return Joined(basePdf, Increment.With(new SignatureCompletion(this, basePdf, signatureValue, now).Cms(default)));
    }

    /// <summary>The whole signed file, at the level that was asked for. The time stamp is requested once the value is found right.</summary>
    /// <exception cref="SignatureRefusedException">See <see cref="Complete"/>.</exception>
    /// <exception cref="TimestampException">A B-T signature gets no sound time stamp; nothing is made.</exception>
    public async Task<byte[]> CompleteAsync(
        ReadOnlyMemory<byte> basePdf, ReadOnlyMemory<byte> signatureValue, DateTimeOffset now, ITimestampAuthority? timestamps = null, CancellationToken ct = default) =>
        Joined(basePdf, await CompleteIncrementAsync(basePdf, signatureValue, now, timestamps, ct));

    /// <summary>Only what has to be appended to the base: for large files, which need not be in memory twice.</summary>
    /// <exception cref="SignatureRefusedException">See <see cref="Complete"/>.</exception>
    /// <exception cref="TimestampException">A B-T signature gets no sound time stamp; nothing is made.</exception>
    public async Task<byte[]> CompleteIncrementAsync(
        ReadOnlyMemory<byte> basePdf, ReadOnlyMemory<byte> signatureValue, DateTimeOffset now, ITimestampAuthority? timestamps = null, CancellationToken ct = default) =>
        Increment.With(await CmsAsync(new SignatureCompletion(this, basePdf, signatureValue.Span, now), timestamps, ct));

    /// <summary>The CMS that goes into the increment, with a time stamp when one is asked for.</summary>
    internal async Task<byte[]> CmsAsync(SignatureCompletion completion, ITimestampAuthority? timestamps, CancellationToken ct)
    {
        if (Level == SignatureLevel.BaselineB) return completion.Cms(default);
        if (timestamps is null) throw new SignatureRefusedException("timestamp-missing", "A B-T signature needs a time stamp; without one it is not made.");
        var hash = CryptographicOperations.HashData(Digest, completion.Value);
        return completion.Cms(await Timestamps.RequestAsync(timestamps, hash, Digest, ct));
    }

    internal static byte[] Joined(ReadOnlyMemory<byte> basePdf, byte[] increment)
    {
        var whole = GC.AllocateUninitializedArray<byte>(basePdf.Length + increment.Length);
        basePdf.CopyTo(whole);
        increment.CopyTo(whole, basePdf.Length);
        return whole;
    }

    /// <summary>For storage that only the caller can write; elsewhere use <see cref="ToProtectedBytes"/>.</summary>
    public byte[] ToBytes() => PreparedSignatureStorage.Write(this);

    /// <exception cref="SignatureRefusedException">The bytes are not a prepared signature.</exception>
    public static PreparedSignature FromBytes(ReadOnlyMemory<byte> bytes) => PreparedSignatureStorage.Read(bytes);

    /// <summary>Encrypted and authenticated with AES-256-GCM (NIST SP 800-38D), a fresh nonce each time.</summary>
    /// <param name="key">32 bytes, the caller's.</param>
    public byte[] ToProtectedBytes(ReadOnlySpan<byte> key) => PreparedSignatureStorage.Protect(ToBytes(), key);

    /// <exception cref="SignatureRefusedException">Another key, or altered by a single bit.</exception>
    public static PreparedSignature FromProtectedBytes(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> key) =>
        PreparedSignatureStorage.Read(PreparedSignatureStorage.Unprotect(bytes, key));
}

/// <summary>One attempt to complete: everything about the returned value is checked when it is made.</summary>
internal sealed class SignatureCompletion
{
    readonly PreparedSignature prepared;
    readonly X509Certificate2 signer;
    readonly SignatureAlgorithm algorithm;

    public SignatureCompletion(PreparedSignature prepared, ReadOnlyMemory<byte> basePdf, ReadOnlySpan<byte> signatureValue, DateTimeOffset now)
        : this(prepared, X509CertificateLoader.LoadCertificate(prepared.Chain[0].Span), signatureValue, now)
    {
        var (baseHash, digest) = basePdf.Length == prepared.BaseLength ? prepared.Increment.Hash(basePdf.Span, prepared.Digest) : ([], []);
        if (!baseHash.AsSpan().SequenceEqual(prepared.BaseHash.Span)) throw new SignatureRefusedException("other-base", "The file is not the one the signature was prepared on.");
        if (!CmsWriter.SignedAttributes(prepared.Digest, digest, CmsWriter.CertificateHash(prepared.Digest, signer)).AsSpan().SequenceEqual(prepared.ToBeSigned.Span))
            throw new SignatureRefusedException("altered", "The prepared signature was altered.");
    }

    /// <summary>For a prepared signature that never left this process: its base is known to be the one, and so is its signer.</summary>
    public SignatureCompletion(PreparedSignature prepared, X509Certificate2 signer, ReadOnlySpan<byte> signatureValue, DateTimeOffset now)
    {
        if (now > prepared.ExpiresAt) throw new SignatureRefusedException("expired", "The prepared signature has expired; prepare it again.");
        (this.prepared, this.signer) = (prepared, signer);
        algorithm = SignatureAlgorithm.Of(signer, prepared.Digest, prepared.RsaPadding);
        Value = PublicKeys.AsVerifiedForCms(signer, prepared.ToBeSigned.Span, signatureValue, algorithm)
            ?? throw new SignatureRefusedException("signature-wrong", "What came back is not a signature by this certificate over this document.");
    }

    public byte[] Value { get; }

    public byte[] Cms(ReadOnlyMemory<byte> timestampToken) => CmsWriter.SignedData(algorithm, prepared.ToBeSigned, prepared.Chain, signer, Value, timestampToken);
}
