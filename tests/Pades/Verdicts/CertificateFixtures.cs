using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Balie.Pades.Tests.Verdicts;

/// <summary>Ways to an anchor, and ways that lead nowhere.</summary>
internal static class CertificateFixtures
{
    static readonly X509Certificate2 Intermediate = Certificates.Ecdsa("Tussenliggende CA", authority: true);
    static readonly X509Certificate2 Below = Certificates.Ecdsa("Onder de tussenliggende", Intermediate);

    public static IReadOnlyDictionary<string, Func<Fixture>> All { get; } = new Dictionary<string, Func<Fixture>>
    {
        ["revocation-required"] = () => new(Paper.Signed, Required),
        ["revocation-short-lived"] = () => new(By(Certificates.Ecdsa("Kort geldig", more: new X509Extension("0.4.0.194121.2.1", [5, 0], false))), Required),
        ["revocation-anchor-signs"] = () => new(Paper.Signed, Required with { TrustAnchors = [Ceremony.Citizen] }),
        ["anchor-signs-expired"] = () => new(Paper.Signed, Fixture.Usual with { TrustAnchors = [Ceremony.Citizen], At = TestAuthority.Now.AddYears(10) }),
        ["ocsp-unauthorised"] = () => new(Paper.Signed.Edit(AddAnswer), Required),
        ["unknown-authority"] = () => By(Certificates.Ecdsa("Vreemde", Certificates.Root("CN=Vreemde CA"))),
        ["no-anchors"] = () => new(Paper.Signed, Fixture.Usual with { TrustAnchors = [] }),
        ["self-signed"] = () => By(Certificates.Root(TestAuthority.Shared.Root.Subject)),
        ["intermediate"] = () => By(Below, Intermediate),
        ["intermediate-is-anchor"] = () => new(By(Below), Fixture.Usual with { TrustAnchors = [Intermediate] }),
        ["intermediate-missing"] = () => By(Below),
        ["issuer-is-no-authority"] = () => By(Certificates.Ecdsa("Door een burger", Ceremony.Citizen), Ceremony.Citizen),
        ["key-usage-encipherment"] = () => By(Certificates.Ecdsa("Versleutelaar", usage: X509KeyUsageFlags.KeyEncipherment)),
        ["extended-usage-server"] = () => By(Certificates.Ecdsa("Webserver", usage: X509KeyUsageFlags.DigitalSignature, more: new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false))),
        ["expired"] = () => new(Paper.Signed, Fixture.Usual with { At = TestAuthority.Now.AddYears(10) }),
        ["not-yet-valid"] = () => new(Paper.Signed, Fixture.Usual with { At = TestAuthority.Now.AddYears(-10) }),
        ["issued-with-sha1"] = () => By(Certificates.IssuedWith(HashAlgorithmName.SHA1)),
        ["critical-extension"] = () => By(Certificates.Ecdsa("Met een eis", more: new X509Extension("1.3.6.1.4.1.99999.7", [5, 0], true))),
        ["extended-usage-stamping"] = () => By(Certificates.Ecdsa("Tijdstempelaar", usage: X509KeyUsageFlags.DigitalSignature, more: new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.8")], true))),
        ["curve-not-listed"] = () => By(Certificates.OnCurve("Andere kromme", ECCurve.CreateFromValue("1.3.132.0.10"))),
        ["addresses-inside"] = () => By(WithAddresses("http://127.0.0.1:9/")),
        ["rsa-2048-in-2029"] = () => new(In2029(), Later),
        ["rsa-2048-in-2029-timestamped"] = () => new(Crafted.DocumentTimeStamp(In2029(), TestAuthority.Now.AddMinutes(5), authority: LongStamper), Later),
        ["pss-3072-in-2029"] = () => new(Crafted.Sign(Paper.Plain, new CmsSpec(Certificates.Rsa("Lang RSA", 3072, TestAuthority.Now.AddYears(2).AddMonths(11)))
        {
            SignatureOid = "1.2.840.113549.1.1.10", Padding = RSASignaturePadding.Pss,
            Parameters = Crafted.PssParameters("2.16.840.1.101.3.4.2.1", "2.16.840.1.101.3.4.2.1", 32)
        }.Build), Later)
    };

    static VerificationPolicy Required => Fixture.Usual with { Revocation = RevocationRule.Require };

    /// <summary>Its anchor lasts: only the algorithms are of the past.</summary>
    static VerificationPolicy Later => Fixture.Usual with { At = new DateTimeOffset(2029, 6, 1, 0, 0, 0, TimeSpan.Zero) };

    static readonly X509Certificate2 LongStamper = Certificates.Ecdsa("Lange tijdstempels", usage: X509KeyUsageFlags.DigitalSignature, until: TestAuthority.Now.AddYears(2).AddMonths(11),
        more: new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.8")], true));

    static byte[] In2029() => Crafted.Sign(Paper.Plain,
        new CmsSpec(Certificates.Rsa("Kort RSA", 2048, TestAuthority.Now.AddYears(2).AddMonths(11))) { SignatureOid = "1.2.840.113549.1.1.11", Parameters = "0500" }.Build);

    public static byte[] By(X509Certificate2 signer, params X509Certificate2[] others) =>
        Crafted.Sign(Paper.Plain, new CmsSpec(signer) { Certificates = [signer, .. others] }.Build);

    /// <summary>An OCSP answer that nobody in particular gave (RFC 6960, 4.2.1), in the store for validation data.</summary>
    static void AddAnswer(Editor edit)
    {
        var answer = edit.AddStream("", Encoding.Latin1.GetString(Convert.FromHexString("30030A0100")));
        edit.Key(Paper.Catalog, "DSS", $"<</Type/DSS/OCSPs[{Editor.Ref(answer)}]>>");
    }

    public static X509Certificate2 WithAddresses(string address) => Certificates.Ecdsa("Met adressen", more:
        [new X509AuthorityInformationAccessExtension([$"{address}ocsp"], [$"{address}ca.cer"]), CertificateRevocationListBuilder.BuildCrlDistributionPointExtension([$"{address}crl"])]);
}
