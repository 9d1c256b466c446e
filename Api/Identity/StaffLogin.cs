using Balie.Api.Pages;
using Balie.Api.Platform;
using Balie.Grains.Interfaces.Platform;
using Microsoft.AspNetCore.Mvc;

namespace Balie.Api.Identity;

/// <summary>Login and logout of staff and of the operator. What must come back is sealed in a short-lived cookie, one for each login under way.</summary>
public static class StaffLogin
{
    private const string ReturnTo = "/aanmelden/medewerker/terug", Scope = "openid profile balie", OperatorHome = "/operator";
    private static readonly TimeSpan LoginLasts = TimeSpan.FromMinutes(10), DayLasts = TimeSpan.FromHours(10);

    public static void MapStaffLogin(this IEndpointRouteBuilder app)
    {
        app.MapGet("/{tenant}/aanmelden/medewerker", Start).Access(Access.Visitor).ExcludeFromDescription();
        app.MapGet("/operator/aanmelden", StartOperator).Access(Access.Anyone).ExcludeFromDescription();
        app.MapGet(ReturnTo, Return).Access(Access.Anyone).ExcludeFromDescription();
        var staff = app.MapGroup("/api/{tenant}/staff").WithTags("Identity");
        staff.MapGet("/me", Me).Access(Access.Staff).WithName("GetStaffMe");
        staff.MapPost("/logout", Logout).Access(Access.Staff).WithName("Logout");
    }

    private static async Task<IResult> Start(
        string tenant, IGrainFactory grains, OidcClients clients, TicketCookies cookies, TimeProvider clock, PublicAddress address, HttpContext http, ILogger<OidcClient> log, string? terug = null,
        CancellationToken ct = default)
    {
        await grains.Tenant(tenant).View(ct);
        var home = $"/{tenant}/balie";
        return await SendAsync(new UnderWay { Tenant = tenant, Path = ReturnPath.Of(terug, home, home), StartedAt = clock.GetUtcNow() }, clients, cookies, clock, address, http, log, ct);
    }

    private static Task<IResult> StartOperator(
        OidcClients clients, TicketCookies cookies, TimeProvider clock, PublicAddress address, HttpContext http, ILogger<OidcClient> log, string? terug = null, CancellationToken ct = default) =>
        SendAsync(new UnderWay { Tenant = null, Path = ReturnPath.Of(terug, OperatorHome, OperatorHome), StartedAt = clock.GetUtcNow() }, clients, cookies, clock, address, http, log, ct);

    private static async Task<IResult> SendAsync(
        UnderWay login, OidcClients clients, TicketCookies cookies, TimeProvider clock, PublicAddress address, HttpContext http, ILogger<OidcClient> log, CancellationToken ct)
    {
        http.Response.Headers.CacheControl = "no-store";
        try
        {
            var target = await clients.Staff.AuthorizeAddressAsync(login.ToRequest(address.Of(http.Request), clients.StaffOptions.AcrValues), ct);
            cookies.Write(http, CookieOf(login.State), login, clock.GetUtcNow() + LoginLasts);
            return Results.Redirect(target);
        }
        catch (LoginFailedException cause)
        {
            log.LogWarning(cause, "Nobody can log in at {Tenant} now.", login.Tenant ?? "operator");
            return Failed("Aanmelden kan nu niet", "De aanmelddienst antwoordt niet. Wie al aangemeld is, werkt gewoon verder.", login, StatusCodes.Status503ServiceUnavailable);
        }
    }

    private static async Task<IResult> Return(
        IGrainFactory grains, OidcClients clients, TicketCookies cookies, TimeProvider clock, PublicAddress address, HttpContext http, ILogger<OidcClient> log,
        string state = "", string? code = null, string? error = null, CancellationToken ct = default)
    {
        if (cookies.Read<UnderWay>(http, CookieOf(state)) is not { } login || login.State != state || login.StartedAt + LoginLasts < clock.GetUtcNow())
            return Failed("Deze aanmelding is verlopen", "Begin opnieuw.", null, StatusCodes.Status400BadRequest);
        cookies.Delete(http, CookieOf(state));
        if (code is null) return Failed("Je bent niet aangemeld", error == "access_denied" ? "Je hebt het aanmelden stopgezet." : "Het aanmelden lukte niet.", login);
        try
        {
            var proven = await clients.Staff.RedeemAsync(code, login.ToRequest(address.Of(http.Request), clients.StaffOptions.AcrValues), ct);
            if (clients.StaffOptions.AcrValues is { Length: > 0 } levels && !levels.Split(' ').Contains(proven.Acr))
                throw new LoginFailedException("level", "The login is below the level that staff need.");
            if (await TicketAsync(login, proven, clients.StaffOptions.OperatorOrganisation, grains, clock, ct) is not { } ticket) return NoRole(login);
            cookies.Write(http, ticket);
            return Results.LocalRedirect(login.Path);
        }
        catch (LoginFailedException cause)
        {
            log.LogWarning(cause, "A staff login of {Tenant} failed.", login.Tenant ?? "operator");
            return Failed("Je bent niet aangemeld", "Het aanmelden lukte niet. Probeer opnieuw.", login);
        }
    }

