using System.Globalization;
using System.Net.Mail;
using Balie.Grains.Interfaces.Booking;
using Balie.Grains.Interfaces.Platform;

namespace Balie.Grains.Booking;

/// <summary>Whether what somebody filled in can be booked. Pure; each wrong field has its own code and sentence.</summary>
public static class BookingDetails
{
    private const char NonJoiner = '\u200C', Joiner = '\u200D'; // Persian and Hindi names are written with them.

    public static readonly IReadOnlySet<string> Languages = new HashSet<string> { "nl", "en", "fr", "de" };

    public static IReadOnlyList<BalieError> Errors(BookAppointment command) =>
    [
        .. Name(command.Name, "name"),
        .. Email(command.Email, "email"),
        .. Wrong(!Languages.Contains(command.Language), "language.unknown", "Kies een taal uit de lijst.", "language"),
        .. Wrong(!IsPostalCode(command.PostalCode), "postal-code.invalid", "Een postcode telt vier cijfers, zoals 2990.", "postalCode"),
        .. Wrong(command.Question.Length > 2000 || HasControls(command.Question, lines: true), "question.length", "Je vraag telt hoogstens 2000 tekens.", "question"),
        .. command.Companion is { } companion ? Errors(companion) : [],
        .. Wrong(!IsBase(command.BaseAddress), "address.invalid", "Het adres van de balie klopt niet.", "baseAddress"),
    ];

    public static IReadOnlyList<BalieError> Errors(Companion companion) =>
    [
        .. Wrong(companion.Role is not (ParticipantRole.Helper or ParticipantRole.Lawyer or ParticipantRole.Interpreter),
            "companion.role", "Wie meekomt is een helper, een advocaat of een tolk.", "companion.role"),
        .. Name(companion.Name, "companion.name"),
        .. companion.Email.Length == 0 ? [] : Email(companion.Email, "companion.email"),
    ];

    /// <summary>Belgian postal codes go from 1000 to 9999.</summary>
    public static bool IsPostalCode(string code) => code.Length == 4 && code.All(char.IsAsciiDigit) && code[0] != '0';

    public static bool IsBase(string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme is ("https" or "http") && uri.UserInfo.Length == 0 && uri.Fragment.Length == 0;

    private static IEnumerable<BalieError> Name(string name, string field) =>
    [
        .. Wrong(name.Trim().Length is < 2 or > 100, "name.length", "Een naam telt 2 tot 100 tekens.", field),
        .. Wrong(!IsNameText(name), "name.characters", "Een naam bestaat uit letters, zonder adressen of tekens als / : @ < >.", field),
    ];

    // Names stand in mails that Balie sends: what a mail program makes a link of, or what turns text around, would let somebody speak in our name.
    private static bool IsNameText(string name) =>
        name.IndexOfAny(['/', '\\', ':', '@', '<', '>']) < 0 && !name.Contains("www.", StringComparison.OrdinalIgnoreCase)
        && !name.Any(c => char.IsControl(c) || (c is not (Joiner or NonJoiner) && char.GetUnicodeCategory(c) is UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator));

    private static IEnumerable<BalieError> Email(string email, string field) =>
        Wrong(!IsEmail(email), "email.invalid", "Dit lijkt geen e-mailadres. Een adres ziet eruit als naam@voorbeeld.be.", field);

    // One bare address with a dot in its domain; a display name or a line break would let somebody write other headers.
    private static bool IsEmail(string email) =>
        email.Length <= 254 && !HasControls(email, lines: false) && !email.Any(char.IsWhiteSpace)
        && MailAddress.TryCreate(email, out var address) && address.Address == email && address.Host.Contains('.')
        && Uri.CheckHostName(address.Host) == UriHostNameType.Dns;

    private static bool HasControls(string text, bool lines) => text.Any(c => char.IsControl(c) && !(lines && c is ('\n' or '\r' or '\t')));

    private static IEnumerable<BalieError> Wrong(bool wrong, string code, string message, string field) =>
        wrong ? [BalieError.Invalid(code, message, field)] : [];
}
