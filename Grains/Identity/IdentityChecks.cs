using System.Collections.Immutable;
using Balie.Grains.Interfaces.Identity;
using Balie.Grains.Interfaces.Platform;

namespace Balie.Grains.Identity;

/// <summary>The identity checks of one visit by participant. Changes only by <see cref="Apply"/>.</summary>
public sealed record IdentityChecks
{
    public static readonly IdentityChecks Empty = new();

    public ImmutableSortedDictionary<string, IdentityCheck> Of { get; init; } =
        ImmutableSortedDictionary.Create<string, IdentityCheck>(StringComparer.Ordinal);

    public IdentityChecks Apply(IDomainEvent e, DateTimeOffset at) => e switch
    {
        IdentityRequested r => Change(r.Participant, _ => new IdentityCheck { Participant = r.Participant, Status = IdentityStatus.Asked }),
        LoginStarted l => Change(l.Participant, c => c with
        {
            Status = IdentityStatus.LoggingIn,
            LastFailure = null,
            Login = new OpenLogin(l.Session, l.Means, l.StateHash, l.Nonce ?? "", l.CodeVerifier ?? "", l.ExpiresAt, Returned: false),
        }),
        LoginReturned l => Change(l.Participant, c => c.Login?.StateHash == l.StateHash ? c with { Login = c.Login with { Returned = true } } : c),
        IdentityProven p => Change(p.Participant, c => c with
        {
            Status = IdentityStatus.Proven,
            Login = null,
            LastFailure = null,
            Proven = new ProvenIdentity(p.GivenName ?? "", p.FamilyName ?? "", p.RegisterNumber ?? "", p.Acr, p.NameDiffers, p.Session, at),
        }),
        IdentitySeatChanged c => Change(c.Participant, _ => new IdentityCheck { Participant = c.Participant, LastFailure = "other-browser" }),
        IdentityLoginFailed f => Change(f.Participant, c => c with { Status = IdentityStatus.Asked, Login = null, LastFailure = f.Reason }),
        IdentityConfirmed d => Change(d.Participant, c => c with { Status = IdentityStatus.Confirmed, DecidedBy = d.By, Reason = d.Reason, Checks = d.Checks }),
        IdentityRejected d => Change(d.Participant, c => c with { Status = IdentityStatus.Rejected, DecidedBy = d.By, Reason = d.Reason, Checks = d.Checks }),
        _ => this,
    };

    /// <summary>The view for staff; numbers are masked in it for everybody.</summary>
    public IdentityView View(long version) => new() { Version = version, Checks = [.. Of.Values.Select(c => c.View())] };

    private IdentityChecks Change(string participant, Func<IdentityCheck, IdentityCheck> change) =>
        this with { Of = Of.SetItem(participant, change(Of.GetValueOrDefault(participant) ?? new IdentityCheck { Participant = participant })) };
}

/// <summary>One participant's check.</summary>
public sealed record IdentityCheck
{
    public required string Participant { get; init; }
    public IdentityStatus Status { get; init; }
    public OpenLogin? Login { get; init; }
    public ProvenIdentity? Proven { get; init; }
    public string? LastFailure { get; init; }
    public string? DecidedBy { get; init; }
    public string? Reason { get; init; }
    public ImmutableArray<string> Checks { get; init; } = [];

    public IdentityCheckView View() => new()
    {
        Participant = Participant,
        Status = Status,
        ProvenName = Proven is null ? null : $"{Proven.GivenName} {Proven.FamilyName}",
        NameDiffers = Proven?.NameDiffers ?? false,
        MaskedNumber = Proven is null ? null : NationalRegisterNumber.Mask(Proven.RegisterNumber),
        Means = Proven is null ? null : AssuranceLevel.MeansOf(Proven.Acr),
        Level = Proven is null ? null : AssuranceLevel.LevelOf(Proven.Acr),
        ProvenAt = Proven?.At,
        DecidedBy = DecidedBy,
        DecisionReason = Reason,
        LastFailure = LastFailure,
        CheckList = Checks,
    };
}

/// <summary>A login that a browser session has under way. Its state is kept as a hash; each of these is of use once.</summary>
public sealed record OpenLogin(string Session, string Means, string StateHash, string Nonce, string CodeVerifier, DateTimeOffset ExpiresAt, bool Returned);

/// <summary>What the provider vouched for.</summary>
public sealed record ProvenIdentity(string GivenName, string FamilyName, string RegisterNumber, string Acr, bool NameDiffers, string Session, DateTimeOffset At);
