using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Balie.Api.Identity;

/// <summary>What the provider vouches for. Claims as in ACM/IDM's dialect; <see cref="Acr"/> only when it was asked for.</summary>
public sealed record ProvenLogin(
    string Subject, string GivenName, string FamilyName, string? RegisterNumber, string? Acr, DateTimeOffset AuthenticatedAt, IReadOnlyList<string> Roles);

/// <summary>The login did not work. <see cref="Reason"/>: cancelled, level, number or provider.</summary>
public sealed class LoginFailedException(string reason, string message, Exception? cause = null) : Exception(message, cause)
{
    public string Reason { get; } = reason;
}

/// <summary>
/// Code flow with PKCE S256 (OpenID Connect Core 3.1, RFC 7636) at one provider: response_mode query, client_secret_basic, RS256 ID tokens.
/// Discovery and keys are cached and fetched anew when a token names a key we do not know.
/// </summary>
public sealed class OidcClient
{
    /// <summary>A provider that answered this short ago is not asked again whether it does.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(10), Patience = TimeSpan.FromSeconds(4);

    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(2), LiveSkew = TimeSpan.FromMinutes(1);
    private readonly OidcOptions _options;
    private readonly HttpClient _http;
    private readonly TimeProvider _clock;
    private readonly ConfigurationManager<OpenIdConnectConfiguration> _discovery;
    private readonly string _discoveryAddress;
    private long _answeredAt = long.MinValue;

    public OidcClient(OidcOptions options, HttpClient http, TimeProvider clock)
    {
        (_options, _http, _clock) = (options, http, clock);
        var retriever = new HttpDocumentRetriever(http) { RequireHttps = options.Authority.StartsWith("https:", StringComparison.OrdinalIgnoreCase) };
        _discoveryAddress = options.Authority.TrimEnd('/') + "/.well-known/openid-configuration";
        _discovery = new(_discoveryAddress, new OpenIdConnectConfigurationRetriever(), retriever);
    }

    public static string NewSecret() => WebEncoders.Base64UrlEncode(RandomNumberGenerator.GetBytes(32));

    /// <summary>The address that a browser is sent to. Nobody is sent to a provider that is away: the browser's own error would not say what to do.</summary>
    /// <exception cref="LoginFailedException">The provider cannot be reached.</exception>
    public async Task<string> AuthorizeAddressAsync(LoginRequest login, CancellationToken ct = default)
    {
        await AnswersAsync(ct);
        var provider = await DiscoverAsync(ct);
        var query = new Dictionary<string, string?>
        {
            ["response_type"] = "code",
            ["response_mode"] = "query",
            ["client_id"] = _options.ClientId,
            ["redirect_uri"] = login.ReturnAddress,
            ["scope"] = login.Scope,
            ["state"] = login.State,
            ["nonce"] = login.Nonce,
            ["code_challenge"] = WebEncoders.Base64UrlEncode(SHA256.HashData(Encoding.ASCII.GetBytes(login.Verifier))),
            ["code_challenge_method"] = "S256",
        };
        if (login.AcrValues.Length > 0) query["acr_values"] = login.AcrValues;
        return QueryHelpers.AddQueryString(provider.AuthorizationEndpoint, query);
    }

    /// <summary>Trades the code for an ID token (within 30 s of it being issued) and validates the token.</summary>
    /// <exception cref="LoginFailedException">The code, the token or the provider is not right.</exception>
    public async Task<ProvenLogin> RedeemAsync(string code, LoginRequest login, CancellationToken ct = default)
    {
        var provider = await DiscoverAsync(ct);
        var token = await FetchTokenAsync(provider.TokenEndpoint, code, login, ct);
        var claims = await ValidateAsync(token, provider, ct);
        if (Text(claims, "nonce") != login.Nonce) throw Bad("The nonce is not the one of this login.");
        if (Text(claims, "azp") is { } party && party != _options.ClientId) throw Bad("The token was issued to another party.");
        var acr = Text(claims, "acr");
        if (login.AcrValues.Length > 0 && acr is null) throw new LoginFailedException("level", "The login does not say its level, though it was asked.");
        var at = AuthenticatedAt(claims);
        if (login.StartedAt is { } started && (at is null || at < started - LiveSkew))
            throw new LoginFailedException("level", "The login is an older one: nobody proved who they are now.");
        return new ProvenLogin(
            Text(claims, "sub") ?? throw Bad("The token names nobody."), Text(claims, "given_name") ?? "", Text(claims, "family_name") ?? "",
            Text(claims, "rrn"), acr, at ?? _clock.GetUtcNow(), Many(claims, "balie_rol_3d"));
    }

