using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Balie.Pades.Tests.Verdicts;

/// <summary>Certificates that a decent authority would not issue, and some that it would.</summary>
internal static class Certificates
{
    static int serial = 1000;

    public static X509Certificate2 Issue(string name, PublicKey key, X509Certificate2? issuer = null, bool authority = false,
        X509KeyUsageFlags usage = X509KeyUsageFlags.NonRepudiation, DateTimeOffset? from = null, DateTimeOffset? until = null, byte[]? number = null, params X509Extension[] more)
    {
        var by = issuer ?? TestAuthority.Shared.Root;
        var request = new CertificateRequest(new X500DistinguishedName($"CN={name}, C=BE"), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(authority, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(authority ? X509KeyUsageFlags.KeyCertSign : usage, true));
        foreach (var extension in more) request.CertificateExtensions.Add(extension);
        number ??= BitConverter.GetBytes(Interlocked.Increment(ref serial));
        number[0] &= 0x7F;
        using var signing = by.GetECDsaPrivateKey()!;
        return request.Create(by.SubjectName, X509SignatureGenerator.CreateForECDsa(signing), from ?? TestAuthority.Now.AddYears(-1), until ?? TestAuthority.Now.AddYears(2), number);
    }

    /// <summary>With a P-256 key of its own.</summary>
    public static X509Certificate2 Ecdsa(string name, X509Certificate2? issuer = null, bool authority = false, X509KeyUsageFlags usage = X509KeyUsageFlags.NonRepudiation,
        DateTimeOffset? from = null, DateTimeOffset? until = null, byte[]? number = null, params X509Extension[] more)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return Issue(name, new PublicKey(key), issuer, authority, usage, from, until, number, more).CopyWithPrivateKey(key);
    }

    public static X509Certificate2 OnCurve(string name, ECCurve curve)
    {
        var key = ECDsa.Create(curve);
        return Issue(name, new PublicKey(key)).CopyWithPrivateKey(key);
    }

    /// <summary>By the usual authority, but signed under another hash.</summary>
    public static X509Certificate2 IssuedWith(HashAlgorithmName hash)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(new X500DistinguishedName("CN=Oude uitgifte, C=BE"), new PublicKey(key), hash);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.NonRepudiation, true));
        using var signing = TestAuthority.Shared.Root.GetECDsaPrivateKey()!;
        var by = TestAuthority.Shared.Root;
        return request.Create(by.SubjectName, new Sha1Generator(signing), TestAuthority.Now.AddYears(-1), TestAuthority.Now.AddYears(2), BitConverter.GetBytes(Interlocked.Increment(ref serial) & 0x7F7F7F7F))
            .CopyWithPrivateKey(key);
    }

    /// <summary>ECDSA with SHA-1 (RFC 3279, 2.2.3), which the platform no longer offers.</summary>
    sealed class Sha1Generator(ECDsa key) : X509SignatureGenerator
    {
        public override byte[] GetSignatureAlgorithmIdentifier(HashAlgorithmName hashAlgorithm) => Convert.FromHexString("300906072A8648CE3D0401");

        public override byte[] SignData(byte[] data, HashAlgorithmName hashAlgorithm) => key.SignData(data, HashAlgorithmName.SHA1, DSASignatureFormat.Rfc3279DerSequence);

        protected override PublicKey BuildPublicKey() => new(key);
    }

    public static X509Certificate2 Rsa(string name, int bits, DateTimeOffset? until = null)
    {
        var key = RSA.Create(bits);
        return Issue(name, new PublicKey(key), until: until).CopyWithPrivateKey(key);
    }

    public static X509Certificate2 Stamper(string name, DateTimeOffset? from = null, DateTimeOffset? until = null, X509Certificate2? issuer = null, params string[] alsoFor)
    {
        var key = RSA.Create(3072);
        return Issue(name, new PublicKey(key), issuer, usage: X509KeyUsageFlags.DigitalSignature, from: from, until: until,
            more: new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.8"), .. alsoFor.Select(purpose => new Oid(purpose))], true)).CopyWithPrivateKey(key);
    }

    public static X509Certificate2 Root(string name)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.DigitalSignature, true));
        return request.CreateSelfSigned(TestAuthority.Now.AddYears(-1), TestAuthority.Now.AddYears(30));
    }
}
