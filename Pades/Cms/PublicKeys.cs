using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Org.BouncyCastle.Math.EC.Rfc8032;

namespace Balie.Pades.Cms;

/// <summary>What a certificate's key may do here, and whether a value is its signature.</summary>
internal static class PublicKeys
{
    const int SmallestRsa = 2048, LargestRsa = 8192;
    static readonly HashSet<string?> Curves = ["1.2.840.10045.3.1.7", "1.3.132.0.34", "1.3.132.0.35"];

    /// <summary>Keys that were opened stay open as long as their certificate: opening takes longer than verifying.</summary>
    static readonly ConditionalWeakTable<X509Certificate2, OpenKey> Opened = [];

    /// <summary>The public key as this platform holds it, or neither when it cannot read it and so cannot verify. It is only ever read.</summary>
    sealed class OpenKey : IDisposable
    {
        public OpenKey(X509Certificate2 certificate)
        {
            Kind = certificate.PublicKey.Oid.Value;
            try
            {
                Rsa = certificate.GetRSAPublicKey();
                if (Rsa is null && (Ecdsa = certificate.GetECDsaPublicKey()) is not null) Curve = Ecdsa.ExportParameters(false).Curve.Oid?.Value;
            }
            catch (CryptographicException e)
            {
                (Rsa, Ecdsa, failure) = (null, null, e); // what is not understood is refused by who asks
            }
        }

        readonly CryptographicException? failure;

        public OpenKey OrThrow() => failure is null ? this : throw new CryptographicException(failure.Message, failure);

        public string? Kind { get; }
        public RSA? Rsa { get; private set; }
        public ECDsa? Ecdsa { get; private set; }
        public string? Curve { get; }

        public void Dispose()
        {
            Rsa?.Dispose();
            Ecdsa?.Dispose();
        }
    }

    static OpenKey Open(X509Certificate2 certificate) => Opened.GetValue(certificate, static known => new OpenKey(known));

    /// <summary>Closes a certificate's key before its certificate goes.</summary>
    public static void Close(X509Certificate2 certificate)
    {
        if (Opened.Remove(certificate, out var key)) key.Dispose();
    }

    public static bool IsEcdsa(X509Certificate2 certificate) => Open(certificate).Kind == Oids.EcPublicKey;

    public static bool IsEd25519(X509Certificate2 certificate) => Open(certificate).Kind == Oids.Ed25519;

    /// <summary>Whether a signature of this key can be verified at all; whether it should still be believed is another question.</summary>
    public static bool IsReadable(X509Certificate2 certificate) =>
        IsEd25519(certificate) || (Open(certificate) is { Rsa: { } rsa } ? rsa.KeySize <= LargestRsa : Open(certificate).Ecdsa is not null);

    /// <summary>Length of an RSA key; null when it is of another kind.</summary>
    /// <exception cref="CryptographicException">The certificate's key cannot be read.</exception>
    public static int? RsaBits(X509Certificate2 certificate) => Open(certificate).OrThrow().Rsa?.KeySize;

    /// <summary>Whether it is an ECDSA key on P-256, P-384 or P-521.</summary>
    /// <exception cref="CryptographicException">The certificate's key cannot be read.</exception>
    public static bool IsOnKnownCurve(X509Certificate2 certificate) => Open(certificate).OrThrow() is { Ecdsa: not null, Curve: var curve } && Curves.Contains(curve);

    /// <summary>Bytes a signature of this key takes at most in CMS, or null when the key is of a kind or size that is refused.</summary>
    public static int? SignatureRoom(X509Certificate2 certificate) => Open(certificate) switch
    {
        { Rsa: { } rsa } => rsa.KeySize is >= SmallestRsa and <= LargestRsa ? (rsa.KeySize + 7) / 8 : null,
        { Ecdsa: { } ecdsa, Curve: var curve } when Curves.Contains(curve) => ecdsa.GetMaxSignatureSize(DSASignatureFormat.Rfc3279DerSequence),
        _ => null
    };

    /// <summary>Verifies a value as CMS carries it: PKCS#1 v1.5, PSS, ECDSA as a DER sequence, or Ed25519.</summary>
    public static bool Verify(X509Certificate2 certificate, ReadOnlySpan<byte> signed, ReadOnlySpan<byte> signature, SignatureAlgorithm algorithm)
    {
        if (algorithm.Kind == KeyKind.Ed25519) return VerifyEd25519(certificate.PublicKey.EncodedKeyValue.RawData, signed, signature);
        try
        {
            var key = Open(certificate);
            if (key.Rsa is { } rsa) return rsa.VerifyData(signed, signature, algorithm.Hash, algorithm.Padding);
            return key.Ecdsa is { } ecdsa && ecdsa.VerifyData(signed, signature, algorithm.Hash, DSASignatureFormat.Rfc3279DerSequence);
        }
        catch (CryptographicException)
        {
            return false; // not even shaped as a signature of this key
        }
    }

    /// <summary>.NET has no Ed25519 (RFC 8032, 5.1.7).</summary>
    static bool VerifyEd25519(byte[] key, ReadOnlySpan<byte> signed, ReadOnlySpan<byte> signature) =>
        key.Length == Ed25519.PublicKeySize && signature.Length == Ed25519.SignatureSize
        && Ed25519.Verify(signature.ToArray(), 0, key, 0, signed.ToArray(), 0, signed.Length);

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
