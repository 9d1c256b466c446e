using System.Security.Cryptography.X509Certificates;

namespace Balie.Pades;

/// <summary>Whether a certificate whose revocation cannot be judged may pass (ETSI EN 319 102-1, 5.2.5 and 5.2.6).</summary>
public enum RevocationRule
{
    /// <summary>Without revocation data the verdict is INDETERMINATE.</summary>
    Require,

    /// <summary>It passes, and the report says that revocation was not checked.</summary>
    Soft
}

/// <summary>Under which constraints signatures are judged (ETSI EN 319 102-1, 5.1.4).</summary>
public sealed record VerificationPolicy
{
    /// <summary>Certificates that are believed as they are; they may be roots or authorities below one.</summary>
    public IReadOnlyCollection<X509Certificate2> TrustAnchors { get; init; } = [];

    /// <summary>Anchors for time stamp authorities; null means the same as for signers.</summary>
    public IReadOnlyCollection<X509Certificate2>? TimeStampAnchors { get; init; }

    public RevocationRule Revocation { get; init; } = RevocationRule.Require;

    /// <summary>The moment of validation: what no time stamp proves to be older is judged at this time.</summary>
    public required DateTimeOffset At { get; init; }
}
