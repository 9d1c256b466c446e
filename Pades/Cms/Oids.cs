using System.Security.Cryptography;

namespace Balie.Pades.Cms;

/// <summary>Object identifiers of RFC 5652, RFC 5035, RFC 3161, RFC 8017 and RFC 5758.</summary>
internal static class Oids
{
    public const string Data = "1.2.840.113549.1.7.1", SignedData = "1.2.840.113549.1.7.2";
    public const string ContentType = "1.2.840.113549.1.9.3", MessageDigest = "1.2.840.113549.1.9.4";
    public const string SigningCertificate = "1.2.840.113549.1.9.16.2.12", SigningCertificateV2 = "1.2.840.113549.1.9.16.2.47", TimestampToken = "1.2.840.113549.1.9.16.2.14";
    public const string Rsa = "1.2.840.113549.1.1.1", RsaPss = "1.2.840.113549.1.1.10", Mgf1 = "1.2.840.113549.1.1.8", EcPublicKey = "1.2.840.10045.2.1", Ed25519 = "1.3.101.112";

    static readonly (HashAlgorithmName Hash, string Digest, string WithRsa, string WithEcdsa)[] Suites =
    [
        (HashAlgorithmName.SHA256, "2.16.840.1.101.3.4.2.1", "1.2.840.113549.1.1.11", "1.2.840.10045.4.3.2"),
        (HashAlgorithmName.SHA384, "2.16.840.1.101.3.4.2.2", "1.2.840.113549.1.1.12", "1.2.840.10045.4.3.3"),
        (HashAlgorithmName.SHA512, "2.16.840.1.101.3.4.2.3", "1.2.840.113549.1.1.13", "1.2.840.10045.4.3.4")
    ];

    public static bool IsSupported(HashAlgorithmName hash) => Suites.Any(suite => suite.Hash == hash);

    public static string Digest(HashAlgorithmName hash) => Suites.Single(suite => suite.Hash == hash).Digest;

    public static HashAlgorithmName? Hash(string digest) =>
        Suites.Where(suite => suite.Digest == digest).Select(suite => (HashAlgorithmName?)suite.Hash).SingleOrDefault();

    public static string WithRsa(HashAlgorithmName hash) => Suites.Single(suite => suite.Hash == hash).WithRsa;

    public static string WithEcdsa(HashAlgorithmName hash) => Suites.Single(suite => suite.Hash == hash).WithEcdsa;

    public static bool IsWithRsa(string oid) => Suites.Any(suite => suite.WithRsa == oid);

    public static bool IsWithEcdsa(string oid) => Suites.Any(suite => suite.WithEcdsa == oid);
}
