using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Balie.Pades.Cms;

internal enum KeyKind { RsaPkcs1, RsaPss, Ecdsa, Ed25519 }

/// <summary>
/// How a value is made, as an AlgorithmIdentifier: PKCS#1 v1.5 has NULL parameters, ECDSA none (RFC 5754, 3), PSS names its
/// digest, MGF1 with the same digest and a salt as long as the digest (RFC 4056, 3; RFC 8017, A.2.3).
/// </summary>
internal readonly record struct SignatureAlgorithm(HashAlgorithmName Hash, KeyKind Kind)
{
    const int Sha256Bytes = 32, Sha384Bytes = 48, Sha512Bytes = 64;

    public static SignatureAlgorithm Of(X509Certificate2 signer, HashAlgorithmName hash, RsaPadding padding) =>
        new(hash, PublicKeys.IsEcdsa(signer) ? KeyKind.Ecdsa : padding == RsaPadding.Pss ? KeyKind.RsaPss : KeyKind.RsaPkcs1);

    public RSASignaturePadding Padding => Kind == KeyKind.RsaPss ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1;

    int SaltLength => Hash.Name switch { "SHA256" => Sha256Bytes, "SHA384" => Sha384Bytes, _ => Sha512Bytes };

    public void Write(AsnWriter writer)
    {
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(Kind switch { KeyKind.Ecdsa => Oids.WithEcdsa(Hash), KeyKind.RsaPss => Oids.RsaPss, _ => Oids.WithRsa(Hash) });
            if (Kind == KeyKind.RsaPkcs1) writer.WriteNull();
            if (Kind == KeyKind.RsaPss) WriteParameters(writer);
        }
    }

    void WriteParameters(AsnWriter writer)
    {
        using (writer.PushSequence())
        {
            using (writer.PushSequence(Context(0))) Digest(writer);
            using (writer.PushSequence(Context(1)))
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier(Oids.Mgf1);
                Digest(writer);
            }
            using (writer.PushSequence(Context(2))) writer.WriteInteger(SaltLength);
        }
    }

    void Digest(AsnWriter writer)
    {
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(Oids.Digest(Hash));
            writer.WriteNull();
        }
    }

    /// <summary>Null when it does not go with this key and digest.</summary>
    public static SignatureAlgorithm? Read(AsnReader identifier, X509Certificate2 signer, HashAlgorithmName digest)
    {
        var oid = identifier.ReadObjectIdentifier();
        if (PublicKeys.IsEd25519(signer)) return oid == Oids.Ed25519 && digest == HashAlgorithmName.SHA512 ? new(digest, KeyKind.Ed25519) : null; // RFC 8419, 3.1
        if (PublicKeys.IsEcdsa(signer)) return oid == Oids.WithEcdsa(digest) ? new(digest, KeyKind.Ecdsa) : null;
        if (oid == Oids.Rsa || oid == Oids.WithRsa(digest)) return new(digest, KeyKind.RsaPkcs1);
        var pss = new SignatureAlgorithm(digest, KeyKind.RsaPss);
        return oid == Oids.RsaPss && identifier.HasData && pss.HasParameters(identifier.ReadSequence()) ? pss : null;
    }

    bool HasParameters(AsnReader parameters)
    {
        if (!parameters.HasData || parameters.ReadSequence(Context(0)).ReadSequence().ReadObjectIdentifier() != Oids.Digest(Hash)) return false;
        if (!parameters.HasData) return false;
        var mask = parameters.ReadSequence(Context(1)).ReadSequence();
        if (mask.ReadObjectIdentifier() != Oids.Mgf1 || mask.ReadSequence().ReadObjectIdentifier() != Oids.Digest(Hash)) return false;
        if (!parameters.HasData || parameters.ReadSequence(Context(2)).ReadInteger() != SaltLength) return false;
        return !parameters.HasData || parameters.ReadSequence(Context(3)).ReadInteger() == 1 && !parameters.HasData;
    }

    static Asn1Tag Context(int number) => new(TagClass.ContextSpecific, number);
}
