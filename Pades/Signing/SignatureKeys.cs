using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Balie.Pades;

/// <summary>A key that signs, wherever it lives.</summary>
public interface ISignatureKey
{
    /// <summary>The signer's certificate first.</summary>
    IReadOnlyList<X509Certificate2> Chain { get; }

    /// <summary>Signs bytes (not yet hashed): PKCS#1 v1.5 for RSA, DER sequence or R||S for ECDSA.</summary>
    Task<byte[]> SignAsync(ReadOnlyMemory<byte> toBeSigned, HashAlgorithmName hash, CancellationToken ct = default);
}

/// <summary>A key from a PKCS#12 file (RFC 7292), kept in memory until disposed.</summary>
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

    public Task<byte[]> SignAsync(ReadOnlyMemory<byte> toBeSigned, HashAlgorithmName hash, CancellationToken ct = default)
    {
        ct.ThrowIfCancellationRequested();
        using var rsa = Chain[0].GetRSAPrivateKey();
        if (rsa is not null) return Task.FromResult(rsa.SignData(toBeSigned.Span, hash, RSASignaturePadding.Pkcs1));
        using var ecdsa = Chain[0].GetECDsaPrivateKey();
        if (ecdsa is not null) return Task.FromResult(ecdsa.SignData(toBeSigned.Span, hash, DSASignatureFormat.Rfc3279DerSequence));
        throw new SignatureRefusedException("key", "The key is neither RSA nor ECDSA.");
    }

    public void Dispose()
    {
        foreach (var certificate in Chain) certificate.Dispose();
    }
}
