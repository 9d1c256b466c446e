using Balie.Api.Pages;
using Balie.Api.Platform;
using Balie.Grains.Interfaces.Identity;
using Balie.Grains.Interfaces.Platform;

namespace Balie.Api.Identity;

/// <summary>
/// The login window of a participant, beside the call. Bound to the visit cookie of the browser it was opened in; the room keeps nonce and
/// verifier and gives them out once. What came of it travels by the live feed; the window only says that it may be closed.
/// </summary>
public static class CitizenLogin
{
    private const string ReturnTo = "/aanmelden/burger/terug", Scope = "openid profile rrn", Purpose = "citizen-login";

    public static void MapCitizenLogin(this IEndpointRouteBuilder app)
    {
        app.MapGet("/{tenant}/aanmelden/burger", Start).Access(Access.Participant).ExcludeFromDescription();
        app.MapGet(ReturnTo, Return).Access(Access.Anyone).ExcludeFromDescription();
    }

    private static async Task<IResult> Start(
        string tenant, string visit, IGrainFactory grains, OidcClients clients, TicketCookies seals, PublicAddress address, TimeProvider clock, HttpContext http,
        ILogger<OidcClient> log, string means = "itsme", CancellationToken ct = default)
    {
        if (http.Request.Headers["Sec-Fetch-Site"] == "cross-site") throw DoorErrors.Forged();
        var room = grains.Identity(tenant, visit);
        var ticket = await room.StartLogin(new StartLogin { CommandId = Guid.NewGuid(), Means = means }, ct);
        var login = new UnderWay(tenant, visit, http.Caller().Id, ticket.State, clock.GetUtcNow());
        var state = seals.Seal(login, Purpose);
        http.Response.Headers.CacheControl = "no-store";
        try
        {
            return Results.Redirect(await clients.Citizen.AuthorizeAddressAsync(Request(ticket, login, state, address.Of(http.Request)), ct));
        }
        catch (LoginFailedException cause)
        {
            log.LogWarning(cause, "Nobody can log in now: {Reason}.", cause.Reason);
            await room.LoginFailed(new LoginFailed { CommandId = Guid.NewGuid(), State = login.State, Reason = cause.Reason }, ct);
            return Failed("De aanmelddienst antwoordt nu niet. Jullie gesprek loopt gewoon door.", tenant);
        }
    }

    private static async Task<IResult> Return(
        IGrainFactory grains, OidcClients clients, TicketCookies cookies, PublicAddress address, HttpContext http, ILogger<OidcClient> log, string state = "",
        string? code = null, string? error = null, CancellationToken ct = default)
    {
        if (cookies.Unseal<UnderWay>(state, Purpose) is not { } login
            || cookies.ReadVisit(http, login.Tenant, login.Visit, login.Participant) is not { } seat)
            return Failed("Deze aanmelding hoort niet bij dit gesprek. Ga terug naar het gesprek en begin opnieuw.", null);
        Caller.Current = seat.ToCaller();
        var room = grains.Identity(login.Tenant, login.Visit);
        try
        {
            var ticket = await room.TakeLogin(new TakeLogin { CommandId = Guid.NewGuid(), State = login.State }, ct);
            if (code is null) throw new LoginFailedException(error == "access_denied" ? "cancelled" : "provider", $"The provider said {ProviderError.Known(error)}.");
            await ProveAsync(room, login, await clients.Citizen.RedeemAsync(code, Request(ticket, login, state, address.Of(http.Request)), ct), ct);
            if (await WhyNotAsync(room, login, ct) is { } reason) return Failed(Sentence(reason), login.Tenant);
            return PlainPage.Of("Gelukt", "<p>Je bent aangemeld. Je mag dit venster sluiten en verdergaan met het gesprek.</p>", tenant: login.Tenant);
        }
        catch (LoginFailedException cause)
        {
            log.LogInformation(cause, "A login in visit {Tenant}/{Visit} failed: {Reason}.", login.Tenant, login.Visit, cause.Reason);
            await room.LoginFailed(new LoginFailed { CommandId = Guid.NewGuid(), State = login.State, Reason = cause.Reason }, ct);
            return Failed(Sentence(cause.Reason), login.Tenant);
        }
        catch (BalieException refused) when (refused.Error.Kind is not ErrorKind.Unavailable)
        {
            return Failed(refused.Error.Message, login.Tenant);
        }
    }

    private static async Task ProveAsync(IIdentityCheckGrain room, UnderWay login, ProvenLogin proven, CancellationToken ct)
    {
        var command = new ProveIdentity
        {
            CommandId = Guid.NewGuid(),
            State = login.State,
            Subject = proven.Subject,
            GivenName = proven.GivenName,
            FamilyName = proven.FamilyName,
            RegisterNumber = proven.RegisterNumber ?? throw new LoginFailedException("number", "The login carries no register number."),
            Acr = proven.Acr ?? throw new LoginFailedException("level", "The login carries no level."),
            AuthenticatedAt = proven.AuthenticatedAt,
        };
        await RetryOnce.RunAsync(async () =>
        {
            await room.Prove(command, ct);
            return true;
        });
    }

    /// <summary>The room judges level, number and person, and keeps the outcome in its view; null = proven.</summary>
    private static async Task<string?> WhyNotAsync(IIdentityCheckGrain room, UnderWay login, CancellationToken ct)
    {
        var check = (await room.View(ct)).Checks.FirstOrDefault(c => c.Participant == login.Participant);
        return check is { Status: IdentityStatus.Proven or IdentityStatus.Confirmed } ? null : check?.LastFailure ?? "provider";
    }

    private static LoginRequest Request(LoginTicket ticket, UnderWay login, string state, string address) => new()
    {
        ReturnAddress = address + ReturnTo,
        Scope = Scope,
        State = state,
        Nonce = ticket.Nonce,
        Verifier = ticket.CodeVerifier,
        AcrValues = ticket.AcrValues,
        StartedAt = login.StartedAt,
    };

    private static IResult Failed(string sentence, string? tenant) => PlainPage.Of(
        "Niet gelukt", $"<p>{PlainPage.Text(sentence)}</p><p>Sluit dit venster en probeer opnieuw in het gesprek.</p>", StatusCodes.Status200OK, tenant);

    private static string Sentence(string reason) => reason switch
    {
        "cancelled" => "Je hebt het aanmelden stopgezet.",
        "level" => "Zo aanmelden is niet sterk of niet recent genoeg. Meld je opnieuw aan met itsme of je eID.",
        "number" => "We kregen geen rijksregisternummer. Kies itsme of je eID.",
        "same-person" => "Iemand anders in dit gesprek heeft zich al met deze identiteit aangemeld.",
        _ => "Het aanmelden lukte niet.",
    };

    /// <summary>What travels sealed in the provider's <c>state</c>: where the login belongs, and the room's own random state.</summary>
    private sealed record UnderWay(string Tenant, string Visit, string Participant, string State, DateTimeOffset StartedAt);
}