    private static async Task<StaffTicket?> TicketAsync(
        UnderWay login, ProvenLogin proven, string operators, IGrainFactory grains, TimeProvider clock, CancellationToken ct)
    {
        var (name, ends) = ($"{proven.GivenName} {proven.FamilyName}".Trim(), clock.GetUtcNow() + DayLasts);
        if (login.Tenant is not { } tenant)
            return StaffRoles.IsOperator(proven.Roles, operators) ? new(null, "operator", name, [StaffTicket.OperatorRole], TicketCookies.NewSession(), ends) : null;
        Caller.Current = Caller.Visitor(tenant);
        var settings = await grains.Tenant(tenant).Settings(ct);
        var roles = StaffRoles.In(proven.Roles, settings.OrganisationNumber);
        var id = StaffRoles.IdOf(proven.Subject, settings);
        return roles.Length == 0 ? null : new(tenant, id, name, roles, TicketCookies.NewSession(), ends);
    }

    private static StaffMe Me(HttpContext http) => http.Caller() is var caller ? new(caller.Id, caller.Name, [.. caller.Roles], caller.Tenant!) : null!;

    private static async Task<LogoutAddress> Logout(
        string tenant, [FromServices] OidcClients clients, TicketCookies cookies, PublicAddress address, HttpContext http, ILogger<OidcClient> log, CancellationToken ct)
    {
        cookies.Delete(http, TicketCookies.Staff);
        var home = $"/{tenant}/balie";
        try
        {
            return new(await clients.Staff.LogoutAddressAsync(address.Of(http.Request) + home, ct) ?? home);
        }
        catch (LoginFailedException cause)
        {
            log.LogWarning(cause, "The provider's logout is out of reach; the own session of {Tenant} ended.", tenant);
            return new(home);
        }
    }

    private static IResult NoRole(UnderWay login) => Failed(
        "Je hebt hier geen rol",
        login.Tenant is null ? "Je bent aangemeld, maar je bent geen operator van deze regio." : "Je bent aangemeld, maar je hebt geen rol bij deze gemeente. Vraag ze aan je beheerder.",
        login,
        StatusCodes.Status403Forbidden);

    private static IResult Failed(string title, string sentence, UnderWay? login, int status = StatusCodes.Status200OK)
    {
        var again = login switch
        {
            null => "/",
            { Tenant: null } => "/operator/aanmelden",
            _ => $"/{login.Tenant}/aanmelden/medewerker?terug={Uri.EscapeDataString(login.Path)}",
        };
        return PlainPage.Of(title, $"<p>{PlainPage.Text(sentence)}</p><p><a class=\"button\" href=\"{PlainPage.Text(again)}\">Opnieuw proberen</a></p>", status, login?.Tenant);
    }

    private static string CookieOf(string state) => "__Host-balie-login-" + (state.Length >= 8 && state.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_') ? state[..8] : "none");

    /// <summary>A login under way, sealed in the browser's cookie.</summary>
    private sealed record UnderWay
    {
        public required string? Tenant { get; init; }
        public required string Path { get; init; }
        public string State { get; init; } = OidcClient.NewSecret();
        public string Nonce { get; init; } = OidcClient.NewSecret();
        public string Verifier { get; init; } = OidcClient.NewSecret();
        public required DateTimeOffset StartedAt { get; init; }

        public LoginRequest ToRequest(string address, string acrValues) => new()
        {
            ReturnAddress = address + ReturnTo,
            Scope = Scope,
            State = State,
            Nonce = Nonce,
            Verifier = Verifier,
            AcrValues = acrValues,
        };
    }
}

public sealed record StaffMe(string Id, string Name, IReadOnlyList<string> Roles, string Tenant);

public sealed record LogoutAddress(string Redirect);
