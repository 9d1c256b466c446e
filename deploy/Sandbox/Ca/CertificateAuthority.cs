using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Balie.Sandbox.Ca;

/// <summary>
/// A root and an issuing authority for practice seals, kept in the data folder. Every certificate says so itself: the issuer's
/// organisation is <see cref="Organisation"/> and the certificate policy is <see cref="MarkerPolicy"/>, so that a product can refuse it.
/// </summary>
public sealed class CertificateAuthority
{
    /// <summary>The <c>O</c> of root and issuing authority.</summary>
    public const string Organisation = "Balie Oefen-CA";

    /// <summary>The policy in every certificate below the root: a UUID under ITU-T X.667's arc, so nobody else's.</summary>
    public const string MarkerPolicy = "2.25.283191562764150735873690144936502340811";

    private readonly string folder;
    private readonly SandboxOptions options;
    private readonly TimeProvider clock;
    private readonly RevocationList revocations;

    public CertificateAuthority(DataFolder data, SandboxOptions options, TimeProvider clock)
    {
        folder = data.Folder("ca");
        this.options = options;
        this.clock = clock;
        revocations = new RevocationList(Path.Combine(folder, "revoked.json"));
        Root = Open("root", key => MakeRoot(key));
        Issuing = Open("issuing", MakeIssuing);
    }

    public X509Certificate2 Root { get; }

    public X509Certificate2 Issuing { get; }

