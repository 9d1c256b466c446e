using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Balie.Api.Identity;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Time.Testing;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Balie.Unit.Tests.Api;

public sealed class OidcClientFacts : IDisposable
{
    private const string Acr = "urn:be:vlaanderen:authmech:eid";
    private readonly Provider _provider = new();
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UtcNow);
    private readonly LoginRequest _login = new()
    {
        ReturnAddress = "https://balie.example/aanmelden/burger/terug",
        Scope = "openid profile rrn",
        State = "a-state",
        Nonce = OidcClient.NewSecret(),
        Verifier = OidcClient.NewSecret(),
        AcrValues = Acr,
    };

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_browser_is_sent_with_the_hash_of_the_verifier_and_never_with_the_verifier()
    {
        var address = new Uri(await Client().AuthorizeAddressAsync(_login, Ct));

        var query = QueryHelpers.ParseQuery(address.Query);
        query["code_challenge"].ToString().ShouldBe(WebEncoders.Base64UrlEncode(SHA256.HashData(Encoding.ASCII.GetBytes(_login.Verifier))));
        query["code_challenge_method"].ToString().ShouldBe("S256");
        query["acr_values"].ToString().ShouldBe(Acr);
        query["response_mode"].ToString().ShouldBe("query");
        address.ToString().ShouldNotContain(_login.Verifier);
    }

    [Fact]
    public async Task Nobody_is_sent_to_a_provider_that_went_away()
    {
        var client = Client();
        await client.AuthorizeAddressAsync(_login, Ct);
        _provider.Away = true;
        await client.AuthorizeAddressAsync(_login, Ct);
        _clock.Advance(TimeSpan.FromSeconds(10));

        (await Should.ThrowAsync<LoginFailedException>(() => client.AuthorizeAddressAsync(_login, Ct))).Reason.ShouldBe("provider");

        _provider.Away = false;
        (await client.AuthorizeAddressAsync(_login, Ct)).ShouldStartWith(Provider.Issuer);
    }

    [Fact]
    public async Task A_right_token_tells_who_it_is()
    {
        var proven = await RedeemAsync();

        (proven.Subject, proven.GivenName, proven.FamilyName, proven.RegisterNumber, proven.Acr).ShouldBe(("s-1", "Gerrit", "Maes", "61041221753", Acr));
        _provider.Form["code_verifier"].ToString().ShouldBe(_login.Verifier);
        _provider.Form.ContainsKey("client_secret").ShouldBeFalse();
        _provider.Authorization.ShouldBe("Basic " + Convert.ToBase64String("balie:geheim"u8.ToArray()));
    }

    [Theory]
    [InlineData("nonce", "another")]
    [InlineData("aud", "somebody-else")]
    [InlineData("azp", "somebody-else")]
    [InlineData("iss", "https://elders.example/op")]
    [InlineData("sub", null)]
    [InlineData("nonce", null)]
    public async Task A_token_that_is_not_of_this_login_is_refused(string claim, string? value)
    {
        _provider.Change = claims => { if (value is null) claims.Remove(claim); else claims[claim] = value; };

        (await Should.ThrowAsync<LoginFailedException>(RedeemAsync())).Reason.ShouldBe("provider");
    }

    [Fact]
    public async Task A_token_that_is_over_is_refused()
    {
        _clock.Advance(TimeSpan.FromMinutes(10));

        await Should.ThrowAsync<LoginFailedException>(RedeemAsync());
    }

    [Fact]
    public async Task A_token_without_the_level_that_was_asked_is_refused()
    {
        _provider.Change = claims => claims.Remove("acr");

        (await Should.ThrowAsync<LoginFailedException>(RedeemAsync())).Reason.ShouldBe("level");
    }

    [Theory]
    [InlineData(-61, false)]
    [InlineData(null, false)]
    [InlineData(-59, true)]
    [InlineData(5, true)]
    public async Task An_old_session_at_the_provider_is_no_login_now(int? secondsFromTheStart, bool counts)
    {
        var started = _clock.GetUtcNow();
        var login = _login with { StartedAt = started };
        _provider.Change = claims =>
        {
            if (secondsFromTheStart is { } seconds) claims["auth_time"] = started.AddSeconds(seconds).ToUnixTimeSeconds() + (seconds < -60 ? 0 : 1);
        };

        if (counts) (await RedeemAsync(login)).Subject.ShouldBe("s-1");
        else (await Should.ThrowAsync<LoginFailedException>(RedeemAsync(login))).Reason.ShouldBe("level");
        (await RedeemAsync()).Subject.ShouldBe("s-1");
    }

    [Theory]
    [InlineData("access_denied", "access_denied")]
    [InlineData("x\r\nJan Maes is aangemeld", "something unknown")]
    public void Only_a_known_code_of_the_provider_is_repeated(string said, string repeated) => ProviderError.Known(said).ShouldBe(repeated);

    [Fact]
    public async Task A_token_signed_by_another_key_or_not_at_all_is_refused()
    {
        using var other = RSA.Create(2048);
        _provider.Signer = new SigningCredentials(new RsaSecurityKey(other) { KeyId = "k1" }, SecurityAlgorithms.RsaSha256);
        await Should.ThrowAsync<LoginFailedException>(RedeemAsync());

        _provider.Signer = new SigningCredentials(new SymmetricSecurityKey(Encoding.UTF8.GetBytes("geheim".PadRight(64, '.'))), SecurityAlgorithms.HmacSha256);
        await Should.ThrowAsync<LoginFailedException>(RedeemAsync());

        _provider.Signer = null;
        await Should.ThrowAsync<LoginFailedException>(RedeemAsync());
    }

    [Fact]
    public async Task A_code_that_the_provider_refuses_is_a_failed_login()
    {
        _provider.TokenStatus = HttpStatusCode.BadRequest;

        (await Should.ThrowAsync<LoginFailedException>(RedeemAsync())).Reason.ShouldBe("provider");
    }

    [Fact]
    public async Task One_role_or_several_are_read_alike()
    {
        _provider.Change = claims => claims["balie_rol_3d"] = "BalieMedewerker:0299900145";
        (await RedeemAsync()).Roles.ShouldBe(["BalieMedewerker:0299900145"]);

        _provider.Change = claims => claims["balie_rol_3d"] = new[] { "BalieBeheerder:0299900145", "BalieMedewerker:0299900145" };
        (await RedeemAsync()).Roles.ShouldBe(["BalieBeheerder:0299900145", "BalieMedewerker:0299900145"]);
    }

    public void Dispose() => _provider.Dispose();

    private OidcClient Client() => new(
        new OidcOptions { Authority = Provider.Issuer, ClientId = "balie", ClientSecret = "geheim" }, new HttpClient(_provider, disposeHandler: false), _clock);

    private async Task<ProvenLogin> RedeemAsync(LoginRequest? login = null)
    {
        _provider.Claims = new()
        {
            ["iss"] = Provider.Issuer,
            ["aud"] = "balie",
            ["sub"] = "s-1",
            ["nonce"] = _login.Nonce,
            ["given_name"] = "Gerrit",
            ["family_name"] = "Maes",
            ["rrn"] = "61041221753",
            ["acr"] = Acr,
            ["iat"] = DateTimeOffset.UtcNow.ToUnixTimeSeconds(),
            ["exp"] = DateTimeOffset.UtcNow.AddMinutes(5).ToUnixTimeSeconds(),
        };
        return await Client().RedeemAsync("a-code", login ?? _login, Ct);
    }

    /// <summary>A provider's three answers: discovery, keys, token.</summary>
    private sealed class Provider : HttpMessageHandler
    {
        public const string Issuer = "https://login.example/op";
        private readonly RSA _key = RSA.Create(2048);

        public Provider() => Signer = new SigningCredentials(new RsaSecurityKey(_key) { KeyId = "k1" }, SecurityAlgorithms.RsaSha256);

        public Dictionary<string, object> Claims { get; set; } = [];

        public Action<Dictionary<string, object>> Change { get; set; } = _ => { };

        public SigningCredentials? Signer { get; set; }

        public bool Away { get; set; }

        public HttpStatusCode TokenStatus { get; set; } = HttpStatusCode.OK;

        public Dictionary<string, Microsoft.Extensions.Primitives.StringValues> Form { get; private set; } = [];

        public string? Authorization { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => request.RequestUri!.AbsolutePath switch
        {
            "/op/.well-known/openid-configuration" when Away => throw new HttpRequestException("Connection refused"),
            "/op/.well-known/openid-configuration" => Json(new
            {
                issuer = Issuer,
                authorization_endpoint = Issuer + "/v1/auth",
                token_endpoint = Issuer + "/v1/token",
                jwks_uri = Issuer + "/v1/keys",
            }),
            "/op/v1/keys" => Json(new { keys = new[] { PublicKey() } }),
            "/op/v1/token" => await TokenAsync(request, cancellationToken),
            _ => new HttpResponseMessage(HttpStatusCode.NotFound),
        };

        protected override void Dispose(bool disposing)
        {
            _key.Dispose();
            base.Dispose(disposing);
        }

        private async Task<HttpResponseMessage> TokenAsync(HttpRequestMessage request, CancellationToken ct)
        {
            Form = QueryHelpers.ParseQuery(await request.Content!.ReadAsStringAsync(ct));
            Authorization = request.Headers.Authorization?.ToString();
            Change(Claims);
            var payload = JsonSerializer.Serialize(Claims);
            var handler = new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false };
            var token = Signer is null ? handler.CreateToken(payload) : handler.CreateToken(payload, Signer);
            return Json(new { id_token = token, access_token = "x", token_type = "Bearer" }, TokenStatus);
        }

        private object PublicKey()
        {
            var key = _key.ExportParameters(includePrivateParameters: false);
            return new { kty = "RSA", use = "sig", kid = "k1", alg = "RS256", n = WebEncoders.Base64UrlEncode(key.Modulus!), e = WebEncoders.Base64UrlEncode(key.Exponent!) };
        }

        private static HttpResponseMessage Json(object body, HttpStatusCode status = HttpStatusCode.OK) =>
            new(status) { Content = new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json") };
    }
}
