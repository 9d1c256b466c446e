using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Balie.Pades.Cms;

/// <summary>
/// Writes the CMS of a CAdES-B-B signature without content (RFC 5652, 5; ETSI EN 319 122-1, 5 and EN 319 142-1, 6.3):
/// content type, message digest and signing-certificate-v2 as signed attributes, and no signing time.
/// </summary>
internal static class CmsWriter
{
    /// <summary>The signed attributes as the SET that is hashed (RFC 5652, 5.4).</summary>
    public static byte[] SignedAttributes(HashAlgorithmName hash, ReadOnlySpan<byte> messageDigest, X509Certificate2 signer)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSetOf())
        {
            using (Attribute(writer, Oids.ContentType)) WriteSet(writer, set => set.WriteObjectIdentifier(Oids.Data));
            var digest = messageDigest.ToArray();
            using (Attribute(writer, Oids.MessageDigest)) WriteSet(writer, set => set.WriteOctetString(digest));
            using (Attribute(writer, Oids.SigningCertificateV2)) WriteSet(writer, set => SigningCertificate(set, hash, signer));
        }
        return writer.Encode();
    }

    static AsnWriter.Scope Attribute(AsnWriter writer, string type)
    {
        var scope = writer.PushSequence();
        writer.WriteObjectIdentifier(type);
        return scope;
    }

    static void WriteSet(AsnWriter writer, Action<AsnWriter> value)
    {
        using (writer.PushSetOf()) value(writer);
    }

    /// <summary>RFC 5035, 4: the hash algorithm is left out when it is the default, SHA-256.</summary>
    static void SigningCertificate(AsnWriter writer, HashAlgorithmName hash, X509Certificate2 signer)
    {
        using (writer.PushSequence())
        using (writer.PushSequence())
        using (writer.PushSequence())
        {
            if (hash != HashAlgorithmName.SHA256) Algorithm(writer, Oids.Digest(hash), withNull: false);
            writer.WriteOctetString(CryptographicOperations.HashData(hash, signer.RawData));
        }
    }

    public static byte[] SignedData(
        HashAlgorithmName hash, ReadOnlyMemory<byte> signedAttributes, IReadOnlyList<X509Certificate2> chain, bool ecdsa, ReadOnlySpan<byte> signature)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(Oids.SignedData);
            using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
            using (writer.PushSequence())
            {
                writer.WriteInteger(1);
                using (writer.PushSetOf()) Algorithm(writer, Oids.Digest(hash), withNull: false);
                using (writer.PushSequence()) writer.WriteObjectIdentifier(Oids.Data);
                using (writer.PushSetOf(new Asn1Tag(TagClass.ContextSpecific, 0)))
                    foreach (var certificate in chain) writer.WriteEncodedValue(certificate.RawData);
                using (writer.PushSetOf()) SignerInfo(writer, hash, signedAttributes, chain[0], ecdsa, signature);
            }
        }
        return writer.Encode();
    }

    static void SignerInfo(
        AsnWriter writer, HashAlgorithmName hash, ReadOnlyMemory<byte> signedAttributes, X509Certificate2 signer, bool ecdsa, ReadOnlySpan<byte> signature)
    {
        using (writer.PushSequence())
        {
            writer.WriteInteger(1);
            using (writer.PushSequence())
            {
                writer.WriteEncodedValue(signer.IssuerName.RawData);
                writer.WriteInteger(signer.SerialNumberBytes.Span);
            }
            Algorithm(writer, Oids.Digest(hash), withNull: false);
            byte[] implicitlyTagged = [0xA0, .. signedAttributes.Span[1..]];
            writer.WriteEncodedValue(implicitlyTagged);
            Algorithm(writer, Oids.Signature(hash, ecdsa), withNull: !ecdsa);
            writer.WriteOctetString(signature);
        }
    }

    static void Algorithm(AsnWriter writer, string oid, bool withNull)
    {
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(oid);
            if (withNull) writer.WriteNull();
        }
    }
}
