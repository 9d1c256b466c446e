using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Balie.Pades.Cms;

/// <summary>What a certificate's key may do here, and whether a value is its signature.</summary>
internal static class PublicKeys
{
    const int SmallestRsa = 2048, LargestRsa = 8192;
    static readonly HashSet<string?> Curves = ["1.2.840.10045.3.1.7", "1.3.132.0.34", "1.3.132.0.35"];

    public static bool IsEcdsa(X509Certificate2 certificate) => certificate.PublicKey.Oid.Value == Oids.EcPublicKey;

    /// <summary>Bytes a signature of this key takes at most in CMS, or null when the key is of a kind or size that is refused.</summary>
    public static int? SignatureRoom(X509Certificate2 certificate)
    {
        try
        {
            using var rsa = certificate.GetRSAPublicKey();
            if (rsa is not null) return rsa.KeySize is >= SmallestRsa and <= LargestRsa ? (rsa.KeySize + 7) / 8 : null;
            using var ecdsa = certificate.GetECDsaPublicKey();
            return ecdsa is not null && Curves.Contains(ecdsa.ExportParameters(false).Curve.Oid?.Value) ? ecdsa.GetMaxSignatureSize(DSASignatureFormat.Rfc3279DerSequence) : null;
        }
        catch (CryptographicException)
        {
            return null; // a key this platform cannot read is one it cannot verify
        }
    }

    /// <summary>Verifies a value as CMS carries it: PKCS#1 v1.5, PSS, or ECDSA as a DER sequence.</summary>
    public static bool Verify(X509Certificate2 certificate, ReadOnlySpan<byte> signed, ReadOnlySpan<byte> signature, SignatureAlgorithm algorithm)
    {
        try
        {
            using var rsa = certificate.GetRSAPublicKey();
            if (rsa is not null) return rsa.VerifyData(signed, signature, algorithm.Hash, algorithm.Padding);
            using var ecdsa = certificate.GetECDsaPublicKey();
            return ecdsa is not null && ecdsa.VerifyData(signed, signature, algorithm.Hash, DSASignatureFormat.Rfc3279DerSequence);
        }
        catch (CryptographicException)
        {
            return false; // not even shaped as a signature of this key
        }
    }

    /// <summary>Cards and PKCS#11 return ECDSA values as R||S; CMS wants them as a DER sequence. Null when the value verifies as neither.</summary>
    public static byte[]? AsVerifiedForCms(X509Certificate2 certificate, ReadOnlySpan<byte> signed, ReadOnlySpan<byte> value, SignatureAlgorithm algorithm)
    {
        if (Verify(certificate, signed, value, algorithm)) return value.ToArray();
        if (!IsEcdsa(certificate) || value.Length is 0 || value.Length % 2 != 0) return null;
        var der = AsSequence(value);
        return Verify(certificate, signed, der, algorithm) ? der : null;
    }

    static byte[] AsSequence(ReadOnlySpan<byte> value)
    {
        var writer = new System.Formats.Asn1.AsnWriter(System.Formats.Asn1.AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteIntegerUnsigned(Trimmed(value[..(value.Length / 2)]));
            writer.WriteIntegerUnsigned(Trimmed(value[(value.Length / 2)..]));
        }
        return writer.Encode();
    }

    static ReadOnlySpan<byte> Trimmed(ReadOnlySpan<byte> number)
    {
        while (number.Length > 1 && number[0] == 0) number = number[1..];
        return number;
    }
}
