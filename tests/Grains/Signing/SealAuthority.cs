using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Balie.Grains.Tests.Signing;

/// <summary>Issues seals for a test and writes them as a municipality's files.</summary>
public sealed class SealAuthority : IDisposable
{
    private static readonly DateTimeOffset From = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private byte _serial;

    public SealAuthority(string organisation)
    {
        var name = new X500DistinguishedNameBuilder();
        name.AddCommonName("Zegels");
        name.AddOrganizationName(organisation);
        var request = new CertificateRequest(name.Build(), _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        Root = request.CreateSelfSigned(From, From.AddYears(10));
    }

    public X509Certificate2 Root { get; }

    /// <param name="policy">A certificate policy to put in, as dotted OID.</param>
    public void Write(string folder, string tenant, string password = "geheim", string? policy = null)
    {
        Directory.CreateDirectory(folder);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN=Zegel {tenant}, O={tenant}, C=BE", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.NonRepudiation, true));
        if (policy is not null) request.CertificateExtensions.Add(Policies(policy));
        using var issued = request.Create(Root.SubjectName, X509SignatureGenerator.CreateForECDsa(_key), From, From.AddYears(5), [1, ++_serial]);
        using var seal = issued.CopyWithPrivateKey(key);
        var pfx = new X509Certificate2Collection { seal, X509CertificateLoader.LoadCertificate(Root.RawData) };
        File.WriteAllText(Path.Combine(folder, $"{tenant}.password"), password);
        File.WriteAllBytes(Path.Combine(folder, $"{tenant}.pfx"), pfx.ExportPkcs12(Pkcs12ExportPbeParameters.Pbes2Aes256Sha256, password));
    }

    public void Dispose()
    {
        Root.Dispose();
        _key.Dispose();
    }

    private static X509Extension Policies(string policy)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        using (writer.PushSequence())
            writer.WriteObjectIdentifier(policy);
        return new X509Extension("2.5.29.32", writer.Encode(), critical: false);
    }
}
