using System.Security.Cryptography;
using System.Text;
using OpenIddict.Abstractions;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Balie.Sandbox.OpenId;

/// <summary>What a client may do: which addresses it may send people back to, which scopes it may ask, which secret is its own.</summary>
public sealed class ClientRules(AccountBook book, SandboxOptions options)
{
    public void Check(ValidateAuthorizationRequestContext context)
    {
        if (book.Client(context.ClientId) is not { } client)
            context.Reject(Errors.UnauthorizedClient, "Deze toepassing is hier niet bekend (client_id).");
        else if (!IsBalie(context.Request.RedirectUri))
            context.Reject(Errors.InvalidRequest, "De redirect_uri ligt niet onder een adres van Balie (--balie).");
        else if (context.Request.GetScopes().Except(client.Scopes, StringComparer.Ordinal).FirstOrDefault() is { } scope)
            context.Reject(Errors.InvalidScope, $"De scope '{scope}' is niet toegestaan voor {client.Id}.");
        else if (!context.Request.GetScopes().Contains(Scopes.OpenId))
            context.Reject(Errors.InvalidScope, "De scope 'openid' ontbreekt.");
    }

    public void Check(ValidateTokenRequestContext context)
    {
        if (!IsAuthentic(context.ClientId, context.ClientSecret))
            context.Reject(Errors.InvalidClient, "Unknown client or wrong client_secret.");
    }

    public void Check(ValidateIntrospectionRequestContext context)
    {
        if (!IsAuthentic(context.ClientId, context.ClientSecret))
            context.Reject(Errors.InvalidClient, "Unknown client or wrong client_secret.");
    }

    public void Check(ValidateEndSessionRequestContext context)
    {
        if (context.ClientId is { } id && book.Client(id) is null)
            context.Reject(Errors.UnauthorizedClient, "Deze toepassing is hier niet bekend (client_id).");
        else if (context.PostLogoutRedirectUri is not { } address)
            return;
        else if (context.ClientId is null && context.Request.IdTokenHint is null)
            context.Reject(Errors.InvalidRequest, "Bij post_logout_redirect_uri hoort een client_id.");
        else if (!IsBalie(address))
            context.Reject(Errors.InvalidRequest, "De post_logout_redirect_uri ligt niet onder een adres van Balie (--balie).");
    }

    private bool IsAuthentic(string? id, string? secret) =>
        book.Client(id) is { } client && CryptographicOperations.FixedTimeEquals(
            Encoding.UTF8.GetBytes(secret ?? ""), Encoding.UTF8.GetBytes(client.Secret));

    /// <summary>Any path below a configured address, on purpose: the real provider wants each address registered.</summary>
    private bool IsBalie(string? text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.UserInfo.Length == 0 && options.BalieAddresses.Any(home =>
            Uri.Compare(home, uri, UriComponents.SchemeAndServer, UriFormat.SafeUnescaped, StringComparison.OrdinalIgnoreCase) == 0
            && (uri.AbsolutePath + "/").StartsWith(home.AbsolutePath.TrimEnd('/') + "/", StringComparison.Ordinal));
}
