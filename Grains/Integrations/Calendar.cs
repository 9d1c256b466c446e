using Balie.Grains.Interfaces.Integrations;
using Balie.Grains.Interfaces.Tenancy;
using Ical.Net;
using Ical.Net.CalendarComponents;
using Ical.Net.DataTypes;
using Ical.Net.Serialization;

namespace Balie.Grains.Integrations;

/// <summary>
/// The appointment for somebody's calendar (iCalendar RFC 5545, iMIP RFC 6047): REQUEST when it is made, CANCEL when it is gone, one UID, a
/// SEQUENCE that rises. The personal link is not in it: calendars are shared, the mail is not.
/// </summary>
public static class Calendar
{
    public const string Request = "REQUEST";
    public const string Cancel = "CANCEL";

    public static string Method(MailMessage mail) => mail.Kind == MailKind.Cancelled ? Cancel : Request;

    public static string Uid(MailMessage mail) => $"{mail.Visit}@{mail.Tenant}.balie";

    public static string Text(MailMessage mail, TenantView tenant, MailWords words, DateTimeOffset now)
    {
        var cancelled = mail.Kind == MailKind.Cancelled;
        var entry = new CalendarEvent
        {
            Uid = Uid(mail),
            Sequence = mail.Sequence,
            DtStamp = Utc(now),
            Start = Utc(mail.Start),
            End = Utc(mail.End),
            Summary = words.CalendarTitle,
            Description = words.CalendarNote,
            Location = words.CalendarPlace,
            Status = cancelled ? "CANCELLED" : "CONFIRMED",
            Organizer = new Organizer($"mailto:{tenant.Email}") { CommonName = tenant.Name },
        };
        entry.Attendees.Add(new Attendee($"mailto:{mail.To}") { CommonName = mail.Name, Role = "REQ-PARTICIPANT", ParticipationStatus = "ACCEPTED", Rsvp = false });
        if (!cancelled) entry.Alarms.Add(new Alarm { Action = "DISPLAY", Trigger = new Trigger(Duration.FromMinutes(-30)), Description = words.CalendarTitle });
        var calendar = new Ical.Net.Calendar { Method = Method(mail), ProductId = "-//Balie//Balie//NL" };
        calendar.Events.Add(entry);
        return new CalendarSerializer().SerializeToString(calendar) ?? throw new InvalidOperationException("The calendar entry could not be written.");
    }

    private static CalDateTime Utc(DateTimeOffset at) => new(at.UtcDateTime, "UTC");
}
