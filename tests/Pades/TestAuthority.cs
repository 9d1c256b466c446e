using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Balie.Pades.Tests;

/// <summary>A small authority made for the tests, with the signers it vouches for.</summary>
public sealed class TestAuthority
{
    public static readonly DateTimeOffset Now = new(2026, 11, 24, 19, 20, 0, TimeSpan.FromHours(1));
    static readonly DateTimeOffset From = Now.AddYears(-1), Until = Now.AddYears(3);

    readonly ECDsa rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    int serial = 100;

    public TestAuthority(string name = "Zonnedaal Test CA")
    {
        var request = new CertificateRequest($"CN={name}, O=Zonnedaal, C=BE", rootKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        Root = request.CreateSelfSigned(From, Until);
    }

    public static TestAuthority Shared { get; } = new();

    public X509Certificate2 Root { get; }

    public X509Certificate2 Ecdsa(string name, ECCurve? curve = null)
    {
        var key = ECDsa.Create(curve ?? ECCurve.NamedCurves.nistP256);
        return Issue(new CertificateRequest($"CN={name}, C=BE", key, HashAlgorithmName.SHA256), X509KeyUsageFlags.NonRepudiation).CopyWithPrivateKey(key);
    }

    public X509Certificate2 Rsa(string name, int bits = 2048, X509KeyUsageFlags usage = X509KeyUsageFlags.NonRepudiation)
    {
        var key = RSA.Create(bits);
        var request = new CertificateRequest($"CN={name}, C=BE", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return Issue(request, usage).CopyWithPrivateKey(key);
    }

    /// <summary>Who may stamp times: one purpose only, and critical (RFC 3161, 2.3).</summary>
    public X509Certificate2 Timestamper(string name, string purpose = "1.3.6.1.5.5.7.3.8")
    {
        var key = RSA.Create(2048);
        var request = new CertificateRequest($"CN={name}, C=BE", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(purpose)], true));
        return Issue(request, X509KeyUsageFlags.DigitalSignature).CopyWithPrivateKey(key);
    }

    X509Certificate2 Issue(CertificateRequest request, X509KeyUsageFlags usage)
    {
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(usage, true));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(Root, true, false));
        var number = Interlocked.Increment(ref serial);
        return request.Create(Root.SubjectName, X509SignatureGenerator.CreateForECDsa(rootKey), From, Until, [1, (byte)(number >> 8), (byte)number]);
    }

    /// <summary>Signer and issuer, as a key file would hold them.</summary>
    public PfxSignatureKey Key(X509Certificate2 signer)
    {
        var pfx = new X509Certificate2Collection { signer, Root }.Export(X509ContentType.Pfx, "geheim")!;
        return PfxSignatureKey.Load(pfx, "geheim");
    }
}
