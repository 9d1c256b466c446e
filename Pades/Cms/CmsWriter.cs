using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Balie.Pades.Cms;

/// <summary>
/// Writes the CMS of a CAdES-B-B or B-T signature without content (RFC 5652, 5; ETSI EN 319 122-1, 5 and EN 319 142-1, 6.3):
/// content type, message digest and signing-certificate-v2 as signed attributes, and no signing time.
/// </summary>
internal static class CmsWriter
{
    const int TypicalAttributes = 256, TypicalRest = 1024;

    /// <summary>What signing-certificate-v2 says of the signer (RFC 5035, 4).</summary>
    public static byte[] CertificateHash(HashAlgorithmName hash, X509Certificate2 signer) => CryptographicOperations.HashData(hash, signer.RawDataMemory.Span);

    /// <summary>The signed attributes as the SET that is hashed (RFC 5652, 5.4).</summary>
    public static byte[] SignedAttributes(HashAlgorithmName hash, ReadOnlySpan<byte> messageDigest, ReadOnlySpan<byte> certificateHash)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER, TypicalAttributes);
        using (writer.PushSetOf())
        {
            using (Attribute(writer, Oids.ContentType))
            using (writer.PushSetOf()) writer.WriteObjectIdentifier(Oids.Data);
            using (Attribute(writer, Oids.MessageDigest))
            using (writer.PushSetOf()) writer.WriteOctetString(messageDigest);
            using (Attribute(writer, Oids.SigningCertificateV2))
            using (writer.PushSetOf()) SigningCertificate(writer, hash, certificateHash);
        }
        return writer.Encode();
    }

    static AsnWriter.Scope Attribute(AsnWriter writer, string type)
    {
        var scope = writer.PushSequence();
        writer.WriteObjectIdentifier(type);
        return scope;
    }

    /// <summary>RFC 5035, 4: the hash algorithm is left out when it is the default, SHA-256.</summary>
    static void SigningCertificate(AsnWriter writer, HashAlgorithmName hash, ReadOnlySpan<byte> certificateHash)
    {
        using (writer.PushSequence())
        using (writer.PushSequence())
        using (writer.PushSequence())
        {
            if (hash != HashAlgorithmName.SHA256) DigestAlgorithm(writer, hash);
            writer.WriteOctetString(certificateHash);
        }
    }

    public static byte[] SignedData(
        SignatureAlgorithm algorithm, ReadOnlyMemory<byte> signedAttributes, IReadOnlyList<ReadOnlyMemory<byte>> chain, X509Certificate2 signer,
        ReadOnlySpan<byte> signature, ReadOnlyMemory<byte> timestampToken)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER, chain.Sum(certificate => certificate.Length) + timestampToken.Length + TypicalRest);
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(Oids.SignedData);
            using (writer.PushSequence(Context(0)))
            using (writer.PushSequence())
            {
                writer.WriteInteger(1);
                using (writer.PushSetOf()) DigestAlgorithm(writer, algorithm.Hash);
                using (writer.PushSequence()) writer.WriteObjectIdentifier(Oids.Data);
                using (writer.PushSetOf(Context(0)))
                    foreach (var certificate in chain) writer.WriteEncodedValue(certificate.Span);
                using (writer.PushSetOf()) SignerInfo(writer, algorithm, signedAttributes, signer, signature, timestampToken);
            }
        }
        return writer.Encode();
    }

    static void SignerInfo(
        AsnWriter writer, SignatureAlgorithm algorithm, ReadOnlyMemory<byte> signedAttributes, X509Certificate2 signer, ReadOnlySpan<byte> signature,
        ReadOnlyMemory<byte> timestampToken)
    {
        using (writer.PushSequence())
        {
            writer.WriteInteger(1);
            using (writer.PushSequence())
            {
                writer.WriteEncodedValue(signer.IssuerName.RawData);
                writer.WriteInteger(signer.SerialNumberBytes.Span);
            }
            DigestAlgorithm(writer, algorithm.Hash);
            byte[] implicitlyTagged = [0xA0, .. signedAttributes.Span[1..]];
            writer.WriteEncodedValue(implicitlyTagged);
            algorithm.Write(writer);
            writer.WriteOctetString(signature);
            if (!timestampToken.IsEmpty) Timestamp(writer, timestampToken);
        }
    }

    /// <summary>The signature-time-stamp attribute (ETSI EN 319 122-1, 5.3), the only unsigned one.</summary>
    static void Timestamp(AsnWriter writer, ReadOnlyMemory<byte> token)
    {
        using (writer.PushSetOf(Context(1)))
        using (Attribute(writer, Oids.TimestampToken))
        using (writer.PushSetOf()) writer.WriteEncodedValue(token.Span);
    }

    static void DigestAlgorithm(AsnWriter writer, HashAlgorithmName hash)
    {
        using (writer.PushSequence()) writer.WriteObjectIdentifier(Oids.Digest(hash));
    }

    static Asn1Tag Context(int number) => new(TagClass.ContextSpecific, number);
}
