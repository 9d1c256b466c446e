using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Balie.Pades.Cms;

/// <summary>Why a CMS value is no acceptable signature.</summary>
internal sealed class CmsRefusedException(string code, string message) : Exception(message)
{
    public string Code { get; } = code;
}

/// <summary>
/// A detached CMS signature as PAdES allows it (RFC 5652; ETSI EN 319 142-1, 6.3), read strictly: one signer, no content
/// inside, no attribute twice, algorithms that agree, and an ESS reference to the very certificate.
/// </summary>
internal sealed class CmsSignature
{
    static readonly Asn1Tag Context0 = new(TagClass.ContextSpecific, 0), Context1 = new(TagClass.ContextSpecific, 1);

    readonly List<X509Certificate2> certificates = [];
    byte[] signedAttributes = [], signature = [], messageDigest = [], certificateHash = [];
    SignatureAlgorithm algorithm;
    HashAlgorithmName essHash;

    public HashAlgorithmName Digest { get; private set; }
    public X509Certificate2 Signer { get; private set; } = null!;
    public IReadOnlyList<X509Certificate2> Certificates => certificates;

    /// <summary>Whether the reference to the signer's certificate was there (it is missing in signatures older than PAdES).</summary>
    public bool HasSigningCertificate => certificateHash.Length > 0;

    /// <summary>Reads the value of /Contents: the CMS, and after it zeros only.</summary>
    /// <exception cref="CmsRefusedException">It is something else, or ambiguous.</exception>
    public static CmsSignature Read(ReadOnlyMemory<byte> contents)
    {
        try
        {
            var outer = new AsnReader(contents, AsnEncodingRules.BER);
            var length = outer.PeekEncodedValue().Length;
            if (contents.Span[length..].ContainsAnyExcept((byte)0)) throw new CmsRefusedException("padding", "Something is hidden behind the signature.");
            var result = new CmsSignature();
            result.ReadContentInfo(outer.ReadSequence());
            return result;
        }
        catch (Exception e) when (e is AsnContentException or CryptographicException or ArgumentException)
        {
            throw new CmsRefusedException("cms-broken", "The signature's data cannot be read.");
        }
    }

    void ReadContentInfo(AsnReader info)
    {
        Require(info.ReadObjectIdentifier() == Oids.SignedData, "cms-broken", "The signature's data is not signed data.");
        var data = info.ReadSequence(Context0).ReadSequence();
        data.ReadInteger();
        data.ReadSetOf();
        var content = data.ReadSequence();
        Require(content.ReadObjectIdentifier() == Oids.Data && !content.HasData, "cms-content", "The signature carries a content of its own.");
        if (data.HasData && data.PeekTag().HasSameClassAndValue(Context0)) ReadCertificates(data.ReadSetOf(Context0));
        if (data.HasData && data.PeekTag().HasSameClassAndValue(Context1)) data.ReadEncodedValue();
        var signers = data.ReadSetOf();
        ReadSigner(signers.ReadSequence());
        Require(!signers.HasData, "cms-signers", "The signature has several signers.");
        data.ThrowIfNotEmpty();
        info.ThrowIfNotEmpty();
    }

    void ReadCertificates(AsnReader set)
    {
        while (set.HasData)
        {
            Require(certificates.Count < 32, "cms-broken", "The signature carries too many certificates.");
            var encoded = set.ReadEncodedValue();
            if (encoded.Span[0] == 0x30) certificates.Add(X509CertificateLoader.LoadCertificate(encoded.Span));
        }
    }

    void ReadSigner(AsnReader signer)
    {
        signer.ReadInteger();
        var identifier = signer.ReadEncodedValue();
        Signer = certificates.FirstOrDefault(certificate => IsNamed(certificate, identifier))
            ?? throw new CmsRefusedException("certificate-missing", "The signer's certificate is not in the signature.");
        Digest = Oids.Hash(signer.ReadSequence().ReadObjectIdentifier())
            ?? throw new CmsRefusedException("algorithm", "The signature uses a digest that is not accepted.");
        Require(signer.PeekTag().HasSameClassAndValue(Context0), "cms-attributes", "The signature has no signed attributes.");
        signedAttributes = signer.PeekEncodedValue().ToArray();
        signedAttributes[0] = 0x31;
        ReadAttributes(signer.ReadSetOf(Context0));
        algorithm = SignatureAlgorithm.Read(signer.ReadSequence(), Signer, Digest)
            ?? throw new CmsRefusedException("algorithm", "Digest, key and signature algorithm do not agree.");
        signature = signer.ReadOctetString();
    }

    static bool IsNamed(X509Certificate2 certificate, ReadOnlyMemory<byte> identifier)
    {
        if (identifier.Span[0] != 0x30) return false;
        var reader = new AsnReader(identifier, AsnEncodingRules.BER).ReadSequence();
        return reader.ReadEncodedValue().Span.SequenceEqual(certificate.IssuerName.RawData)
            && reader.ReadIntegerBytes().Span.SequenceEqual(certificate.SerialNumberBytes.Span);
    }

    void ReadAttributes(AsnReader set)
    {
        var types = new HashSet<string>();
        while (set.HasData)
        {
            var attribute = set.ReadSequence();
            var type = attribute.ReadObjectIdentifier();
            Require(types.Add(type), "cms-attributes", "The signature has the same signed attribute twice.");
            var values = attribute.ReadSetOf();
            if (type == Oids.ContentType) Require(values.ReadObjectIdentifier() == Oids.Data, "cms-attributes", "The signature is about another kind of content.");
            else if (type == Oids.MessageDigest) messageDigest = values.ReadOctetString();
            else if (type == Oids.SigningCertificateV2) ReadSigningCertificate(values.ReadSequence().ReadSequence());
            else values.ReadEncodedValue();
            values.ThrowIfNotEmpty();
        }
        Require(types.Contains(Oids.ContentType) && types.Contains(Oids.MessageDigest), "cms-attributes", "The signature lacks a required signed attribute.");
    }

    void ReadSigningCertificate(AsnReader references)
    {
        var first = references.ReadSequence();
        essHash = HashAlgorithmName.SHA256;
        if (first.PeekTag().HasSameClassAndValue(Asn1Tag.Sequence))
            essHash = Oids.Hash(first.ReadSequence().ReadObjectIdentifier()) ?? throw new CmsRefusedException("algorithm", "The signature uses a digest that is not accepted.");
        certificateHash = first.ReadOctetString();
    }

    /// <summary>Checks digest, certificate reference and signature, in this order.</summary>
    /// <exception cref="CmsRefusedException">One of them does not hold.</exception>
    public void Verify(ReadOnlySpan<byte> contentDigest)
    {
        Require(messageDigest.AsSpan().SequenceEqual(contentDigest), "digest", "The document was changed: it is not what was signed.");
        if (HasSigningCertificate)
            Require(certificateHash.AsSpan().SequenceEqual(CryptographicOperations.HashData(essHash, Signer.RawData)), "ess", "The signature names another certificate than the one it carries.");
        Require(PublicKeys.SignatureRoom(Signer) is not null, "algorithm", "The signer's key is of a kind or size that is not accepted.");
        Require(PublicKeys.Verify(Signer, signedAttributes, signature, algorithm), "signature", "The signature does not belong to the certificate.");
    }

    static void Require(bool condition, string code, string message)
    {
        if (!condition) throw new CmsRefusedException(code, message);
    }
}
