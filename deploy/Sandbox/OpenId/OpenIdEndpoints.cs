using System.Security.Claims;
using System.Text;
using System.Text.Json;
using Balie.Sandbox.Pages;
using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Authentication;
using OpenIddict.Abstractions;
using OpenIddict.Server.AspNetCore;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Balie.Sandbox.OpenId;

/// <summary>The pages and answers behind OpenIddict's checks: chooser, code redemption, user info, logout.</summary>
public static class OpenIdEndpoints
{
    private const string Scheme = OpenIddictServerAspNetCoreDefaults.AuthenticationScheme;

    public static void MapOpenIdProvider(this WebApplication app)
    {
        app.MapMethods("/op/v1/auth", ["GET", "POST"], Authorize);
        app.MapPost("/op/v1/token", Redeem);
        app.MapMethods("/op/v1/userinfo", ["GET", "POST"], UserInfo);
        app.MapMethods("/op/v1/logout", ["GET", "POST"], Logout);
    }

    /// <summary>Stateless: the chooser posts the whole request back with the choice, and all of it is checked again.</summary>
    private static IResult Authorize(HttpContext http, AccountBook book, ChooserPage page, TimeProvider clock)
    {
        if (Refusal(http) is { } refusal)
            return refusal;
        var request = http.GetOpenIddictServerRequest()!;
        if (request.HasPromptValue(PromptValues.None))
            return Deny(Errors.LoginRequired, "Er is geen lopende aanmelding; prompt=none kan hier niet.");
        if (!HttpMethods.IsPost(http.Request.Method) || request["sandbox_choice"] is null)
            return page.Show(request);
        var choice = (string?)request["sandbox_choice"] ?? "";
        if (choice == "cancel")
            return Deny(Errors.AccessDenied, "De aanmelding is geannuleerd.");
        if (choice.Split('/') is not [var personId, var meansCode] || book.Person(personId) is not { } person
            || Means.ByCode(meansCode) is not { } means || !person.Means.Contains(meansCode))
            return page.Show(request, "Die keuze bestaat niet. Kies opnieuw.");
        var login = new Login(person, means, CapacityHint.Choose(person, request.LoginHint), clock.GetUtcNow());
        return Results.SignIn(PersonClaims.Principal(login, request), authenticationScheme: Scheme);
    }

    private static async Task<IResult> Redeem(HttpContext http, UsedCodes used)
    {
        var principal = (await http.AuthenticateAsync(Scheme)).Principal!;
        if (!used.Redeem(principal.GetClaim(PersonClaims.CodeId)!))
            return Deny(Errors.InvalidGrant, "The authorization code has already been redeemed.");
        PersonClaims.RestoreRoles(principal);
        return Results.SignIn(principal, authenticationScheme: Scheme);
    }

    private static async Task<IResult> UserInfo(HttpContext http, AccountBook book)
    {
        var principal = (await http.AuthenticateAsync(Scheme)).Principal!;
        var subject = principal.GetClaim(Claims.Subject);
        if (book.People.FirstOrDefault(one => PersonClaims.Subject(one) == subject) is not { } person)
            return Results.Challenge(new AuthenticationProperties(new Dictionary<string, string?>
            {
                [OpenIddictServerAspNetCoreConstants.Properties.Error] = Errors.InvalidToken,
                [OpenIddictServerAspNetCoreConstants.Properties.ErrorDescription] = "This person no longer exists.",
            }), [Scheme]);
        var capacity = person.AllCapacities.FirstOrDefault(one => one.Code == principal.GetClaim(PersonClaims.LoginCapacity));
        var claims = PersonClaims.ForScopes(
            person, Means.ByCode(principal.GetClaim(PersonClaims.LoginMeans))!, capacity ?? person.AllCapacities[0], principal.GetScopes());
        return Results.Text(claims.ToJsonString(), "application/json");
    }

    /// <summary>No session is kept, so leaving is only the way back; without an address to go to, a page says so.</summary>
    private static IResult Logout(HttpContext http)
    {
        if (Refusal(http) is { } refusal)
            return refusal;
        return http.GetOpenIddictServerRequest()!.PostLogoutRedirectUri is { Length: > 0 }
            ? Results.SignOut(authenticationSchemes: [Scheme])
            : Html.Page("Afgemeld", "<p>U bent afgemeld bij de oefenaanmelding.</p>").AsResult();
    }

    private static IResult? Refusal(HttpContext http) => http.GetOpenIddictServerResponse() is not { Error: { } error } response
        ? null
        : Html.Page("Aanmelden kan niet", $"""
            <p class="notice notice-bad" role="alert" data-error="{Html.Text(error)}">{Html.Text(response.ErrorDescription ?? error)}</p>
            <p>Foutcode: <code>{Html.Text(error)}</code></p>
            """).AsResult(StatusCodes.Status400BadRequest);

    private static IResult Deny(string error, string description) =>
        Results.Forbid(new AuthenticationProperties(new Dictionary<string, string?>
        {
            [OpenIddictServerAspNetCoreConstants.Properties.Error] = error,
            [OpenIddictServerAspNetCoreConstants.Properties.ErrorDescription] = description,
        }), [Scheme]);
}

/// <summary>ACM/IDM's way to pick a capacity beforehand: <c>login_hint</c> is base64 of <c>{"cap_hint":"EA","code_hint":"0428315871"}</c>.</summary>
public static class CapacityHint
{
    private sealed record Hint(string? Cap_hint, string? Code_hint);

    /// <summary>The hinted capacity when the person has it, else the person's first one: a hint is never a demand.</summary>
    public static Capacity Choose(Person person, string? loginHint)
    {
        var hint = Read(loginHint);
        return person.AllCapacities.FirstOrDefault(capacity => hint is not null
                && (hint.Cap_hint is null || hint.Cap_hint == capacity.Code)
                && (hint.Code_hint is null || hint.Code_hint == capacity.Organisation))
            ?? person.AllCapacities[0];
    }

    private static Hint? Read(string? loginHint)
    {
        if (string.IsNullOrEmpty(loginHint))
            return null;
        var buffer = new byte[loginHint.Length];
        if (!Convert.TryFromBase64String(loginHint, buffer, out var length))
            return null;
        try
        {
            return JsonSerializer.Deserialize<Hint>(buffer.AsSpan(0, length), JsonSerializerOptions.Web);
        }
        catch (JsonException)
        {
            // login_hint is free text for other providers (OpenID Connect Core 3.1.2.1); what is not ours is no hint.
            return null;
        }
    }
}
