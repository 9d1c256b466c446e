using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.IdentityModel.JsonWebTokens;
using OpenIddict.Abstractions;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Balie.Sandbox.OpenId;

/// <summary>A completed login: who, by which means, for whom, and when (UTC).</summary>
public sealed record Login(Person Person, Means Means, Capacity Capacity, DateTimeOffset At);

/// <summary>Turns a login into the claims of ACM/IDM, one group of claims a scope.</summary>
public static class PersonClaims
{
    public const string Rrn = "rrn", Vo = "vo", Balie = "balie", Roles = "balie_rol_3d", CodeId = "sandbox_code", LoginMeans = "sandbox_means", LoginCapacity = "sandbox_capacity";

    /// <summary>Every scope the provider knows; which of them a client may ask is in <c>accounts.json</c>.</summary>
    public static readonly string[] AllScopes = [Scopes.OpenId, Scopes.Profile, Rrn, Vo, "wettelijkvertegenwoordiger", "ssm_mandaat", Balie];

    /// <summary>The subject says nothing about the person and stays the same over logins and restarts.</summary>
    public static string Subject(Person person) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"balie-sandbox:{person.Id}")))[..40];

    /// <summary>The claims that the granted scopes give, as JSON, the same in the ID token and at <c>userinfo</c>.</summary>
    public static JsonObject ForScopes(Person person, Means means, Capacity capacity, IReadOnlyCollection<string> scopes)
    {
        var claims = new JsonObject { [Claims.Subject] = Subject(person) };
        if (scopes.Contains(Scopes.Profile))
        {
            claims[Claims.GivenName] = person.GivenName;
            claims[Claims.FamilyName] = person.FamilyName;
        }
        if (scopes.Contains(Rrn) && means.KnowsRegisterNumber)
            claims["rrn"] = person.Rrn;
        if (scopes.Contains(Vo))
            AddCapacity(claims, person, capacity);
        if (scopes.Contains("wettelijkvertegenwoordiger") && capacity is { Code: "EA", Organisation: { } represented })
            claims["wv_orgcode"] = represented;
        if (scopes.Contains(Balie) && person.Roles is { Length: > 0 } roles)
            claims[Roles] = new JsonArray([.. roles.Select(role => JsonValue.Create(role))]);
        return claims;
    }

    /// <summary>The principal from which code, ID token and access token are made. <c>acr</c> is there only when it was asked for.</summary>
    public static ClaimsPrincipal Principal(Login login, OpenIddictRequest request)
    {
        var identity = new ClaimsIdentity("sandbox", Claims.Name, Claims.Role);
        foreach (var (name, value) in ForScopes(login.Person, login.Means, login.Capacity, [.. request.GetScopes()]))
            identity.AddClaim(ToClaim(name, value!));
        identity.SetClaim(Claims.AuthenticationTime, login.At.ToUnixTimeSeconds());
        if (!string.IsNullOrEmpty(request.AcrValues))
            identity.SetClaim(Claims.AuthenticationContextReference, login.Means.Urn);
        foreach (var claim in identity.Claims)
            claim.SetDestinations(Destinations.IdentityToken);

        // Kept inside code and access token for our own use, never shown to a client.
        identity.SetClaim(CodeId, Guid.NewGuid().ToString("N"));
        foreach (var (name, value) in new[] { (LoginMeans, login.Means.Code), (LoginCapacity, login.Capacity.Code) })
            identity.AddClaim(new Claim(name, value).SetDestinations(Destinations.AccessToken));
        var principal = new ClaimsPrincipal(identity);
        principal.SetScopes(request.GetScopes());
        return principal;
    }

    /// <summary>Makes the roles a list again: a code carries a list of one as a plain string, and clients count on a list.</summary>
    public static void RestoreRoles(ClaimsPrincipal principal)
    {
        var identity = (ClaimsIdentity)principal.Identity!;
        var roles = identity.FindAll(Roles).ToList();
        if (roles.Count == 0)
            return;
        var list = new JsonArray([.. roles.Select(role => JsonValue.Create(role.Value))]);
        roles.ForEach(identity.RemoveClaim);
        identity.AddClaim(ToClaim(Roles, list).SetDestinations(Destinations.IdentityToken));
    }

    private static void AddCapacity(JsonObject claims, Person person, Capacity capacity)
    {
        claims["vo_id"] = new Guid(SHA256.HashData(Encoding.UTF8.GetBytes($"vo:{person.Id}"))[..16]).ToString();
        claims["vo_doelgroepcode"] = capacity.Code;
        if (capacity.Organisation is { } organisation)
            claims["vo_orgcode"] = organisation;
        if (capacity.OrganisationName is { } name)
            claims["vo_orgnaam"] = name;
    }

    private static Claim ToClaim(string name, JsonNode value) => value.GetValueKind() == JsonValueKind.Array
        ? new Claim(name, value.ToJsonString(), JsonClaimValueTypes.JsonArray)
        : new Claim(name, value.GetValue<string>());
}
