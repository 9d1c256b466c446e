using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Balie.Pades.Tests.Verdicts;

/// <summary>Proofs of time, and what only looks like one.</summary>
internal static class TimeStampFixtures
{
    static readonly DateTimeOffset Now = TestAuthority.Now, Stamped = Now.AddMinutes(5);

    /// <summary>Valid from two days before signing to two days after.</summary>
    static readonly X509Certificate2 Brief = Certificates.Ecdsa("Kort", from: Now.AddDays(-2), until: Now.AddDays(2));

    public static IReadOnlyDictionary<string, Func<Fixture>> All { get; } = new Dictionary<string, Func<Fixture>>
    {
        ["signature-timestamp"] = () => WithToken(value => Crafted.Token(SHA256.HashData(value), Now)),
        ["document-timestamp"] = () => Crafted.DocumentTimeStamp(Paper.Signed, Stamped),
        ["timestamp-only"] = () => Crafted.DocumentTimeStamp(Paper.Plain, Stamped),
        ["expired-timestamped"] = () => new(Crafted.DocumentTimeStamp(CertificateFixtures.By(Brief), Stamped), In(10)),
        ["expired-before-timestamp"] = () => new(Crafted.DocumentTimeStamp(CertificateFixtures.By(Brief), Now.AddDays(5)), In(10)),
        ["timestamp-before-certificate"] = () => new(Crafted.DocumentTimeStamp(CertificateFixtures.By(Brief), Now.AddDays(-5)), In(1)),
        ["timestamp-of-other-signature"] = () => WithToken(_ => Crafted.Token(SHA256.HashData("iets anders"u8), Now)),
        ["timestamp-broken"] = () => WithToken(value => Broken(Crafted.Token(SHA256.HashData(value), Now))),
        ["timestamp-unknown-authority"] = () => WithToken(value => Crafted.Token(SHA256.HashData(value), Now, Certificates.Stamper("Vreemd", issuer: Certificates.Root("CN=Vreemde CA")))),
        ["timestamp-not-for-stamping"] = () => WithToken(value => Crafted.ResignedBy(TestAuthority.Shared.Timestamper("Code", "1.3.6.1.5.5.7.3.3"), Crafted.Token(SHA256.HashData(value), Now))),
        ["document-timestamp-changed"] = () => Crafted.DocumentTimeStamp(Paper.Plain, Stamped).Patch("100 euro", "900 euro"),
        ["document-timestamp-saved-over"] = () => TinyPdf.Append(Crafted.DocumentTimeStamp(Paper.Plain, Stamped), (Paper.Content, Paper.Text("Ik betaal 900 euro"))),
        ["timestamp-two-purposes"] = () => WithToken(value => Crafted.ResignedBy(Certificates.Stamper("Twee doelen", alsoFor: "1.3.6.1.5.5.7.3.3"), Crafted.Token(SHA256.HashData(value), Now))),
        ["timestamp-sha1"] = () => WithToken(value => Crafted.Token(SHA1.HashData(value), Now, imprint: Org.BouncyCastle.Tsp.TspAlgorithms.Sha1)),
        ["timestamp-in-the-future"] = () => WithToken(value => Crafted.Token(SHA256.HashData(value), Now.AddDays(10))),
        ["timestamp-authority-expired"] = () => new(WithToken(value => Crafted.Token(SHA256.HashData(value), Now, BriefStamper)), In(10)),
        ["timestamp-before-its-authority"] = () => Crafted.DocumentTimeStamp(Paper.Plain, Now.AddDays(-5), authority: BriefStamper),
        ["timestamps-out-of-order"] = () => Crafted.DocumentTimeStamp(Crafted.DocumentTimeStamp(Paper.Signed, Stamped), Now.AddMinutes(-30), "Vroeger")
    };

    static readonly X509Certificate2 BriefStamper = Certificates.Stamper("Korte tijdstempels", Now.AddDays(-2), Now.AddDays(2));

    static VerificationPolicy In(int days) => Fixture.Usual with { At = Now.AddDays(days) };

    static byte[] WithToken(Func<byte[], byte[]> token) => Crafted.Sign(Paper.Plain, new CmsSpec(Ceremony.Citizen) { TimeStamps = value => [token(value)] }.Build);

    static byte[] Broken(byte[] token)
    {
        token[^1] ^= 1;
        return token;
    }
}