    /// <summary>Issues a seal certificate of a legal person (ETSI EN 319 412-3: O and organizationIdentifier), valid for two years.</summary>
    /// <returns>The certificate with its private key.</returns>
    public X509Certificate2 IssueSeal(string name, string organisation, string kbo, bool rsa = false)
    {
        var subject = new X500DistinguishedNameBuilder();
        subject.AddCommonName(name);
        subject.Add("2.5.4.97", $"NTRBE-{kbo}", UniversalTagNumber.UTF8String);
        subject.AddOrganizationName(organisation);
        subject.AddCountryOrRegion("BE");
        using AsymmetricAlgorithm key = rsa ? RSA.Create(2048) : ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = Request(subject.Build(), key);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.NonRepudiation, true));
        AddIssuedExtensions(request, Issuing, "issuing");
        var from = clock.GetUtcNow().AddMinutes(-5);
        using var certificate = request.Create(Issuing.SubjectName, Generator(Issuing), from, Earliest(from.AddYears(2), Issuing), NewSerial());
        return key is RSA rsaKey ? certificate.CopyWithPrivateKey(rsaKey) : certificate.CopyWithPrivateKey((ECDsa)key);
    }

    /// <summary>Seal, issuing and root certificate with the seal's key, as PKCS #12.</summary>
    public byte[] ToPfx(X509Certificate2 seal, string password)
    {
        using var issuing = X509CertificateLoader.LoadCertificate(Issuing.RawData);
        using var root = X509CertificateLoader.LoadCertificate(Root.RawData);
        return new X509Certificate2Collection { seal, issuing, root }.ExportPkcs12(Pkcs12ExportPbeParameters.Pbes2Aes256Sha256, password);
    }

    /// <summary>Marks a serial number (hexadecimal) as revoked; the next list says so.</summary>
    public void Revoke(string serial) => revocations.Add(serial, clock.GetUtcNow());

    /// <summary>A list signed now and valid for seven days (RFC 5280 5). <paramref name="issuer"/> is <c>root</c> or <c>issuing</c>; the root's is empty.</summary>
    public byte[] Crl(string issuer)
    {
        var builder = new CertificateRevocationListBuilder();
        if (issuer == "issuing")
            foreach (var (serial, at) in revocations.All)
                builder.AddEntry(Convert.FromHexString(serial), at, X509RevocationReason.KeyCompromise);
        var now = clock.GetUtcNow();
        var signer = issuer == "issuing" ? Issuing : Root;
        return builder.Build(signer, new BigInteger(now.ToUnixTimeMilliseconds()), now.AddDays(7), HashAlgorithmName.SHA256, thisUpdate: now.AddMinutes(-1));
    }

    private X509Certificate2 Open(string name, Func<ECDsa, X509Certificate2> make)
    {
        var pem = Encoding.ASCII.GetString(DataFolder.ReadOrMake(Path.Combine(folder, $"{name}.key-and-cert.pem"), () =>
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP384);
            using var certificate = make(key);
            return Encoding.ASCII.GetBytes($"{key.ExportPkcs8PrivateKeyPem()}\n{certificate.ExportCertificatePem()}\n");
        }));
        return X509Certificate2.CreateFromPem(pem, pem);
    }

    private X509Certificate2 MakeRoot(ECDsa key)
    {
        var request = Request(AuthorityName("Balie Oefen-CA Root"), key);
        AddAuthorityExtensions(request, pathLength: 1);
        var from = clock.GetUtcNow().AddMinutes(-5);
        return request.CreateSelfSigned(from, from.AddYears(20));
    }

    private X509Certificate2 MakeIssuing(ECDsa key)
    {
        var request = Request(AuthorityName("Balie Oefen-CA Zegels"), key);
        AddAuthorityExtensions(request, pathLength: 0);
        AddIssuedExtensions(request, Root, "root");
        var from = clock.GetUtcNow().AddMinutes(-5);
        return request.Create(Root.SubjectName, Generator(Root), from, Earliest(from.AddYears(10), Root), NewSerial());
    }

    private static CertificateRequest Request(X500DistinguishedName subject, AsymmetricAlgorithm key) => key is RSA rsa
        ? new CertificateRequest(subject, rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
        : new CertificateRequest(subject, (ECDsa)key, HashAlgorithmName.SHA256);

    private static X509SignatureGenerator Generator(X509Certificate2 issuer) =>
        X509SignatureGenerator.CreateForECDsa(issuer.GetECDsaPrivateKey()!);

    private static X500DistinguishedName AuthorityName(string commonName)
    {
        var name = new X500DistinguishedNameBuilder();
        name.AddCommonName(commonName);
        name.AddOrganizationName(Organisation);
        name.AddCountryOrRegion("BE");
        return name.Build();
    }

    private static void AddAuthorityExtensions(CertificateRequest request, int pathLength)
    {
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, pathLength, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, X509SubjectKeyIdentifierHashAlgorithm.Sha256, false));
    }

    private void AddIssuedExtensions(CertificateRequest request, X509Certificate2 issuer, string issuerName)
    {
        if (!request.CertificateExtensions.OfType<X509SubjectKeyIdentifierExtension>().Any())
            request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, X509SubjectKeyIdentifierHashAlgorithm.Sha256, false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(issuer, true, false));
        request.CertificateExtensions.Add(Policies());
        request.CertificateExtensions.Add(CertificateRevocationListBuilder.BuildCrlDistributionPointExtension([$"{options.BaseAddress}ca/crl/{issuerName}.crl"]));
        request.CertificateExtensions.Add(new X509AuthorityInformationAccessExtension([], [$"{options.BaseAddress}ca/{issuerName}.cer"]));
    }

    private static X509Extension Policies()
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        using (writer.PushSequence())
            writer.WriteObjectIdentifier(MarkerPolicy);
        return new X509Extension("2.5.29.32", writer.Encode(), critical: false);
    }

    /// <summary>Positive and 20 octets at most (RFC 5280 4.1.2.2).</summary>
    private static byte[] NewSerial()
    {
        var serial = RandomNumberGenerator.GetBytes(16);
        serial[0] = (byte)((serial[0] & 0x3F) | 0x40);
        return serial;
    }

    private static DateTimeOffset Earliest(DateTimeOffset wished, X509Certificate2 issuer) =>
        wished < issuer.NotAfter ? wished : issuer.NotAfter;
}
