namespace Balie.Pades;

/// <summary>What is wrong with a signature: a stable word and a sentence.</summary>
public sealed record SignatureProblem(string Code, string Message);

/// <summary>What was found about one signature, in the order of the signed revisions.</summary>
public sealed record SignatureReport
{
    /// <summary>Full name of the field.</summary>
    public required string Field { get; init; }

    /// <summary>Common name in the certificate; null when there is none that can be read.</summary>
    public string? Signer { get; init; }

    /// <summary>The time the signer's side wrote down (/M); nobody vouches for it at level B-B.</summary>
    public DateTimeOffset? ClaimedTime { get; init; }

    public string? Reason { get; init; }

    /// <summary>Length in bytes of what was signed, the signature's own gap included.</summary>
    public int SignedLength { get; init; }

    /// <summary>The signed bytes are unchanged, lie around exactly this signature, and the signature fits its certificate.</summary>
    public bool Intact { get; init; }

    /// <summary>The certificate leads to one of the given trust anchors. Revocation is not looked up.</summary>
    public bool Trusted { get; init; }

    /// <summary>Nothing was added after it.</summary>
    public bool CoversWholeFile { get; init; }

    /// <summary>What was added after it is only what may be: further signatures and their fields.</summary>
    public bool LaterChangesAllowed { get; init; }

    /// <summary>Everything that stands against the signature; empty when there is nothing.</summary>
    public IReadOnlyList<SignatureProblem> Problems { get; init; } = [];

    /// <summary>One line for a log.</summary>
    public override string ToString() =>
        $"{Field}: signer {Signer}, intact {Intact}, trusted {Trusted}, whole file {CoversWholeFile}, later changes allowed {LaterChangesAllowed}. {string.Join(" ", Problems.Select(problem => problem.Message))}".TrimEnd();

    /// <summary>Intact, trusted, and not undone by what came later.</summary>
    public bool Passed => Intact && Trusted && LaterChangesAllowed;
}
