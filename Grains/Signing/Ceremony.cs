using System.Collections.Immutable;
using System.Globalization;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Interfaces.Signing;

namespace Balie.Grains.Signing;

/// <summary>State of the ceremony of one visit: the round, its signers and the head revision. Changes only by <see cref="Apply"/>.</summary>
public sealed record Ceremony
{
    public static readonly Ceremony Empty = new();

    /// <summary>Counts the starts; 0 before the first.</summary>
    public int Round { get; init; }

    public CeremonyStatus Status { get; init; }

    public ImmutableArray<Signer> Signers { get; init; } = [];

    /// <summary>Every revision of every round, oldest first.</summary>
    public ImmutableArray<Revision> Revisions { get; init; } = [];

    public string? Reason { get; init; }

    /// <summary>The newest revision of this round; null before there is one.</summary>
    public Revision? Head => Revisions.LastOrDefault(r => r.Round == Round);

    /// <summary>Whose turn it is.</summary>
    public Signer? Next => Status == CeremonyStatus.Signing ? Signers.FirstOrDefault(s => s.SignedAt is null) : null;

    public bool AnybodySigned => Signers.Any(s => s.SignedAt is not null);

    /// <summary>True while nobody may edit the report.</summary>
    public bool HoldsReport => Status is CeremonyStatus.Preparing or CeremonyStatus.Signing or CeremonyStatus.Completed or CeremonyStatus.Failed;

    /// <summary>True while this round waits for its report.</summary>
    public bool IsPreparing(int round) => Status == CeremonyStatus.Preparing && Round == round;

    /// <summary>Id in the dossier of this round's revision after so many signatures.</summary>
    public static string DocumentId(int round, int signatures) => string.Create(CultureInfo.InvariantCulture, $"verslag-{round}-{signatures}");

    public Ceremony Apply(IDomainEvent e, DateTimeOffset at) => e switch
    {
        CeremonyStarted s => this with
        {
            Round = s.Round,
            Status = CeremonyStatus.Preparing,
            Signers = [.. s.Signers.Select(x => new Signer(x.Participant, x.Name ?? "", x.Role, x.Field))],
            Reason = null,
        },
        CeremonyReady r => this with
        {
            Status = CeremonyStatus.Signing,
            // A report that nobody signed gives its place to the next round's; a half-signed one stays as evidence.
            Revisions = Revisions.Add(new Revision(r.Round, 0, r.Document, r.Blob, r.Pages, Replaces: Revisions is [.., { Signatures: 0 } last] ? last.Document : null)),
        },
        CeremonyFailed f => this with { Status = CeremonyStatus.Failed, Reason = f.Reason },
        DocumentSigned d => Signed(d, at),
        CeremonyCompleted => this with { Status = CeremonyStatus.Completed, Revisions = Revisions.SetItem(Revisions.Length - 1, Revisions[^1] with { Final = true }) },
        SigningDeclined d => this with { Status = CeremonyStatus.Declined, Reason = d.Reason ?? "" },
        CeremonyStopped => this with { Status = CeremonyStatus.NotStarted, Signers = [], Reason = null },
        _ => this,
    };

    /// <summary>The whole view, for staff; <see cref="SigningView.For"/> redacts it.</summary>
    public SigningView View(long version)
    {
        var head = Status == CeremonyStatus.NotStarted ? null : Head;
        return new SigningView
        {
            Version = version,
            Status = Status,
            Signers = [.. Signers.Select(s => new SignerView { Participant = s.Participant, Name = s.Name, Role = s.Role, SignedAt = s.SignedAt, Means = s.Means })],
            Document = head?.Document,
            Sha256 = head?.Blob.PlainSha256,
            Pages = head?.Pages ?? 0,
            Next = Next?.Participant,
            Reason = Reason,
        };
    }

    private Ceremony Signed(DocumentSigned signed, DateTimeOffset at) => this with
    {
        Signers = [.. Signers.Select(s => s.Participant == signed.Participant ? s with { SignedAt = at, Means = signed.Means } : s)],
        Revisions = Revisions.Add(new Revision(signed.Round, Head!.Signatures + 1, signed.Document, signed.Blob, Head.Pages, Head.Document)),
    };
}

/// <summary>Somebody who signs, in the field of that name.</summary>
public sealed record Signer(string Participant, string Name, string Role, string Field)
{
    public DateTimeOffset? SignedAt { get; init; }

    public string? Means { get; init; }
}

/// <summary>One state of the document. <see cref="Replaces"/>: the dossier document whose place it takes.</summary>
public sealed record Revision(int Round, int Signatures, string Document, BlobRef Blob, int Pages, string? Replaces)
{
    /// <summary>Everybody signed it.</summary>
    public bool Final { get; init; }
}
