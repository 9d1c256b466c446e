using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Balie.Pdf;

namespace Balie.Pades;

/// <summary>How an RSA key signs (RFC 8017, 8). PKCS#1 v1.5 ends on 2029-01-01 in TS 119 312; PSS with 3000 bits or more stays.</summary>
public enum RsaPadding { Pkcs1, Pss }

/// <summary>Levels of ETSI EN 319 142-1, 6: B-B is the signature alone, B-T carries a time stamp over its value.</summary>
public enum SignatureLevel { BaselineB, BaselineT }

/// <summary>
/// What one signature (ETSI EN 319 142-1, 6.3) shall be. The algorithm follows from the certificate: RSA of at least 2048 bits,
/// or ECDSA on P-256, P-384 or P-521.
/// </summary>
public sealed record SignatureRequest
{
    /// <summary>An empty field of the file, or the name of a new one (without full stop).</summary>
    public required string FieldName { get; init; }

    /// <summary>The signer's certificate first, then those that issued it; the root may stay away. A key at hand brings its own.</summary>
    public IReadOnlyList<X509Certificate2> Chain { get; init; } = [];

    /// <summary>Goes into /M with its offset. PAdES has no signing-time attribute (EN 319 142-1, 6.3 g).</summary>
    public required DateTimeOffset SigningTime { get; init; }

    /// <summary>After this moment the prepared signature is refused and has to be prepared again.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>SHA-256, SHA-384 or SHA-512.</summary>
    public HashAlgorithmName Digest { get; init; } = HashAlgorithmName.SHA256;

    /// <summary>Says nothing for ECDSA keys.</summary>
    public RsaPadding RsaPadding { get; init; }

    public SignatureLevel Level { get; init; }

    /// <summary>
    /// Bytes kept free for the time stamp of a B-T signature: <see cref="Timestamps.RoomAsync"/> asks the authority for a trial token.
    /// Room that is too small is found only after the signer typed their code.
    /// </summary>
    public int TimestampRoom { get; init; }

    /// <summary>Makes this the certification signature, which must be the file's first (ISO 32000-2, 12.8.2.2). Null: an approval signature.</summary>
    public ChangePermission? Certify { get; init; }

    /// <summary>Which fields close once this new field is signed (12.7.5.5); a field placed before has its own lock.</summary>
    public FieldLock? Lock { get; init; }

    /// <summary>The signer's name as it should read in a viewer (/Name); it proves nothing, the certificate does.</summary>
    public string? SignerName { get; init; }

    public string? Reason { get; init; }

    public string? Location { get; init; }

    /// <summary>What a screen reader says for a new field (/TU); a field that was placed before keeps its own.</summary>
    public string? AccessibleName { get; init; }

    /// <summary>Null signs invisibly, or leaves a placed field blank.</summary>
    public SignatureAppearance? Appearance { get; init; }

    /// <summary>Where a new field goes; null for a field that was placed before, for an invisible signature, and on a file that is signed already.</summary>
    public SignaturePlace? Place { get; init; }
}

/// <summary>A signature field to be placed empty, before anyone signs (ISO 32000-2, 12.7.5.5).</summary>
/// <param name="Name">Unique in the form, without full stop.</param>
/// <param name="AccessibleName">What a screen reader says, e.g. "Handtekening van Gerrit Maes, burger".</param>
/// <param name="Place">Null makes an invisible field.</param>
/// <param name="Lock">What closes when this field is signed.</param>
public sealed record EmptySignatureField(string Name, string AccessibleName, SignaturePlace? Place, FieldLock? Lock = null);
