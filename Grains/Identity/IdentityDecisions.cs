using System.Collections.Immutable;
using Balie.Grains.Interfaces.Identity;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Platform;

namespace Balie.Grains.Identity;

/// <summary>Secrets of a new login attempt, made by the grain: random is not a decision.</summary>
public sealed record LoginSecrets(string State, string StateHash, string Nonce, string CodeVerifier);

/// <summary>
/// The rules of the live identity check. Pure. A login belongs to one participant and one browser session of this call, is of use once, and
/// only while the officer's request stands; a level below the product's, a wrong number and an identity that somebody else in the call
/// already proved end it.
/// </summary>
public static class IdentityDecisions
{
    public static readonly TimeSpan LoginLifetime = TimeSpan.FromMinutes(10);

    /// <summary>What an officer has to tick before confirming. The name may differ when a reason is given.</summary>
    public static readonly ImmutableArray<string> RequiredChecks = ["face-matches", "purpose-stated", "free-will"];

    public const string NameMatches = "name-matches";

    public static Decision Request(IdentityChecks state, string participant, string officer, bool inCall)
    {
        if (!inCall) return IdentityErrors.NotInCall;
        return state.Of.GetValueOrDefault(participant)?.Status switch
        {
            IdentityStatus.Asked or IdentityStatus.LoggingIn => Decision.Nothing,
            IdentityStatus.Confirmed => IdentityErrors.AlreadyConfirmed,
            _ => Decision.Of(new IdentityRequested(participant, officer)),
        };
    }

    public static Decision StartLogin(IdentityChecks state, StartLogin command, string participant, string session, bool inCall, LoginSecrets secrets, DateTimeOffset now)
    {
        if (!inCall) return IdentityErrors.NotInCall;
        if (AssuranceLevel.AcrOf(command.Means) is null) return IdentityErrors.UnknownMeans;
        if (state.Of.GetValueOrDefault(participant)?.Status is not (IdentityStatus.Asked or IdentityStatus.LoggingIn)) return IdentityErrors.NotRequested;
        return Decision.Of(new LoginStarted
        {
            Participant = participant,
            Session = session,
            Means = command.Means,
            StateHash = secrets.StateHash,
            Nonce = secrets.Nonce,
            CodeVerifier = secrets.CodeVerifier,
            ExpiresAt = now + LoginLifetime,
        });
    }

    /// <summary>The browser came back with a state: it must be the open one, of this participant and session, unused and in time.</summary>
    public static Decision TakeLogin(IdentityChecks state, string participant, string session, string stateHash, DateTimeOffset now) =>
        Mine(state, participant, session, stateHash) is { Returned: false } login && now <= login.ExpiresAt
            ? Decision.Of(new LoginReturned(participant, stateHash))
            : IdentityErrors.WrongLogin;

    /// <summary>A refusal here is also a fact of the journal: the participant reads why and may try again.</summary>
    public static Decision Prove(
        IdentityChecks state, ProveIdentity command, string participant, string session, string stateHash, string bookedName, IReadOnlyCollection<string> acceptedAcr)
    {
        if (Mine(state, participant, session, stateHash) is not { Returned: true }) return IdentityErrors.WrongLogin;
        if (!acceptedAcr.Contains(command.Acr)) return Failed(participant, "level");
        if (!NationalRegisterNumber.IsValid(command.RegisterNumber)) return Failed(participant, "number");
        if (state.Of.Values.Any(c => c.Participant != participant && c.Proven?.RegisterNumber == command.RegisterNumber)) return Failed(participant, "same-person");
        return Decision.Of(new IdentityProven
        {
            Participant = participant,
            Session = session,
            Subject = command.Subject,
            GivenName = command.GivenName,
            FamilyName = command.FamilyName,
            RegisterNumber = command.RegisterNumber,
            Acr = command.Acr,
            NameDiffers = !PersonName.Agrees(bookedName, command.GivenName, command.FamilyName),
            AuthenticatedAt = command.AuthenticatedAt,
        });
    }

    public static Decision Fail(IdentityChecks state, string participant, string session, string stateHash, string reason) =>
        Mine(state, participant, session, stateHash) is null ? Decision.Nothing : Failed(participant, reason);

    public static Decision Decide(IdentityChecks state, DecideIdentity command, string officer)
    {
        if (state.Of.GetValueOrDefault(command.Participant) is not { Proven: { } proven } check) return IdentityErrors.NotProven;
        if (check.Status is IdentityStatus.Confirmed) return command.Confirmed ? Decision.Nothing : IdentityErrors.AlreadyConfirmed;
        if (check.Status is not IdentityStatus.Proven) return IdentityErrors.NotProven;
        if (command.Checks.Any(c => !RequiredChecks.Contains(c) && c != NameMatches)) return IdentityErrors.UnknownCheck;
        var reason = command.Reason.Trim();
        if (!command.Confirmed)
        {
            return reason.Length == 0
                ? IdentityErrors.ReasonNeeded
                : Decision.Of(new IdentityRejected { Participant = command.Participant, By = officer, Checks = command.Checks, Reason = reason });
        }

        if (!RequiredChecks.All(command.Checks.Contains)) return IdentityErrors.CheckListIncomplete;
        if ((proven.NameDiffers || !command.Checks.Contains(NameMatches)) && reason.Length == 0) return IdentityErrors.NameReasonNeeded;
        return Decision.Of(new IdentityConfirmed { Participant = command.Participant, By = officer, Checks = command.Checks, Reason = reason });
    }

    /// <summary>Another browser sits in the participant's place: what the former one began or proved is void.</summary>
    public static Decision SeatChanged(IdentityChecks state, string participant, string session)
    {
        if (state.Of.GetValueOrDefault(participant) is not { } check) return Decision.Nothing;
        var bound = check.Proven?.Session ?? check.Login?.Session;
        return bound is null || bound == session ? Decision.Nothing : Decision.Of(new IdentitySeatChanged(participant));
    }

    public static Decision Reveal(IdentityChecks state, string participant, string officer) =>
        state.Of.GetValueOrDefault(participant)?.Proven is null
            ? IdentityErrors.NotProven
            : Decision.Of(new RegisterNumberRevealed(participant, officer));

    private static Decision Failed(string participant, string reason) => Decision.Of(new IdentityLoginFailed(participant, reason));

    private static OpenLogin? Mine(IdentityChecks state, string participant, string session, string stateHash) =>
        state.Of.GetValueOrDefault(participant)?.Login is { } login && login.Session == session && login.StateHash == stateHash ? login : null;
}
