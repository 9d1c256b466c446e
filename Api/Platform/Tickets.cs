using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using Balie.Grains.Interfaces.Platform;
using Microsoft.AspNetCore.DataProtection;

namespace Balie.Api.Platform;

/// <summary>What the cookie of a member of staff (or the operator: no tenant) says. Times UTC.</summary>
public sealed record StaffTicket(string? Tenant, string Id, string Name, ImmutableArray<string> Roles, string Session, DateTimeOffset ExpiresAt)
{
    /// <summary>Role of the regional operator in <see cref="Roles"/>.</summary>
    public const string OperatorRole = "operator";

    public Caller ToCaller() => new()
    {
        Kind = Tenant is null ? CallerKind.Operator : CallerKind.Staff,
        Tenant = Tenant,
        Id = Id,
        Name = Name,
        Roles = Roles,
        Session = Session,
    };
}

/// <summary>What the cookie of a participant says: one visit, one participant, one browser session.</summary>
public sealed record VisitTicket(string Tenant, string Visit, string Participant, string Role, string Name, string Session, DateTimeOffset ExpiresAt)
{
    public Caller ToCaller() => new()
    {
        Kind = CallerKind.Participant,
        Tenant = Tenant,
        Id = Participant,
        Visit = Visit,
        Name = Name,
        Roles = [Role],
        Session = Session,
    };
}

/// <summary>
/// Writes and reads Balie's cookies: <c>__Host-balie-staff</c>, <c>__Host-balie-operator</c>, <c>__Host-balie-visit-{participant}</c>.
/// Each is a ticket sealed by DataProtection under a purpose of its own, so one can never stand in for another.
/// </summary>
public sealed class TicketCookies(IDataProtectionProvider protection, TimeProvider clock)
{
    public const string Staff = "__Host-balie-staff", Operator = "__Host-balie-operator";

    public static string Visit(string participant) => "__Host-balie-visit-" + participant;

    public static string NewSession() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    public StaffTicket? ReadStaff(HttpContext http) => Live(Read<StaffTicket>(http, Staff), t => t.ExpiresAt) is { Tenant: not null } ticket ? ticket : null;

    public StaffTicket? ReadOperator(HttpContext http) => Live(Read<StaffTicket>(http, Operator), t => t.ExpiresAt) is { Tenant: null } ticket ? ticket : null;

    /// <summary>The ticket of this participant in this visit of this tenant, or null.</summary>
    public VisitTicket? ReadVisit(HttpContext http, string tenant, string visit, string participant) =>
        GrainKey.IsPart(participant)
        && Live(Read<VisitTicket>(http, Visit(participant)), t => t.ExpiresAt) is { } ticket
        && ticket.Tenant == tenant && ticket.Visit == visit && ticket.Participant == participant
            ? ticket
            : null;

    public void Write(HttpContext http, StaffTicket ticket) => Append(http, ticket.Tenant is null ? Operator : Staff, ticket, ticket.ExpiresAt);

    public void Write(HttpContext http, VisitTicket ticket) => Append(http, Visit(ticket.Participant), ticket, ticket.ExpiresAt);

    /// <summary>A short-lived sealed cookie for something that is under way, such as a login.</summary>
    public void Write<T>(HttpContext http, string name, T value, DateTimeOffset expiresAt) => Append(http, name, value, expiresAt);

    public T? Read<T>(HttpContext http, string name)
        where T : class => http.Request.Cookies[name] is { Length: > 0 and < 8192 } text ? Unseal<T>(text, name) : null;

    public void Delete(HttpContext http, string name) => http.Response.Cookies.Delete(name, Options(null));

    /// <summary>Seals a value for an address or a cookie; <paramref name="purpose"/> keeps kinds apart.</summary>
    public string Seal<T>(T value, string purpose) => Protector(purpose).Protect(JsonSerializer.Serialize(value));

    /// <summary>What was sealed for this purpose, or null when it was not sealed by us.</summary>
    public T? Unseal<T>(string text, string purpose)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(Protector(purpose).Unprotect(text));
        }
        catch (Exception cause) when (cause is CryptographicException or JsonException or FormatException && !Refusal.IsAway(cause))
        {
            // Whatever a browser sends that we did not seal is no ticket. Without keys nobody knows: that is no reason to send people to a login.
            return null;
        }
    }

    private IDataProtector Protector(string purpose) => protection.CreateProtector("balie", purpose);

    private T? Live<T>(T? ticket, Func<T, DateTimeOffset> end)
        where T : class => ticket is not null && end(ticket) > clock.GetUtcNow() ? ticket : null;

    private void Append<T>(HttpContext http, string name, T value, DateTimeOffset expiresAt) =>
        http.Response.Cookies.Append(name, Seal(value, name), Options(expiresAt));

    private CookieOptions Options(DateTimeOffset? expiresAt) => new()
    {
        HttpOnly = true,
        Secure = true,
        SameSite = SameSiteMode.Lax,
        Path = "/",
        Expires = expiresAt,
        // Counted from when it arrives, whatever the visitor's clock says (RFC 6265, 5.2.2).
        MaxAge = expiresAt - clock.GetUtcNow(),
        IsEssential = true,
    };
}
