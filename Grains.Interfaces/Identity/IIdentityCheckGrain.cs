using System.Collections.Immutable;
using Balie.Grains.Interfaces.Platform;
using Orleans.Concurrency;

namespace Balie.Grains.Interfaces.Identity;

/// <summary>
/// The live identity check of one visit; key <c>{tenant}/{visit}</c>. A request is bound to this call, one participant and one browser
/// session; the login happens in a window of its own, and the officer decides with the check list.
/// </summary>
[Alias("IIdentityCheckGrain")]
public interface IIdentityCheckGrain : IVisitRoom
{
    [Allow(CallerKind.Participant, CallerKind.Staff, CallerKind.System, Role = StaffRole.Officer), Alias("View"), AlwaysInterleave]
    Task<IdentityView> View(CancellationToken ct = default);

    /// <summary>Asks a participant who is in the call to prove who they are.</summary>
    [Allow(CallerKind.Staff, Role = StaffRole.Officer), Alias("Request")]
    Task Request(RequestIdentity command, CancellationToken ct = default);

    /// <summary>The participant opens the login window. Keeps state, nonce and verifier; <c>identity.not-requested</c>.</summary>
    [Allow(CallerKind.Participant), Alias("StartLogin")]
    Task<LoginTicket> StartLogin(StartLogin command, CancellationToken ct = default);

    /// <summary>Takes the login that belongs to a returned state, once. <c>identity.wrong-login</c> for another session or participant, or a used state.</summary>
    [Allow(CallerKind.Participant), Alias("TakeLogin")]
    Task<LoginTicket> TakeLogin(TakeLogin command, CancellationToken ct = default);

    /// <summary>What the provider said, validated by the door. Refused when the level is too low or another participant of this call proved the same identity.</summary>
    [Allow(CallerKind.Participant), Alias("Prove")]
    Task Prove(ProveIdentity command, CancellationToken ct = default);

    /// <summary>The login was cancelled or failed; the participant may try again.</summary>
    [Allow(CallerKind.Participant), Alias("LoginFailed")]
    Task LoginFailed(LoginFailed command, CancellationToken ct = default);

    /// <summary>The officer confirms or rejects, with the check list and, where names differ or it is a rejection, a reason.</summary>
    [Allow(CallerKind.Staff, Role = StaffRole.Officer), Alias("Decide")]
    Task Decide(DecideIdentity command, CancellationToken ct = default);

    /// <summary>From the Calls room: another browser has the participant's seat. A check made in the former one is void.</summary>
    [Allow(CallerKind.System), Alias("SeatChanged")]
    Task SeatChanged(string participant, string session);

    /// <summary>The register number in full, for staff who need it; each look is in the journal.</summary>
    [Allow(CallerKind.Staff, Role = StaffRole.Officer), Alias("RevealNumber")]
    Task<string> RevealNumber(RevealNumber command, CancellationToken ct = default);
}

[GenerateSerializer, Immutable, Alias("RequestIdentity")]
public sealed record RequestIdentity : Command
{
    [Id(0)] public required string Participant { get; init; }
}

[GenerateSerializer, Immutable, Alias("StartLogin")]
public sealed record StartLogin : Command
{
    /// <summary>"itsme" or "eid": one of the product's means.</summary>
    [Id(0)] public required string Means { get; init; }
}

[GenerateSerializer, Immutable, Alias("TakeLogin")]
public sealed record TakeLogin : Command
{
    [Id(0)] public required string State { get; init; }
}

/// <summary>The secrets of one login attempt. <see cref="AcrValues"/> goes to the provider as <c>acr_values</c>.</summary>
[GenerateSerializer, Immutable, Alias("LoginTicket")]
public sealed record LoginTicket
{
    [Id(0)] public required string State { get; init; }
    [Id(1)] public required string Nonce { get; init; }
    /// <summary>PKCE verifier (RFC 7636).</summary>
    [Id(2)] public required string CodeVerifier { get; init; }
    [Id(3)] public required string AcrValues { get; init; }
}

[GenerateSerializer, Immutable, Alias("ProveIdentity")]
public sealed record ProveIdentity : Command
{
    [Id(0)] public required string State { get; init; }
    [Id(1)] public required string Subject { get; init; }
    [Id(2)] public required string GivenName { get; init; }
    [Id(3)] public required string FamilyName { get; init; }
    [Id(4)] public required string RegisterNumber { get; init; }
    [Id(5)] public required string Acr { get; init; }
    [Id(6)] public required DateTimeOffset AuthenticatedAt { get; init; }
}

[GenerateSerializer, Immutable, Alias("LoginFailed")]
public sealed record LoginFailed : Command
{
    [Id(0)] public required string State { get; init; }
    /// <summary>cancelled, level, provider, same-person, number.</summary>
    [Id(1)] public required string Reason { get; init; }
}

[GenerateSerializer, Immutable, Alias("DecideIdentity")]
public sealed record DecideIdentity : Command
{
    [Id(0)] public required string Participant { get; init; }
    [Id(1)] public required bool Confirmed { get; init; }
    /// <summary>Check list items ticked: face-matches, name-matches, purpose-stated, free-will.</summary>
    [Id(2)] public required ImmutableArray<string> Checks { get; init; }
    [Id(3)] public string Reason { get; init; } = "";
}

[GenerateSerializer, Immutable, Alias("RevealNumber")]
public sealed record RevealNumber : Command
{
    [Id(0)] public required string Participant { get; init; }
}

public enum IdentityStatus
{
    NotAsked = 0,
    Asked = 1,
    /// <summary>The login window is open.</summary>
    LoggingIn = 2,
    Proven = 3,
    Confirmed = 4,
    Rejected = 5,
}

[GenerateSerializer, Immutable, Alias("IdentityView")]
public sealed record IdentityView : IRedacted<IdentityView>
{
    [Id(0)] public required long Version { get; init; }
    [Id(1)] public required ImmutableArray<IdentityCheckView> Checks { get; init; }

    /// <summary>A participant sees the details of their own check, and only the status of others'.</summary>
    public IdentityView For(Viewer viewer) => viewer.IsStaff
        ? this
        : this with
        {
            Checks = [.. Checks.Select(c => c.Participant == viewer.Id
                ? c with { DecisionReason = null }
                : new IdentityCheckView { Participant = c.Participant, Status = c.Status })],
        };
}

[GenerateSerializer, Immutable, Alias("IdentityCheckView")]
public sealed record IdentityCheckView
{
    [Id(0)] public required string Participant { get; init; }
    [Id(1)] public required IdentityStatus Status { get; init; }
    /// <summary>Name by the provider.</summary>
    [Id(2)] public string? ProvenName { get; init; }
    /// <summary>True when the proven name differs from the name at booking.</summary>
    [Id(3)] public bool NameDiffers { get; init; }
    /// <summary>Register number with all but the last two digits hidden.</summary>
    [Id(4)] public string? MaskedNumber { get; init; }
    /// <summary>"itsme", "eid"…</summary>
    [Id(5)] public string? Means { get; init; }
    /// <summary>Assurance level: "High", "Substantial", "Low".</summary>
    [Id(6)] public string? Level { get; init; }
    [Id(7)] public DateTimeOffset? ProvenAt { get; init; }
    [Id(8)] public string? DecidedBy { get; init; }
    [Id(9)] public string? DecisionReason { get; init; }
    /// <summary>Why the last attempt failed: cancelled, level, provider, same-person, number, other-browser; null when none failed.</summary>
    [Id(10)] public string? LastFailure { get; init; }
    [Id(11)] public ImmutableArray<string> CheckList { get; init; } = [];
}
