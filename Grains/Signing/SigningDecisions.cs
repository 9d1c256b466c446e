using Balie.Grains.Interfaces.Booking;
using Balie.Grains.Interfaces.Identity;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Interfaces.Signing;
using Balie.Grains.Platform;

namespace Balie.Grains.Signing;

/// <summary>The rules of the ceremony. Pure.</summary>
public static class SigningDecisions
{
    /// <summary>Field and label of the citizen.</summary>
    public const string CitizenField = "Burger";

    /// <summary>Field and label of the member of staff.</summary>
    public const string OfficerField = "Medewerker";

    private const int LongestReason = 500;

    /// <summary>Starts a round: the citizen signs first, then the officer who starts. Whoever comes along does not sign.</summary>
    /// <param name="identityNeeded">Whether the product has the "identity" step.</param>
    public static Decision Start(Ceremony ceremony, AppointmentView appointment, IdentityView identity, bool identityNeeded, Caller officer)
    {
        if (ceremony.Status == CeremonyStatus.Completed) return SigningErrors.Completed;
        if (ceremony.Status is CeremonyStatus.Preparing or CeremonyStatus.Signing) return SigningErrors.Running;
        if (appointment.Participants.FirstOrDefault(p => p.Role == ParticipantRole.Citizen) is not { } citizen) return SigningErrors.NoCitizen;
        if (identityNeeded && !IsConfirmed(identity, citizen.Id)) return SigningErrors.IdentityNeeded;
        return Decision.Of(new CeremonyStarted
        {
            Round = ceremony.Round + 1,
            Signers =
            [
                new ListedSigner { Participant = citizen.Id, Name = NameOf(identity, citizen), Role = "burger", Field = CitizenField },
                new ListedSigner { Participant = officer.Id, Name = officer.Name, Role = "medewerker", Field = OfficerField },
            ],
            By = officer.Id,
        });
    }

    /// <summary>Nothing happens for a round that is over, or that has its document: the same word may come twice.</summary>
    public static Decision Ready(Ceremony ceremony, DocumentReady command) =>
        ceremony.IsPreparing(command.Round)
            ? Decision.Of(new CeremonyReady(command.Round, command.Document, command.Blob, command.Pages))
            : Decision.Nothing;

    public static Decision Failed(Ceremony ceremony, DocumentFailed command) =>
        ceremony.IsPreparing(command.Round)
            ? Decision.Of(new CeremonyFailed(command.Round, command.Reason))
            : Decision.Nothing;

    /// <summary>Whether this person may sign this now; asked before the seal is touched, and again when it is written.</summary>
    public static BalieError? MaySign(Ceremony ceremony, SignDocument command, string participant)
    {
        if (ceremony.Status == CeremonyStatus.NotStarted || ceremony.Signers.FirstOrDefault(s => s.Participant == participant) is not { } signer)
            return ceremony.Status == CeremonyStatus.NotStarted ? SigningErrors.NotReady : SigningErrors.NotASigner;
        if (signer.SignedAt is not null) return SigningErrors.AlreadySigned;
        if (ceremony.Status != CeremonyStatus.Signing) return SigningErrors.NotReady;
        if (ceremony.Next != signer) return SigningErrors.NotYourTurn;
        if (!string.Equals(ceremony.Head!.Blob.PlainSha256, command.Sha256, StringComparison.OrdinalIgnoreCase)) return SigningErrors.Stale;
        return SigningStatement.IsKnown(command.StatementVersion) ? SignerHand.Refused(command) : SigningErrors.StatementUnknown;
    }

    /// <summary>The new revision becomes the head. It must have been made on the head that is there now.</summary>
    public static Decision Sign(Ceremony ceremony, SignDocument command, Caller caller, SealedRevision revision)
    {
        if (MaySign(ceremony, command, caller.Id) is { } error) return error;
        var head = ceremony.Head!;
        if (revision.BeforeSha256 != head.Blob.PlainSha256) return SigningErrors.Stale;
        var signed = new DocumentSigned
        {
            Round = ceremony.Round,
            Participant = caller.Id,
            Document = Ceremony.DocumentId(ceremony.Round, head.Signatures + 1),
            Blob = revision.Blob,
            BeforeSha256 = revision.BeforeSha256,
            AfterSha256 = revision.Blob.PlainSha256,
            Means = command.Means,
            TypedName = command.Means == SignerHand.Typed ? SignerHand.Name(command.TypedName!) : null,
            StrokesSha256 = SignerHand.Digest(command),
            StatementVersion = command.StatementVersion,
            SealSha256 = revision.SealSha256,
            Session = caller.Session,
        };
        return ceremony.Signers.Count(s => s.SignedAt is null) == 1
            ? Decision.Of(signed, new CeremonyCompleted(ceremony.Round, signed.Document))
            : Decision.Of(signed);
    }

    public static Decision Decline(Ceremony ceremony, DeclineToSign command, string participant)
    {
        if (ceremony.Status is not (CeremonyStatus.Preparing or CeremonyStatus.Signing)) return SigningErrors.NotReady;
        if (ceremony.Signers.FirstOrDefault(s => s.Participant == participant) is not { } signer) return SigningErrors.NotASigner;
        if (signer.SignedAt is not null) return SigningErrors.AlreadySigned;
        var reason = command.Reason.Trim();
        return reason.Length > LongestReason
            ? SigningErrors.ReasonTooLong
            : Decision.Of(new SigningDeclined { Round = ceremony.Round, Participant = participant, Reason = reason });
    }

    public static Decision Stop(Ceremony ceremony, string officer) => ceremony.Status switch
    {
        CeremonyStatus.NotStarted => Decision.Nothing,
        CeremonyStatus.Completed => SigningErrors.Completed,
        CeremonyStatus.Declined => Decision.Of(new CeremonyStopped(ceremony.Round, officer)),
        _ => ceremony.AnybodySigned ? SigningErrors.Begun : Decision.Of(new CeremonyStopped(ceremony.Round, officer)),
    };

    public static bool IsConfirmed(IdentityView identity, string participant) =>
        identity.Checks.Any(c => c.Participant == participant && c.Status == IdentityStatus.Confirmed);

    /// <summary>The proven name where there is one: that is who signs.</summary>
    private static string NameOf(IdentityView identity, ParticipantView citizen) =>
        identity.Checks.FirstOrDefault(c => c.Participant == citizen.Id && c.Status == IdentityStatus.Confirmed)?.ProvenName is { Length: > 0 } proven ? proven : citizen.Name;
}

/// <summary>A revision that was just signed and stored: on which head, and with which seal.</summary>
public sealed record SealedRevision(string BeforeSha256, BlobRef Blob, string SealSha256);
