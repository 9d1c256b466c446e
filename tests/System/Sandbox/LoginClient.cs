using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Web;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Balie.System.Tests.Sandbox;

/// <summary>Plays the browser and the relying party of one login: fills the chooser, redeems the code, validates the ID token.</summary>
internal sealed partial class LoginClient(SandboxProcess sandbox, string clientId = "balie-burger", string scope = "openid profile rrn")
{
    public const string RedirectUri = "http://localhost:8080/aanmelden/terug";

    private readonly string verifier = Base64UrlEncoder.Encode(RandomNumberGenerator.GetBytes(32));

    public string Nonce { get; } = Guid.NewGuid().ToString("N");

    public string State { get; } = Guid.NewGuid().ToString("N");

    public Dictionary<string, string?> Request(string? acrValues = null, string? loginHint = null) => new()
    {
        ["client_id"] = clientId,
        ["redirect_uri"] = RedirectUri,
        ["response_type"] = "code",
        ["response_mode"] = "query",
        ["scope"] = scope,
        ["nonce"] = Nonce,
        ["state"] = State,
        ["code_challenge"] = Base64UrlEncoder.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(verifier))),
        ["code_challenge_method"] = "S256",
        ["acr_values"] = acrValues,
        ["login_hint"] = loginHint,
    };

    public Task<HttpResponseMessage> Open(Dictionary<string, string?> request, CancellationToken ct) =>
        sandbox.Http.GetAsync("op/v1/auth?" + string.Join('&', request.Where(one => one.Value is not null)
            .Select(one => $"{one.Key}={Uri.EscapeDataString(one.Value!)}")), ct);

    /// <summary>Opens the chooser, presses the button with this value as a browser would, and returns the query of the way back.</summary>
    public async Task<Dictionary<string, string>> Choose(string choice, CancellationToken ct, string? acrValues = null, string? loginHint = null)
    {
        using var page = await Open(Request(acrValues, loginHint), ct);
        page.StatusCode.ShouldBe(HttpStatusCode.OK);
        var html = await page.Content.ReadAsStringAsync(ct);
        html.ShouldContain($"value=\"{choice}\"");
        var fields = HiddenField().Matches(html).ToDictionary(match => match.Groups[1].Value, match => WebUtility.HtmlDecode(match.Groups[2].Value));
        fields["sandbox_choice"] = choice;
        using var back = await sandbox.Http.PostAsync("op/v1/auth", new FormUrlEncodedContent(fields), ct);
        back.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        back.Headers.Location!.GetLeftPart(UriPartial.Path).ShouldBe(RedirectUri);
        var query = HttpUtility.ParseQueryString(back.Headers.Location.Query);
        return query.AllKeys.ToDictionary(key => key!, key => query[key]!);
    }

    private string Secret => clientId == "balie-staff" ? "oefen-geheim-staff" : "oefen-geheim-burger";

    /// <summary>The form that redeems a code, with the secret in it (client_secret_post).</summary>
    public Dictionary<string, string> Redemption(string code) => new()
    {
        ["grant_type"] = "authorization_code",
        ["client_id"] = clientId,
        ["client_secret"] = Secret,
        ["code"] = code,
        ["redirect_uri"] = RedirectUri,
        ["code_verifier"] = verifier,
    };

    public async Task<(HttpStatusCode Status, JsonElement Answer)> Redeem(
        string code, CancellationToken ct, string? otherVerifier = null, string? otherSecret = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "op/v1/token")
        {
            Content = new FormUrlEncodedContent(new Dictionary<string, string>(Redemption(code)) { ["code_verifier"] = otherVerifier ?? verifier }
                .Where(field => field.Key is not ("client_id" or "client_secret"))),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes($"{clientId}:{otherSecret ?? Secret}")));
        using var response = await sandbox.Http.SendAsync(request, ct);
        return (response.StatusCode, JsonElement.Parse(await response.Content.ReadAsStringAsync(ct)));
    }

    /// <summary>Discovery, keys, signature, issuer, audience, lifetime and nonce, all by an independent library.</summary>
    public async Task<JsonWebToken> Validate(string idToken, CancellationToken ct)
    {
        var discovery = await OpenIdConnectConfigurationRetriever.GetAsync(
            $"{sandbox.Issuer}/.well-known/openid-configuration", new HttpDocumentRetriever { RequireHttps = false }, ct);
        var result = await new JsonWebTokenHandler().ValidateTokenAsync(idToken, new TokenValidationParameters
        {
            ValidIssuer = discovery.Issuer,
            ValidAudience = clientId,
            IssuerSigningKeys = discovery.SigningKeys,
            ValidAlgorithms = [SecurityAlgorithms.RsaSha256],
        });
        result.IsValid.ShouldBeTrue(result.Exception?.Message);
        var token = (JsonWebToken)result.SecurityToken;
        token.GetClaim("nonce").Value.ShouldBe(Nonce);
        return token;
    }

    /// <summary>The whole way from chooser to validated ID token.</summary>
    public async Task<JsonWebToken> Login(string choice, CancellationToken ct, string? acrValues = null, string? loginHint = null)
    {
        var back = await Choose(choice, ct, acrValues, loginHint);
        var (status, answer) = await Redeem(back["code"], ct);
        status.ShouldBe(HttpStatusCode.OK, answer.ToString());
        return await Validate(answer.GetProperty("id_token").GetString()!, ct);
    }

    [GeneratedRegex("<input type=\"hidden\" name=\"([^\"]+)\" value=\"([^\"]*)\">")]
    private static partial Regex HiddenField();
}
