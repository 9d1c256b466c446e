using System.Collections.Immutable;
using Balie.Grains.Interfaces.Documents;
using Balie.Grains.Interfaces.Platform;
using Orleans.Concurrency;

namespace Balie.Grains.Interfaces.Signing;

/// <summary>
/// The ceremony of one visit; key <c>{tenant}/{visit}</c>: the report becomes a PDF with a field for each signer, and they sign one after the
/// other. A drawn or typed signature under the municipality's seal is the signer's <em>simple</em> signature (eIDAS art. 3(10)) and says so.
/// </summary>
[Alias("ISigningCeremonyGrain")]
public interface ISigningCeremonyGrain : IVisitRoom
{
    [Allow(CallerKind.Participant, CallerKind.Staff, CallerKind.System, Role = StaffRole.Officer), Alias("View"), AlwaysInterleave]
    Task<SigningView> View(CancellationToken ct = default);

    /// <summary>Starts: locks the report and asks for its PDF. The citizen's identity must be confirmed (<c>signing.identity-needed</c>).</summary>
    [Allow(CallerKind.Staff, Role = StaffRole.Officer), Alias("Start")]
    Task Start(StartCeremony command, CancellationToken ct = default);

    /// <summary>
    /// The ceremony for who makes the report of a round; null when the round has its report or is over. Waits for a start that is being written, and reads one that another
    /// activation wrote: <see cref="View"/> may still show the time before.
    /// </summary>
    [Allow(CallerKind.System), Alias("ToRender")]
    Task<SigningView?> ToRender(int round, CancellationToken ct = default);

    /// <summary>The PDF with its signature fields is in the store.</summary>
    [Allow(CallerKind.System), Alias("DocumentReady")]
    Task DocumentReady(DocumentReady command, CancellationToken ct = default);

    /// <summary>Making the PDF failed; the officer may try again or stop.</summary>
    [Allow(CallerKind.System), Alias("DocumentFailed")]
    Task DocumentFailed(DocumentFailed command, CancellationToken ct = default);

    /// <summary>Signs as the caller. Their turn only (<c>signing.not-your-turn</c>); the hash they saw must be the head (<c>signing.stale</c>).</summary>
    [Allow(CallerKind.Participant, CallerKind.Staff, Role = StaffRole.Officer), Alias("Sign")]
    Task Sign(SignDocument command, CancellationToken ct = default);

    /// <summary>The caller does not sign; the report opens again for the officer.</summary>
    [Allow(CallerKind.Participant, CallerKind.Staff, Role = StaffRole.Officer), Alias("Decline")]
    Task Decline(DeclineToSign command, CancellationToken ct = default);

    /// <summary>The officer stops the ceremony before anybody signed, to change the report.</summary>
    [Allow(CallerKind.Staff, Role = StaffRole.Officer), Alias("Stop")]
    Task Stop(StopCeremony command, CancellationToken ct = default);
}

[GenerateSerializer, Immutable, Alias("StartCeremony")]
public sealed record StartCeremony : Command;

[GenerateSerializer, Immutable, Alias("StopCeremony")]
public sealed record StopCeremony : Command;

[GenerateSerializer, Immutable, Alias("DocumentReady")]
public sealed record DocumentReady : Command
{
    [Id(0)] public required string Document { get; init; }
    [Id(1)] public required BlobRef Blob { get; init; }
    [Id(2)] public required int Pages { get; init; }
    [Id(3)] public required int Round { get; init; }
}

[GenerateSerializer, Immutable, Alias("DocumentFailed")]
public sealed record DocumentFailed : Command
{
    [Id(0)] public required int Round { get; init; }
    [Id(1)] public required string Reason { get; init; }
}

[GenerateSerializer, Immutable, Alias("SignDocument")]
public sealed record SignDocument : Command
{
    /// <summary>Hex SHA-256 of the revision that was on the signer's screen.</summary>
    [Id(0)] public required string Sha256 { get; init; }
    /// <summary>"drawn" or "typed".</summary>
    [Id(1)] public required string Means { get; init; }
    [Id(2)] public string? TypedName { get; init; }
    /// <summary>Polylines as x0,y0,x1,y1,… in 0..1 of the signature box; drawn only; at most 5,000 numbers.</summary>
    [Id(3)] public ImmutableArray<ImmutableArray<float>> Strokes { get; init; } = [];
    /// <summary>Version of the sentence that says what signing means, as shown.</summary>
    [Id(4)] public required string StatementVersion { get; init; }
}

[GenerateSerializer, Immutable, Alias("DeclineToSign")]
public sealed record DeclineToSign : Command
{
    [Id(0)] public string Reason { get; init; } = "";
}

public enum CeremonyStatus
{
    NotStarted = 0,
    Preparing = 1,
    Signing = 2,
    Completed = 3,
    Declined = 4,
    Failed = 5,
}

[GenerateSerializer, Immutable, Alias("SigningView")]
public sealed record SigningView : IRedacted<SigningView>
{
    [Id(0)] public required long Version { get; init; }
    [Id(1)] public required CeremonyStatus Status { get; init; }
    [Id(2)] public required ImmutableArray<SignerView> Signers { get; init; }
    /// <summary>Dossier document id of the newest revision.</summary>
    [Id(3)] public string? Document { get; init; }
    /// <summary>Hex SHA-256 of the newest revision.</summary>
    [Id(4)] public string? Sha256 { get; init; }
    [Id(5)] public int Pages { get; init; }
    /// <summary>Whose turn it is; null when nobody's.</summary>
    [Id(6)] public string? Next { get; init; }
    [Id(7)] public string? Reason { get; init; }

    public SigningView For(Viewer viewer) =>
        viewer.IsStaff || Signers.Any(s => s.Participant == viewer.Id) ? this : this with { Document = null, Sha256 = null, Reason = null };
}

[GenerateSerializer, Immutable, Alias("SignerView")]
public sealed record SignerView
{
    /// <summary>Participant or staff id.</summary>
    [Id(0)] public required string Participant { get; init; }
    [Id(1)] public required string Name { get; init; }
    /// <summary>Dutch label: "burger", "medewerker".</summary>
    [Id(2)] public required string Role { get; init; }
    [Id(3)] public DateTimeOffset? SignedAt { get; init; }
    [Id(4)] public string? Means { get; init; }
}