    /// <summary>Where to send somebody who logs out; null when the provider has no such place.</summary>
    public async Task<string?> LogoutAddressAsync(string returnAddress, CancellationToken ct = default) =>
        (await DiscoverAsync(ct)).EndSessionEndpoint is { Length: > 0 } end
            ? QueryHelpers.AddQueryString(end, new Dictionary<string, string?> { ["client_id"] = _options.ClientId, ["post_logout_redirect_uri"] = returnAddress })
            : null;

    private async Task AnswersAsync(CancellationToken ct)
    {
        var answeredAt = Volatile.Read(ref _answeredAt);
        if (answeredAt != long.MinValue && _clock.GetElapsedTime(answeredAt) < Fresh) return;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(Patience);
        try
        {
            using var answer = await _http.GetAsync(_discoveryAddress, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            answer.EnsureSuccessStatusCode();
        }
        catch (Exception cause) when (cause is HttpRequestException || (cause is OperationCanceledException && !ct.IsCancellationRequested))
        {
            throw new LoginFailedException("provider", "The provider does not answer.", cause);
        }

        Volatile.Write(ref _answeredAt, _clock.GetTimestamp());
    }

    private async Task<OpenIdConnectConfiguration> DiscoverAsync(CancellationToken ct)
    {
        try
        {
            return await _discovery.GetConfigurationAsync(ct);
        }
        catch (InvalidOperationException cause)
        {
            throw new LoginFailedException("provider", "The login provider's discovery document could not be read.", cause);
        }
    }

    private async Task<string> FetchTokenAsync(string address, string code, LoginRequest login, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, address);
        var credentials = $"{Uri.EscapeDataString(_options.ClientId)}:{Uri.EscapeDataString(_options.ClientSecret)}";
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials)));
        request.Content = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "authorization_code",
            ["code"] = code,
            ["redirect_uri"] = login.ReturnAddress,
            ["code_verifier"] = login.Verifier,
        });
        try
        {
            using var response = await _http.SendAsync(request, ct);
            if (!response.IsSuccessStatusCode) throw Bad($"The provider refused the code with status {(int)response.StatusCode}.");
            using var body = await JsonDocument.ParseAsync(await response.Content.ReadAsStreamAsync(ct), cancellationToken: ct);
            return body.RootElement.TryGetProperty("id_token", out var token) && token.GetString() is { } text ? text : throw Bad("The provider gave no ID token.");
        }
        catch (Exception cause) when (cause is HttpRequestException or JsonException or TaskCanceledException && !ct.IsCancellationRequested)
        {
            throw new LoginFailedException("provider", "The provider did not answer.", cause);
        }
    }

    private async Task<IDictionary<string, object>> ValidateAsync(string token, OpenIdConnectConfiguration provider, CancellationToken ct)
    {
        var result = await TryAsync(token, provider);
        if (result.Exception is SecurityTokenSignatureKeyNotFoundException)
        {
            _discovery.RequestRefresh();
            result = await TryAsync(token, await DiscoverAsync(ct));
        }
        return result.IsValid ? result.Claims : throw new LoginFailedException("provider", "The ID token is not valid.", result.Exception);
    }

    private Task<TokenValidationResult> TryAsync(string token, OpenIdConnectConfiguration provider) => new JsonWebTokenHandler { MapInboundClaims = false }.ValidateTokenAsync(
        token,
        new TokenValidationParameters
        {
            ValidIssuer = provider.Issuer,
            ValidAudience = _options.ClientId,
            IssuerSigningKeys = provider.SigningKeys,
            ValidAlgorithms = [SecurityAlgorithms.RsaSha256],
            RequireSignedTokens = true,
            RequireExpirationTime = true,
            LifetimeValidator = (from, until, _, _) => until is { } end && end + Skew > Now && (from is not { } start || start - Skew <= Now),
        });

    private DateTime Now => _clock.GetUtcNow().UtcDateTime;

    private static DateTimeOffset? AuthenticatedAt(IDictionary<string, object> claims) =>
        claims.TryGetValue("auth_time", out var at) && long.TryParse(Convert.ToString(at, CultureInfo.InvariantCulture), CultureInfo.InvariantCulture, out var seconds)
        && seconds is > 0 and < 253_402_300_800 // year 10000
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;

    private static string? Text(IDictionary<string, object> claims, string name) => claims.TryGetValue(name, out var value) ? value as string : null;

    private static IReadOnlyList<string> Many(IDictionary<string, object> claims, string name) => claims.TryGetValue(name, out var value)
        ? value switch { string one => [one], IEnumerable<object> many => [.. many.OfType<string>()], _ => [] }
        : [];

    private static LoginFailedException Bad(string message) => new("provider", message);
}

