using Balie.Grains.Interfaces.Integrations;
using Balie.Grains.Interfaces.Tenancy;

namespace Balie.Grains.Integrations;

/// <summary>Everything a mail says, in one language and at level B1. Paragraphs are plain text; the writer escapes them.</summary>
public sealed record MailWords
{
    public required string Language { get; init; }
    public required string Subject { get; init; }
    public required string Greeting { get; init; }
    public required string[] Paragraphs { get; init; }
    /// <summary>Label and value, in order.</summary>
    public required (string Label, string Value)[] Facts { get; init; }
    /// <summary>What the button says; null when there is nothing to open.</summary>
    public string? Button { get; init; }
    public string? ButtonLink { get; init; }
    public required string[] After { get; init; }
    public required string Closing { get; init; }
    public required string CalendarTitle { get; init; }
    public required string CalendarNote { get; init; }
    public required string CalendarPlace { get; init; }

    public static MailWords Of(MailMessage mail, TenantSettings tenant) => mail.Language == "nl" ? Dutch(mail, tenant) : English(mail, tenant);

    private static MailWords Dutch(MailMessage mail, TenantSettings tenant)
    {
        var (name, product, when) = (tenant.View.Name, Product(mail, tenant, "nl"), WrittenTime.Of(mail.Start, tenant.TimeZone, "nl"));
        var words = new MailWords
        {
            Language = "nl",
            Subject = "",
            Greeting = $"Dag {mail.Name}",
            Paragraphs = [],
            Facts = [("Wat", product), ("Wanneer", when), ("Met", $"{mail.StaffName}, {name}"), ("Waar", "In een videogesprek, op je computer, tablet of telefoon")],
            After = [],
            Closing = $"Vragen? Bel {tenant.View.Phone} of mail {tenant.View.Email}.",
            CalendarTitle = $"{product} - videogesprek met {name}",
            CalendarNote = $"Je persoonlijke link staat in de mail van {name}. Vragen? Bel {tenant.View.Phone}.",
            CalendarPlace = "Videogesprek",
        };
        return mail.Kind switch
        {
            MailKind.Booked => words with
            {
                Subject = $"Je afspraak bij {name}: {when}",
                Paragraphs = ["Je afspraak staat vast."],
                Button = "Ga naar je afspraak",
                ButtonLink = mail.Link,
                After =
                [
                    "Deze link is alleen voor jou. Geef hem niet door.",
                    .. mail.CompanionLink is null ? Array.Empty<string>() : [$"Geef deze link door aan {mail.CompanionName}, die met je meekomt: {mail.CompanionLink}"],
                    "Kan je niet komen? Open de link en kies \"Ik kan niet komen\".",
                ],
            },
            MailKind.Invited => words with
            {
                Subject = $"Je bent uitgenodigd voor een gesprek met {name}: {when}",
                Paragraphs = [$"{mail.InvitedBy} vraagt je om erbij te zijn als {DutchRole(mail.Role)}."],
                Button = "Ga naar het gesprek",
                ButtonLink = mail.Link,
                After = ["Deze link is alleen voor jou. Geef hem niet door."],
            },
            _ => words with
            {
                Subject = $"Geannuleerd: je afspraak bij {name} van {when}",
                Paragraphs = ["Deze afspraak gaat niet door.", .. mail.Reason.Length == 0 ? Array.Empty<string>() : [$"De reden: {mail.Reason}"]],
                Button = "Maak een nieuwe afspraak",
                ButtonLink = mail.Home,
            },
        };
    }

    private static MailWords English(MailMessage mail, TenantSettings tenant)
    {
        var (name, product, when) = (tenant.View.Name, Product(mail, tenant, "en"), WrittenTime.Of(mail.Start, tenant.TimeZone, "en"));
        var words = new MailWords
        {
            Language = "en",
            Subject = "",
            Greeting = $"Hello {mail.Name}",
            Paragraphs = [],
            Facts = [("What", product), ("When", $"{when} (Belgian time)"), ("With", $"{mail.StaffName}, {name}"), ("Where", "In a video call, on your computer, tablet or phone")],
            After = [],
            Closing = $"Questions? Call {tenant.View.Phone} or mail {tenant.View.Email}.",
            CalendarTitle = $"{product} - video call with {name}",
            CalendarNote = $"Your personal link is in the mail from {name}. Questions? Call {tenant.View.Phone}.",
            CalendarPlace = "Video call",
        };
        return mail.Kind switch
        {
            MailKind.Booked => words with
            {
                Subject = $"Your appointment with {name}: {when}",
                Paragraphs = ["Your appointment is confirmed."],
                Button = "Go to your appointment",
                ButtonLink = mail.Link,
                After =
                [
                    "This link is for you only. Do not pass it on.",
                    .. mail.CompanionLink is null ? Array.Empty<string>() : [$"Pass this link on to {mail.CompanionName}, who comes with you: {mail.CompanionLink}"],
                    "Can you not come? Open the link and choose \"I cannot come\".",
                ],
            },
            MailKind.Invited => words with
            {
                Subject = $"You are invited to a call with {name}: {when}",
                Paragraphs = [$"{mail.InvitedBy} asks you to be there as {EnglishRole(mail.Role)}."],
                Button = "Go to the call",
                ButtonLink = mail.Link,
                After = ["This link is for you only. Do not pass it on."],
            },
            _ => words with
            {
                Subject = $"Cancelled: your appointment with {name} on {when}",
                Paragraphs = ["This appointment will not take place.", .. mail.Reason.Length == 0 ? Array.Empty<string>() : [$"The reason: {mail.Reason}"]],
                Button = "Make a new appointment",
                ButtonLink = mail.Home,
            },
        };
    }

    private static string Product(MailMessage mail, TenantSettings tenant, string language)
    {
        var product = tenant.View.Products.FirstOrDefault(p => p.Id == mail.Product);
        return product is null ? mail.Product : language != "nl" && product.Translations.TryGetValue(language, out var text) ? text.Name : product.Name;
    }

    private static string DutchRole(string? role) => role switch { "Lawyer" => "advocaat", "Interpreter" => "tolk", _ => "helper" };

    private static string EnglishRole(string? role) => role switch { "Lawyer" => "a lawyer", "Interpreter" => "an interpreter", _ => "a helper" };
}
