using System.Collections.Immutable;
using Balie.Grains.Interfaces.Platform;

namespace Balie.Grains.Interfaces.Identity;

[EventName("identity.requested.v1")]
public sealed record IdentityRequested(string Participant, string By) : IDomainEvent;

/// <summary>A login window was opened by this browser session. The secrets are of use for ten minutes and once.</summary>
[EventName("identity.login-started.v1")]
public sealed record LoginStarted : IDomainEvent
{
    public required string Participant { get; init; }
    public required string Session { get; init; }
    public required string Means { get; init; }
    public required string StateHash { get; init; }
    [Personal] public required string? Nonce { get; init; }
    [Personal] public required string? CodeVerifier { get; init; }
    public required DateTimeOffset ExpiresAt { get; init; }
}

/// <summary>The provider sent the browser back; the login cannot be used again.</summary>
[EventName("identity.login-returned.v1")]
public sealed record LoginReturned(string Participant, string StateHash) : IDomainEvent;

[EventName("identity.proven.v1")]
public sealed record IdentityProven : IDomainEvent
{
    public required string Participant { get; init; }
    public required string Session { get; init; }
    [Personal] public required string? Subject { get; init; }
    [Personal] public required string? GivenName { get; init; }
    [Personal] public required string? FamilyName { get; init; }
    [Personal] public required string? RegisterNumber { get; init; }
    public required string Acr { get; init; }
    public required bool NameDiffers { get; init; }
    public required DateTimeOffset AuthenticatedAt { get; init; }
}

/// <summary>Reason: cancelled, level, provider, same-person, number.</summary>
[EventName("identity.login-failed.v1")]
public sealed record IdentityLoginFailed(string Participant, string Reason) : IDomainEvent;

[EventName("identity.confirmed.v1")]
public sealed record IdentityConfirmed : IDomainEvent
{
    public required string Participant { get; init; }
    public required string By { get; init; }
    public required ImmutableArray<string> Checks { get; init; }
    [Personal] public required string? Reason { get; init; }
}

[EventName("identity.rejected.v1")]
public sealed record IdentityRejected : IDomainEvent
{
    public required string Participant { get; init; }
    public required string By { get; init; }
    public required ImmutableArray<string> Checks { get; init; }
    [Personal] public required string? Reason { get; init; }
}

/// <summary>Another browser has the participant's seat: what was proved in the former one does not count for it.</summary>
[EventName("identity.seat-changed.v1")]
public sealed record IdentitySeatChanged(string Participant) : IDomainEvent;

/// <summary>A member of staff looked at the register number in full.</summary>
[EventName("identity.number-revealed.v1")]
public sealed record RegisterNumberRevealed(string Participant, string By) : IDomainEvent;