/// <summary>What a provider may say instead of a code (RFC 6749 4.1.2.1, OpenID Connect Core 3.1.2.6); anybody can write the rest into an address.</summary>
public static class ProviderError
{
    private static readonly HashSet<string> Codes =
    [
        "access_denied", "invalid_request", "unauthorized_client", "unsupported_response_type", "invalid_scope", "server_error", "temporarily_unavailable",
        "interaction_required", "login_required", "account_selection_required", "consent_required", "invalid_request_uri", "invalid_request_object",
        "request_not_supported", "request_uri_not_supported", "registration_not_supported", "unmet_authentication_requirements",
    ];

    /// <summary>The code when it is one, for the log.</summary>
    public static string Known(string? error) => error is null ? "nothing" : Codes.TryGetValue(error, out var code) ? code : "something unknown";
}

/// <summary>One login attempt: what goes to the provider and what must come back.</summary>
public sealed record LoginRequest
{
    public required string ReturnAddress { get; init; }
    public required string Scope { get; init; }
    public required string State { get; init; }
    public required string Nonce { get; init; }
    /// <summary>PKCE verifier; only its hash goes along.</summary>
    public required string Verifier { get; init; }
    /// <summary>Space separated; empty = no level is asked.</summary>
    public string AcrValues { get; init; } = "";
    /// <summary>When set, only a login that began after this counts, give or take a minute: a session that the provider kept does not.</summary>
    public DateTimeOffset? StartedAt { get; init; }
}

/// <summary>The two clients; asking for one that is not configured is refused (<c>login.not-set-up</c>).</summary>
public sealed class OidcClients
{
    private readonly OidcClient? _staff, _citizen;

    public OidcClients(IConfiguration configuration, IHttpClientFactory http, TimeProvider clock)
    {
        OidcClient? Client(OidcOptions options) => options.IsConfigured ? new OidcClient(options, http.CreateClient("oidc"), clock) : null;
        StaffOptions = configuration.GetSection("Balie:Oidc:Staff").Get<OidcOptions>() ?? new();
        _staff = Client(StaffOptions);
        _citizen = Client(configuration.GetSection("Balie:Oidc:Citizen").Get<OidcOptions>() ?? new());
    }

    public OidcOptions StaffOptions { get; }

    public OidcClient Staff => _staff ?? throw NotSetUp();

    public OidcClient Citizen => _citizen ?? throw NotSetUp();

    private static Balie.Grains.Interfaces.Platform.BalieException NotSetUp() =>
        new(Balie.Grains.Interfaces.Platform.BalieError.Unavailable("login.not-set-up", "Aanmelden kan hier nog niet: het is niet ingesteld."));
}
