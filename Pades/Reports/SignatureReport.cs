namespace Balie.Pades;

/// <summary>What stands against a signature: a stable word, a sentence, and what it means for the verdict (ETSI EN 319 102-1, 5.1.3).</summary>
public sealed record SignatureProblem(string Code, string Message, SubIndication SubIndication = SubIndication.FormatFailure);

/// <summary>What was found about one signature, in the order of the signed revisions (ETSI EN 319 102-1, 5.1.3).</summary>
public sealed record SignatureReport
{
    /// <summary>Full name of the field.</summary>
    public required string Field { get; init; }

    /// <summary>Common name in the certificate; null when there is none that can be read.</summary>
    public string? Signer { get; init; }

    /// <summary>The baseline level that was proven, B-B or B-T (ETSI EN 319 142-1, 6); null when the signature is of another kind.</summary>
    public string? Level { get; init; }

    /// <summary>The earliest moment at which a time stamp proves that the signature existed.</summary>
    public DateTimeOffset? ProvenTime { get; init; }

    /// <summary>The time the signer's side wrote down (/M); nobody vouches for it.</summary>
    public DateTimeOffset? ClaimedTime { get; init; }

    public string? Reason { get; init; }

    /// <summary>Which state of the file was signed, from 1; 0 when it is none.</summary>
    public int Revision { get; init; }

    /// <summary>How many pages the signer saw; 0 when that cannot be said.</summary>
    public int Pages { get; init; }

    /// <summary>Length in bytes of what was signed, the signature's own gap included.</summary>
    public int SignedLength { get; init; }

    /// <summary>The signed bytes are unchanged, lie around exactly this signature, and the signature fits its certificate.</summary>
    public bool Intact { get; init; }

    /// <summary>The certificate leads to one of the given trust anchors.</summary>
    public bool Trusted { get; init; }

    /// <summary>Nothing was added after it.</summary>
    public bool CoversWholeFile { get; init; }

    /// <summary>What was added after it is only what this signature allows.</summary>
    public bool LaterChangesAllowed { get; init; }

    /// <summary>What later revisions did to what was signed, oldest first.</summary>
    public IReadOnlyList<LaterChange> ChangesAfter { get; init; } = [];

    /// <summary>Everything that stands against the signature; empty when there is nothing.</summary>
    public IReadOnlyList<SignatureProblem> Problems { get; init; } = [];

    /// <summary>What a reader should know and what does not stand against the signature.</summary>
    public IReadOnlyList<SignatureProblem> Warnings { get; init; } = [];

    /// <summary>The gravest of the problems, in the words of the standard; null when it passed.</summary>
    public SubIndication? SubIndication => Problems.Count == 0 ? null : Problems.Min(problem => problem.SubIndication);

    public Verdict Verdict => SubIndication.Verdict();

    /// <summary>One line for a log.</summary>
    public override string ToString() =>
        $"{Field}: signer {Signer}, intact {Intact}, trusted {Trusted}, whole file {CoversWholeFile}, later changes allowed {LaterChangesAllowed}. {string.Join(" ", Problems.Select(problem => problem.Message))}".TrimEnd();

    /// <summary>TOTAL-PASSED: intact, trusted, and not undone by what came later.</summary>
    public bool Passed => Verdict == Verdict.TotalPassed;
}

/// <summary>What a later revision did (ISO 32000-2, 12.8.2.2, and what it does not name).</summary>
public enum ChangeKind
{
    SignatureAdded, TimeStampAdded, ValidationDataAdded, FieldFilled, AnnotationAdded, AnnotationChanged, AnnotationRemoved, FieldAdded,
    DescriptionChanged, FormChanged, PageChanged, PagesAddedOrRemoved, ContentChanged, SignatureRemoved, HiddenBytes
}

/// <summary>One change that a later revision made, as a signature judges it (ISO 32000-2, 12.8.2.2 to 12.8.2.4).</summary>
/// <param name="Revision">The revision that made it, from 1; the one after the last when bytes stand outside every revision.</param>
/// <param name="Subject">The field, key or object it is about, ready to be shown; null when there is nothing to name.</param>
/// <param name="Pages">The pages on which it shows, from 1; empty when it shows on none.</param>
/// <param name="Allowed">Whether this signature allows it.</param>
public sealed record LaterChange(int Revision, ChangeKind Kind, string? Subject, IReadOnlyList<int> Pages, bool Allowed);
