using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Balie.Pades;

/// <summary>A key that signs, wherever it lives (RFC 5652, 5.4 and 5.5).</summary>
public interface ISignatureKey
{
    /// <summary>The signer's certificate first.</summary>
    IReadOnlyList<X509Certificate2> Chain { get; }

    /// <summary>Signs <see cref="PreparedSignature.ToBeSigned"/>: RSA with the padding it names, ECDSA as a DER sequence or R||S.</summary>
    Task<byte[]> SignAsync(PreparedSignature prepared, CancellationToken ct = default);
}

/// <summary>A key from a PKCS#12 file (RFC 7292, 4), kept in memory until disposed.</summary>
public sealed class PfxSignatureKey : ISignatureKey, IDisposable
{
    PfxSignatureKey(IReadOnlyList<X509Certificate2> chain) => Chain = chain;

    public IReadOnlyList<X509Certificate2> Chain { get; }

    /// <exception cref="SignatureRefusedException">The password or the file is wrong, or it holds no private key.</exception>
    public static PfxSignatureKey Load(ReadOnlyMemory<byte> pfx, string? password)
    {
        try
        {
            var all = X509CertificateLoader.LoadPkcs12Collection(pfx.Span, password, X509KeyStorageFlags.EphemeralKeySet);
            var signer = all.FirstOrDefault(certificate => certificate.HasPrivateKey)
                ?? throw new SignatureRefusedException("pfx", "The key file holds no private key.");
            return new PfxSignatureKey(Ordered(signer, [.. all]));
        }
        catch (CryptographicException e)
        {
            throw new SignatureRefusedException("pfx", "The key file cannot be opened with this password.", e);
        }
    }

    /// <summary>The signer, its issuer, that one's issuer; the self-signed root says nothing a verifier does not have and stays out.</summary>
    static List<X509Certificate2> Ordered(X509Certificate2 signer, List<X509Certificate2> all)
    {
        var chain = new List<X509Certificate2> { signer };
        while (all.FirstOrDefault(candidate => IsIssuer(candidate, chain[^1])) is { } issuer && !chain.Contains(issuer)) chain.Add(issuer);
        return chain;
    }

    static bool IsIssuer(X509Certificate2 candidate, X509Certificate2 subject) =>
        candidate.SubjectName.RawData.AsSpan().SequenceEqual(subject.IssuerName.RawData)
        && !candidate.SubjectName.RawData.AsSpan().SequenceEqual(candidate.IssuerName.RawData);

    public Task<byte[]> SignAsync(PreparedSignature prepared, CancellationToken ct = default)
    {
        ct.ThrowIfCancellationRequested();
        var padding = prepared.RsaPadding == RsaPadding.Pss ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1;
        using var rsa = Chain[0].GetRSAPrivateKey();
        if (rsa is not null) return Task.FromResult(rsa.SignHash(prepared.DigestToSign, prepared.Digest, padding));
        using var ecdsa = Chain[0].GetECDsaPrivateKey();
        if (ecdsa is not null) return Task.FromResult(ecdsa.SignHash(prepared.DigestToSign, DSASignatureFormat.Rfc3279DerSequence));
        throw new SignatureRefusedException("key", "The key is neither RSA nor ECDSA.");
    }

    public void Dispose()
    {
        foreach (var certificate in Chain) certificate.Dispose();
    }
}

/// <summary>A key that lives elsewhere: a card behind a browser, a remote service. What it returns is checked before it is embedded (RFC 5652, 5.4 and 5.6).</summary>
/// <param name="chain">The signer's certificate first.</param>
/// <param name="sign">Signs <see cref="PreparedSignature.DigestToSign"/>, which is a hash under <see cref="PreparedSignature.Digest"/>.</param>
public sealed class CallbackSignatureKey(IReadOnlyList<X509Certificate2> chain, Func<PreparedSignature, CancellationToken, Task<byte[]>> sign) : ISignatureKey
{
    public IReadOnlyList<X509Certificate2> Chain { get; } = chain;

    public Task<byte[]> SignAsync(PreparedSignature prepared, CancellationToken ct = default) => sign(prepared, ct);
}
