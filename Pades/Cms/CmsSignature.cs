using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Balie.Pades.Cms;

/// <summary>Why a CMS value is no acceptable signature, and what that means for the verdict.</summary>
internal sealed class CmsRefusedException(string code, string message, SubIndication subIndication = SubIndication.FormatFailure) : Exception(message)
{
    public string Code { get; } = code;
    public SubIndication SubIndication { get; } = subIndication;
}

/// <summary>
/// A detached CMS signature as PAdES allows it (RFC 5652; ETSI EN 319 142-1, 6.3), read strictly: one signer, no content
/// inside, no attribute twice, algorithms that agree, and an ESS reference to the very certificate.
/// </summary>
internal sealed class CmsSignature
{
    static readonly Asn1Tag Context0 = new(TagClass.ContextSpecific, 0), Context1 = new(TagClass.ContextSpecific, 1);

    /// <summary>How a signer is named who is not named by issuer and serial number (RFC 5652, 5.3).</summary>
    const byte ContextPrimitive0 = 0x80;

    readonly CertificateReader reader;
    readonly List<X509Certificate2> certificates = [];
    readonly List<ReadOnlyMemory<byte>> timeStamps = [];
    byte[] signedAttributes = [], signature = [], messageDigest = [];
    EssReference? ess;

    CmsSignature(CertificateReader reader) => this.reader = reader;

    public HashAlgorithmName Digest { get; private set; }
    public SignatureAlgorithm Algorithm { get; private set; }
    public X509Certificate2 Signer { get; private set; } = null!;
    public IReadOnlyList<X509Certificate2> Certificates => certificates;

    /// <summary>The signature value: what a signature time stamp stamps.</summary>
    public ReadOnlyMemory<byte> Value => signature;

    /// <summary>Signature time stamps as they were found (ETSI EN 319 122-1, 5.3), not yet judged.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> TimeStamps => timeStamps;

    /// <summary>Whether the reference to the signer's certificate was there (it is missing in signatures older than PAdES).</summary>
    public bool HasSigningCertificate => ess is not null;

    /// <summary>Reads the value of /Contents: the CMS, and after it zeros only.</summary>
    /// <exception cref="CmsRefusedException">It is something else, or ambiguous.</exception>
    public static CmsSignature Read(ReadOnlyMemory<byte> contents, CertificateReader reader)
    {
        try
        {
            var outer = new AsnReader(contents, AsnEncodingRules.BER);
            var length = outer.PeekEncodedValue().Length;
            if (contents.Span[length..].ContainsAnyExcept((byte)0)) throw new CmsRefusedException("padding", "Something is hidden behind the signature.");
            var result = new CmsSignature(reader);
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
        Require(signers.HasData, "cms-signers", "Nobody signed the signature's data.");
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
            if (encoded.Span[0] == 0x30) certificates.Add(reader.Read(encoded.Span));
        }
    }

    void ReadSigner(AsnReader signer)
    {
        signer.ReadInteger();
        var identifier = signer.ReadEncodedValue();
        var digest = signer.ReadSequence().ReadObjectIdentifier();
        Require(signer.HasData && signer.PeekTag().HasSameClassAndValue(Context0), "cms-attributes", "The signature has no signed attributes.");
        signedAttributes = signer.PeekEncodedValue().ToArray();
        signedAttributes[0] = 0x31;
        ReadSignedAttributes(signer.ReadSetOf(Context0));
        Digest = Oids.Hash(digest) ?? throw Weak("The signature uses a digest that is no longer, or not, accepted.");
        Signer = FindSigner(identifier);
        Algorithm = SignatureAlgorithm.Read(signer.ReadSequence(), Signer, Digest)
            ?? throw new CmsRefusedException("algorithm", "Digest, key and signature algorithm do not agree.");
        signature = signer.ReadOctetString();
        if (signer.HasData && signer.PeekTag().HasSameClassAndValue(Context1)) ReadUnsignedAttributes(signer.ReadSetOf(Context1));
        signer.ThrowIfNotEmpty();
    }

    X509Certificate2 FindSigner(ReadOnlyMemory<byte> identifier)
    {
        var named = certificates.Where(certificate => IsNamed(certificate, identifier)).ToArray();
        if (named.Length == 0) throw Nobody("certificate-missing", "The signer's certificate is not in the signature.");
        return ess is null ? named[0] : named.FirstOrDefault(ess.IsOf) ?? throw Nobody("ess", "The signature names another certificate than the one it carries.");
    }

