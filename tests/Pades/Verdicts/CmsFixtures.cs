using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Balie.Pades.Tests.Verdicts;

/// <summary>What can be wrong inside /Contents.</summary>
internal static class CmsFixtures
{
    const string Null = "0500";

    static readonly X509Certificate2 Signer = Ceremony.Citizen;

    static readonly X509Certificate2 Keyed = Certificates.Ecdsa("Met sleutelnaam", more: new X509SubjectKeyIdentifierExtension("00112233445566778899aabbccddeeff00112233", false));

    public static IReadOnlyDictionary<string, Func<Fixture>> All { get; } = new Dictionary<string, Func<Fixture>>
    {
        ["cms-two-signers"] = () => Sign(new CmsSpec(Signer) { Signers = 2 }),
        ["cms-no-signer"] = () => Sign(new CmsSpec(Signer) { Signers = 0 }),
        ["cms-content-inside"] = () => Sign(new CmsSpec(Signer) { HasContent = true }),
        ["cms-no-attributes"] = () => Sign(new CmsSpec(Signer) { HasAttributes = false }),
        ["cms-attribute-twice"] = () => Sign(new CmsSpec(Signer) { DigestTwice = true }),
        ["cms-attribute-two-values"] = () => Sign(new CmsSpec(Signer) { DigestHasTwoValues = true }),
        ["cms-algorithms-disagree"] = () => Sign(new CmsSpec(Signer) { SignedDigest = HashAlgorithmName.SHA512, SignatureOid = "1.2.840.10045.4.3.4" }),
        ["cms-key-disagrees"] = () => Sign(new CmsSpec(Signer) { SignatureOid = "1.2.840.113549.1.1.11", Parameters = Null }),
        ["cms-ess-missing"] = () => Sign(new CmsSpec(Signer) { Ess = false }),
        ["cms-ess-other"] = () => Sign(new CmsSpec(Signer) { EssOf = Ceremony.Officer, Certificates = [Signer, Ceremony.Officer] }),
        ["cms-no-certificate"] = () => Sign(new CmsSpec(Signer) { Certificates = [Ceremony.Officer] }),
        ["cms-swapped-certificate"] = () => Sign(Swapped()),
        ["cms-pss-salt"] = () => Sign(new CmsSpec(Ceremony.Officer) { SignatureOid = "1.2.840.113549.1.1.10", Parameters = Crafted.PssParameters("2.16.840.1.101.3.4.2.1", "1.3.14.3.2.26", 32), Padding = RSASignaturePadding.Pss }),
        ["cms-sha1"] = () => Sign(new CmsSpec(Ceremony.Officer)
        {
            DigestOid = "1.3.14.3.2.26", Digest = HashAlgorithmName.SHA1, SignedDigest = HashAlgorithmName.SHA1, SignatureOid = "1.2.840.113549.1.1.5", Parameters = Null
        }),
        ["cms-pss-trailer"] = () => Sign(Pss(32, trailer: 2)),
        ["cms-pss-salt-zero"] = () => Sign(Pss(0)),
        ["cms-md5"] = () => Sign(new CmsSpec(Ceremony.Officer)
        {
            DigestOid = "1.2.840.113549.2.5", Digest = HashAlgorithmName.MD5, SignedDigest = HashAlgorithmName.MD5, SignatureOid = "1.2.840.113549.1.1.4", Parameters = Null
        }),
        ["cms-indefinite-length"] = () => Crafted.Sign(Paper.Plain, content => Loosened(new CmsSpec(Signer).Build(content))),
        ["cms-attributes-not-der"] = () => Sign(new CmsSpec(Signer) { AttributesReversed = true }),
        ["cms-key-identifier"] = () => Sign(new CmsSpec(Keyed) { KeyIdentifier = Identifier(Keyed) }),
        ["cms-key-identifier-of-another"] = () => Sign(new CmsSpec(Keyed) { KeyIdentifier = new byte[20] }),
        ["cms-more-after"] = () => Sign(new CmsSpec(Signer) { HasMore = true }),
        ["cms-rsa-1024"] = () => Sign(new CmsSpec(Certificates.Rsa("Klein", 1024)) { SignatureOid = "1.2.840.113549.1.1.11", Parameters = Null })
    };

    static byte[] Identifier(X509Certificate2 certificate) => certificate.Extensions.OfType<X509SubjectKeyIdentifierExtension>().Single().SubjectKeyIdentifierBytes.ToArray();

    static CmsSpec Pss(int salt, int? trailer = null) => new(Ceremony.Officer)
    {
        SignatureOid = "1.2.840.113549.1.1.10", Parameters = Crafted.PssParameters("2.16.840.1.101.3.4.2.1", "2.16.840.1.101.3.4.2.1", salt, trailer), Padding = RSASignaturePadding.Pss
    };

    /// <summary>The two outer sequences without a length, ended by zeros (X.690, 8.1.3.6).</summary>
    static byte[] Loosened(byte[] der)
    {
        var outer = new AsnReader(der, AsnEncodingRules.DER).ReadSequence();
        var type = outer.ReadEncodedValue();
        var data = outer.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 0)).PeekEncodedValue();
        return [0x30, 0x80, .. type.Span, 0xA0, 0x80, .. data.Span, 0, 0, 0, 0];
    }

    static byte[] Sign(CmsSpec spec) => Crafted.Sign(Paper.Plain, spec.Build);

    /// <summary>Signed under one certificate, delivered with another of the same issuer and serial number.</summary>
    static CmsSpec Swapped()
    {
        byte[] number = [0x11, 0x22, 0x33];
        X509Certificate2 real = Certificates.Ecdsa("Echt", number: number.ToArray()), other = Certificates.Ecdsa("Ander", number: number.ToArray());
        return new CmsSpec(real) { Certificates = [other] };
    }
}
