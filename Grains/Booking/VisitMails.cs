using System.Text.Json;
using Balie.Grains.Interfaces.Booking;
using Balie.Grains.Interfaces.Integrations;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Platform;

namespace Balie.Grains.Booking;

/// <summary>Which mails a change of a visit brings along, as outbox messages.</summary>
internal static class VisitMails
{
    /// <summary>The citizen's own link, and the companion's when they gave an address.</summary>
    public static IEnumerable<PendingMessage> Booked(GrainKey visit, Appointment after, string token, string? companionToken)
    {
        var citizen = after.Citizen!;
        var companion = companionToken is null ? null : after.Invited.First(p => p.Role != ParticipantRole.Citizen);
        var passOn = companion is { Email: not { Length: > 0 } };
        yield return Message(Mail(visit, after, citizen, MailKind.Booked) with
        {
            Link = Link(visit, after, token),
            CompanionLink = passOn ? Link(visit, after, companionToken!) : null,
            CompanionName = passOn ? companion!.Name : null,
        }, citizen);
        if (companion is not null && !passOn) yield return Invitation(visit, after, companion, companionToken!);
    }

    public static IEnumerable<PendingMessage> Invited(GrainKey visit, Appointment before, Companion who, string participant, string token)
    {
        if (who.Email.Length == 0) yield break;
        var seat = new ParticipantInvited
        {
            Participant = participant,
            Role = who.Role,
            Name = who.Name.Trim(),
            Email = who.Email.Trim(),
            TokenHash = "",
            LinkExpiresAt = default,
            By = "",
        };
        yield return Invitation(visit, before, seat, token);
    }

    /// <summary>Everybody who has an address hears it.</summary>
    public static IEnumerable<PendingMessage> Cancelled(GrainKey visit, Appointment after, IReadOnlyList<IDomainEvent> events)
    {
        var reason = events.OfType<AppointmentCancelled>().Single().Reason ?? "";
        return after.Invited.Where(p => p.Email is { Length: > 0 }).Select(p => Message(Mail(visit, after, p, MailKind.Cancelled) with { Reason = reason }, p));
    }

    private static PendingMessage Invitation(GrainKey visit, Appointment appointment, ParticipantInvited who, string token) =>
        Message(Mail(visit, appointment, who, MailKind.Invited) with { Link = Link(visit, appointment, token), InvitedBy = appointment.Citizen?.Name }, who);

    private static string Link(GrainKey visit, Appointment appointment, string token) => AccessLinks.Address(appointment.Booked!.BaseAddress, visit.Tenant, visit.Id, token);

    private static MailMessage Mail(GrainKey visit, Appointment appointment, ParticipantInvited to, MailKind kind) => new()
    {
        Kind = kind,
        Tenant = visit.Tenant,
        Visit = visit.Id,
        To = to.Email ?? "",
        Name = to.Name ?? "",
        Language = appointment.Booked!.Language,
        Product = appointment.Booked.Product,
        Start = appointment.Booked.Start,
        End = appointment.Booked.End,
        StaffName = appointment.Booked.StaffName,
        Sequence = appointment.Sequence,
        Home = $"{appointment.Booked.BaseAddress}/{visit.Tenant}",
        Role = to.Role == ParticipantRole.Citizen ? null : to.Role.ToString(),
    };

    private static PendingMessage Message(MailMessage mail, ParticipantInvited to) =>
        new(OutboxKind.Mail, JsonSerializer.Serialize(mail, PlatformJson.Plain), $"{mail.Visit}.{mail.Kind}.{to.Participant}");
}
