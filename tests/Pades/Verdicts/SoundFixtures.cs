using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Security;

namespace Balie.Pades.Tests.Verdicts;

/// <summary>Files with nothing wrong.</summary>
internal static class SoundFixtures
{
    public static IReadOnlyDictionary<string, Func<Fixture>> All { get; } = new Dictionary<string, Func<Fixture>>
    {
        ["one-signature"] = () => Paper.Signed,
        ["three-signatures"] = () => Paper.Sign(Paper.Sign(Paper.Signed, "Twee"), "Drie"),
        ["rsa-pkcs1"] = () => By(Ceremony.Officer),
        ["rsa-pss"] = () => By(TestAuthority.Shared.Rsa("PSS", 3072), request => request with { RsaPadding = RsaPadding.Pss }),
        ["p384-sha384"] = () => By(TestAuthority.Shared.Ecdsa("P-384", ECCurve.NamedCurves.nistP384), request => request with { Digest = HashAlgorithmName.SHA384 }),
        ["p521-sha512"] = () => By(TestAuthority.Shared.Ecdsa("P-521", ECCurve.NamedCurves.nistP521), request => request with { Digest = HashAlgorithmName.SHA512 }),
        ["ed25519"] = () => Ed25519(),
        ["pkcs7-detached"] = () => Crafted.Sign(Paper.Plain, OlderProduct, subFilter: "adbe.pkcs7.detached"),
        ["no-signature"] = () => Paper.Plain,
        ["empty-field"] = () => Paper.Placed(),
        ["nothing-changed"] = () => Paper.Signed.Edit(_ => { }),
        ["line-end"] = () => (byte[])[.. Paper.Signed, .. "\r\n"u8]
    };

    static byte[] By(X509Certificate2 signer, Func<SignatureRequest, SignatureRequest>? with = null)
    {
        var request = Ceremony.Request("Een", signer);
        request = with?.Invoke(request) ?? request;
        var prepared = SignaturePreparation.Prepare(Paper.Placed(), request);
        return prepared.Complete(Paper.Placed(), new Signing(signer, request).Value(prepared), TestAuthority.Now);
    }

    sealed record Signing(X509Certificate2 Signer, SignatureRequest Request)
    {
        public byte[] Value(PreparedSignature prepared)
        {
            using var rsa = Signer.GetRSAPrivateKey();
            var padding = Request.RsaPadding == RsaPadding.Pss ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1;
            return rsa is null ? Ceremony.Value(prepared, Signer) : rsa.SignHash(prepared.DigestToSign, prepared.Digest, padding);
        }
    }

    public static byte[] Ed25519()
    {
        var key = new Ed25519PrivateKeyParameters(new SecureRandom());
        var certificate = Certificates.Issue("Ed25519", new PublicKey(new Oid("1.3.101.112"), null, new AsnEncodedData(key.GeneratePublicKey().GetEncoded())));
        return Crafted.Sign(Paper.Plain, CmsSpec.ForEd25519(certificate, data =>
        {
            var signer = new Ed25519Signer();
            signer.Init(true, key);
            signer.BlockUpdate(data, 0, data.Length);
            return signer.GenerateSignature();
        }).Build);
    }

    static byte[] OlderProduct(byte[] content)
    {
        var cms = new SignedCms(new ContentInfo(content), detached: true);
        var signer = new CmsSigner(Ceremony.Officer) { DigestAlgorithm = new Oid("2.16.840.1.101.3.4.2.1"), IncludeOption = X509IncludeOption.EndCertOnly };
        signer.SignedAttributes.Add(new Pkcs9SigningTime(TestAuthority.Now.UtcDateTime));
        cms.ComputeSignature(signer);
        return cms.Encode();
    }
}
