namespace Balie.Pades;

/// <summary>What was found about a whole file; it has the worst verdict of its signatures (ETSI EN 319 102-1, 5.1.3).</summary>
public sealed record VerificationReport
{
    public required IReadOnlyList<SignatureReport> Signatures { get; init; }

    /// <summary>Document time stamps, oldest first. One that fails fails the file; one that cannot be judged only proves nothing.</summary>
    public IReadOnlyList<SignatureReport> TimeStamps { get; init; } = [];

    /// <summary>The moment of validation.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Whether revocation was judged for every certificate that needs it.</summary>
    public bool RevocationChecked { get; init; }

    public int Pages { get; init; }

    public int Revisions { get; init; }

    /// <summary>Null when there is no signature.</summary>
    public Verdict? Verdict => Judged.Any() ? SubIndication.Verdict() : null;

    public SubIndication? SubIndication => Judged.Select(one => one.SubIndication).Where(sub => sub is not null).Min();

    IEnumerable<SignatureReport> Judged => Signatures.Count == 0 ? TimeStamps : Signatures.Concat(TimeStamps.Where(stamp => stamp.Verdict == Pades.Verdict.TotalFailed));
}
