using System.Security.Cryptography.X509Certificates;
using Balie.Pades.Cms;

namespace Balie.Pades;

/// <summary>
/// Until when an algorithm is believed (ETSI TS 119 312 v1.5.1, 7 to 9). RSA below 3000 bits, and PKCS#1 v1.5 with any key, end on
/// 2029-01-01; PSS from 3000 bits and ECDSA on P-256, P-384, P-521 stay. Ed25519 (ISO/TS 32002) is not in the catalogue: it is verified, and said.
/// </summary>
internal static class AlgorithmTable
{
    const int SmallestRsa = 1900, LongLivedRsa = 3000;

    static readonly DateTimeOffset EndOfPkcs1 = new(2029, 1, 1, 0, 0, 0, TimeSpan.Zero), LongAgo = DateTimeOffset.MinValue;

    /// <summary>The moment from which a signature by this key is no longer believed; null when no end is known.</summary>
    public static DateTimeOffset? EndOf(X509Certificate2 signer, KeyKind kind)
    {
        if (kind == KeyKind.Ed25519) return null;
        if (PublicKeys.RsaBits(signer) is { } bits) return bits < SmallestRsa ? LongAgo : kind == KeyKind.RsaPss && bits >= LongLivedRsa ? null : EndOfPkcs1;
        return PublicKeys.IsOnKnownCurve(signer) ? null : LongAgo;
    }

    /// <summary>The same for the signature an authority put on a certificate.</summary>
    public static DateTimeOffset? EndOfIssuing(X509Certificate2 certificate, X509Certificate2 issuer) => certificate.SignatureAlgorithm.Value switch
    {
        Oids.Ed25519 => null,
        Oids.RsaPss => EndOf(issuer, KeyKind.RsaPss),
        { } oid when Oids.IsWithRsa(oid) => EndOf(issuer, KeyKind.RsaPkcs1),
        { } oid when Oids.IsWithEcdsa(oid) => EndOf(issuer, KeyKind.Ecdsa),
        _ => LongAgo
    };

    /// <summary>What stands against an algorithm that ended, given the earliest proof that the signature existed.</summary>
    public static SignatureProblem? Judge(DateTimeOffset? end, DateTimeOffset? proven, DateTimeOffset at)
    {
        if (end is not { } ended || (proven ?? at) < ended) return null;
        return new("algorithm-ended", "An algorithm or key length is no longer believed (ETSI TS 119 312).",
            proven is null ? SubIndication.CryptoConstraintsFailureNoPoe : SubIndication.CryptoConstraintsFailure);
    }
}