    static bool IsNamed(X509Certificate2 certificate, ReadOnlyMemory<byte> identifier)
    {
        if (identifier.Span[0] == ContextPrimitive0)
            return certificate.Extensions.OfType<X509SubjectKeyIdentifierExtension>().FirstOrDefault() is { } known
                && known.SubjectKeyIdentifierBytes.Span.SequenceEqual(new AsnReader(identifier, AsnEncodingRules.BER).ReadOctetString(Context0));
        if (identifier.Span[0] != 0x30) return false;
        var reader = new AsnReader(identifier, AsnEncodingRules.BER).ReadSequence();
        return reader.ReadEncodedValue().Span.SequenceEqual(certificate.IssuerName.RawData)
            && reader.ReadIntegerBytes().Span.SequenceEqual(certificate.SerialNumberBytes.Span);
    }

    void ReadSignedAttributes(AsnReader set)
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
            else if (type is Oids.SigningCertificateV2 or Oids.SigningCertificate) ess = EssReference.Read(values.ReadSequence(), type);
            else values.ReadEncodedValue();
            Require(!values.HasData, "cms-attributes", "A signed attribute has several values.");
        }
        Require(types.Contains(Oids.ContentType) && types.Contains(Oids.MessageDigest), "cms-attributes", "The signature lacks a required signed attribute.");
        Require(!(types.Contains(Oids.SigningCertificate) && types.Contains(Oids.SigningCertificateV2)), "cms-attributes", "The signature names its certificate twice.");
    }

    void ReadUnsignedAttributes(AsnReader set)
    {
        while (set.HasData)
        {
            var attribute = set.ReadSequence();
            var type = attribute.ReadObjectIdentifier();
            for (var values = attribute.ReadSetOf(); values.HasData;)
            {
                var value = values.ReadEncodedValue();
                if (type == Oids.TimestampToken && timeStamps.Count < 8) timeStamps.Add(value);
            }
        }
    }

    /// <summary>Checks digest and signature, in this order.</summary>
    /// <exception cref="CmsRefusedException">One of them does not hold.</exception>
    public void Verify(ReadOnlySpan<byte> contentDigest)
    {
        if (!messageDigest.AsSpan().SequenceEqual(contentDigest))
            throw new CmsRefusedException("digest", "The document was changed: it is not what was signed.", SubIndication.HashFailure);
        if (!PublicKeys.IsReadable(Signer)) throw Weak("The signer's key is of a kind or size that is not accepted.");
        if (!PublicKeys.Verify(Signer, signedAttributes, signature, Algorithm))
            throw new CmsRefusedException("signature", "The signature does not belong to the certificate.", SubIndication.SigCryptoFailure);
    }

    static CmsRefusedException Nobody(string code, string message) => new(code, message, SubIndication.NoSigningCertificateFound);

    static CmsRefusedException Weak(string message) => new("algorithm-weak", message, SubIndication.CryptoConstraintsFailureNoPoe);

    static void Require(bool condition, string code, string message)
    {
        if (!condition) throw new CmsRefusedException(code, message);
    }
}

/// <summary>The reference to the signer's certificate among the signed attributes (RFC 5035, 3 and 4; the first version knows SHA-1 only).</summary>
internal sealed record EssReference(HashAlgorithmName Hash, byte[] CertificateHash)
{
    public static EssReference Read(AsnReader attribute, string type)
    {
        var first = attribute.ReadSequence().ReadSequence();
        var hash = type == Oids.SigningCertificate ? HashAlgorithmName.SHA1 : HashAlgorithmName.SHA256;
        if (type == Oids.SigningCertificateV2 && first.PeekTag().HasSameClassAndValue(Asn1Tag.Sequence))
            hash = Oids.Hash(first.ReadSequence().ReadObjectIdentifier())
                ?? throw new CmsRefusedException("algorithm-weak", "The signature names its certificate by a digest that is not accepted.", SubIndication.CryptoConstraintsFailureNoPoe);
        return new EssReference(hash, first.ReadOctetString());
    }

    public bool IsOf(X509Certificate2 certificate) => CertificateHash.AsSpan().SequenceEqual(CryptographicOperations.HashData(Hash, certificate.RawData));
}
