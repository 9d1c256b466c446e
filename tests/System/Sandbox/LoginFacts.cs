using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.Tokens;

namespace Balie.System.Tests.Sandbox;

[Collection(SandboxCollection.Name)]
public sealed class LoginFacts(SandboxProcess sandbox)
{
    private const string Eid = "urn:be:vlaanderen:authmech:eid";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Discovery_speaks_the_dialect_of_the_government()
    {
        var discovery = JsonElement.Parse(await sandbox.Http.GetStringAsync("op/.well-known/openid-configuration", Ct));

        discovery.GetProperty("issuer").GetString().ShouldBe(sandbox.Issuer);
        discovery.GetProperty("authorization_endpoint").GetString().ShouldBe($"{sandbox.Issuer}/v1/auth");
        discovery.GetProperty("token_endpoint").GetString().ShouldBe($"{sandbox.Issuer}/v1/token");
        discovery.GetProperty("jwks_uri").GetString().ShouldBe($"{sandbox.Issuer}/v1/keys");
        discovery.GetProperty("end_session_endpoint").GetString().ShouldBe($"{sandbox.Issuer}/v1/logout");
        discovery.GetProperty("introspection_endpoint").GetString().ShouldBe($"{sandbox.Issuer}/v1/introspect");
        discovery.GetProperty("userinfo_endpoint").GetString().ShouldBe($"{sandbox.Issuer}/v1/userinfo");
        Strings(discovery, "response_types_supported").ShouldBe(["code"]);
        Strings(discovery, "code_challenge_methods_supported").ShouldBe(["S256"]);
        Strings(discovery, "id_token_signing_alg_values_supported").ShouldBe(["RS256"]);
        Strings(discovery, "token_endpoint_auth_methods_supported").ShouldBe(["client_secret_basic", "client_secret_post"], ignoreOrder: true);
    }

    [Fact]
    public async Task A_citizen_logs_in_and_the_token_carries_name_register_number_and_means()
    {
        var client = new LoginClient(sandbox);
        var before = DateTimeOffset.UtcNow.ToUnixTimeSeconds();

        var back = await client.Choose("gerrit/eid", Ct, acrValues: Eid);
        back["state"].ShouldBe(client.State);
        var (_, answer) = await client.Redeem(back["code"], Ct);
        var token = await client.Validate(answer.GetProperty("id_token").GetString()!, Ct);

        token.Alg.ShouldBe("RS256");
        token.GetClaim("given_name").Value.ShouldBe("Gerrit");
        token.GetClaim("family_name").Value.ShouldBe("Maes");
        token.GetClaim("rrn").Value.ShouldBe("61041221753");
        token.GetClaim("acr").Value.ShouldBe(Eid);
        token.GetPayloadValue<long>("auth_time").ShouldBeInRange(before, DateTimeOffset.UtcNow.ToUnixTimeSeconds());
        token.TryGetClaim("balie_rol_3d", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Without_acr_values_the_token_is_silent_about_the_means() =>
        (await new LoginClient(sandbox).Login("gerrit/eid", Ct)).TryGetClaim("acr", out _).ShouldBeFalse();

    [Fact]
    public async Task A_weaker_means_than_asked_is_reported_as_what_it_is() =>
        (await new LoginClient(sandbox).Login("tom/csampassword", Ct, acrValues: Eid)).GetClaim("acr").Value
            .ShouldBe("urn:be:vlaanderen:authmech:csampassword");

    [Fact]
    public async Task A_self_registered_account_has_no_register_number() =>
        (await new LoginClient(sandbox).Login("tom/csamselfreg", Ct)).TryGetClaim("rrn", out _).ShouldBeFalse();

    [Fact]
    public async Task An_employee_carries_a_list_of_roles_even_when_it_holds_one()
    {
        var token = await new LoginClient(sandbox, "balie-staff", "openid profile vo balie").Login("an/eid", Ct);

        var payload = JsonElement.Parse(Base64UrlEncoder.Decode(token.EncodedPayload));
        Strings(payload, "balie_rol_3d").ShouldBe(["BalieMedewerker:0299900145"]);
        token.GetClaim("vo_doelgroepcode").Value.ShouldBe("LB");
        token.GetClaim("vo_orgcode").Value.ShouldBe("0299900145");
        token.TryGetClaim("rrn", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Someone_with_two_roles_carries_both()
    {
        var token = await new LoginClient(sandbox, "balie-staff", "openid balie").Login("carla/itsme", Ct);

        Strings(JsonElement.Parse(Base64UrlEncoder.Decode(token.EncodedPayload)), "balie_rol_3d")
            .ShouldBe(["BalieBeheerder:0299900145", "BalieMedewerker:0299900145"]);
    }

    [Fact]
    public async Task A_citizen_who_logs_in_as_staff_has_no_role()
    {
        var token = await new LoginClient(sandbox, "balie-staff", "openid profile vo balie").Login("gerrit/eid", Ct);

        token.TryGetClaim("balie_rol_3d", out _).ShouldBeFalse();
        token.GetClaim("vo_doelgroepcode").Value.ShouldBe("BUR");
    }

    [Fact]
    public async Task A_hint_picks_the_capacity_in_which_someone_acts()
    {
        var hint = Convert.ToBase64String(Encoding.UTF8.GetBytes("""{"cap_hint":"EA","code_hint":"0799900305"}"""));

        var token = await new LoginClient(sandbox, "balie-staff", "openid vo").Login("lieve/itsme", Ct, loginHint: hint);

        token.GetClaim("vo_doelgroepcode").Value.ShouldBe("EA");
        token.GetClaim("vo_orgcode").Value.ShouldBe("0799900305");
    }

    [Fact]
    public async Task A_code_works_once()
    {
        var client = new LoginClient(sandbox);
        var code = (await client.Choose("lieve/itsme", Ct))["code"];

        (await client.Redeem(code, Ct)).Status.ShouldBe(HttpStatusCode.OK);
        var (status, answer) = await client.Redeem(code, Ct);

        status.ShouldBe(HttpStatusCode.BadRequest);
        answer.GetProperty("error").GetString().ShouldBe("invalid_grant");
    }

    [Fact]
    public async Task A_code_is_useless_without_its_verifier()
    {
        var client = new LoginClient(sandbox);
        var code = (await client.Choose("lieve/itsme", Ct))["code"];

        var (status, answer) = await client.Redeem(code, Ct, otherVerifier: new string('a', 43));

        status.ShouldBe(HttpStatusCode.BadRequest);
        answer.GetProperty("error").GetString().ShouldBe("invalid_grant");
    }

    [Fact]
    public async Task A_wrong_client_secret_is_refused()
    {
        var client = new LoginClient(sandbox);
        var code = (await client.Choose("lieve/itsme", Ct))["code"];

        var (status, answer) = await client.Redeem(code, Ct, otherSecret: "geraden");

        status.ShouldBe(HttpStatusCode.Unauthorized);
        answer.GetProperty("error").GetString().ShouldBe("invalid_client");
    }

    [Theory]
    [InlineData("balie-burger", "openid profile vo", "invalid_scope")]
    [InlineData("balie-burger", "openid balie", "invalid_scope")]
    [InlineData("balie-staff", "openid rrn", "invalid_scope")]
    [InlineData("balie-staff", "openid geheim", "invalid_scope")]
    [InlineData("onbekend", "openid", "unauthorized_client")]
    public async Task What_a_client_may_not_ask_fails_before_anybody_logs_in(string clientId, string scope, string error)
    {
        var client = new LoginClient(sandbox, clientId, scope);

        using var page = await client.Open(client.Request(), Ct);

        page.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        var html = await page.Content.ReadAsStringAsync(Ct);
        html.ShouldContain($"data-error=\"{error}\"");
        html.ShouldNotContain("data-account");
    }

    [Theory]
    [InlineData("http://elders.example/terug", false)]
    [InlineData("http://localhost:8080@elders.example/terug", false)]
    [InlineData("http://localhost:8081/terug", false)]
    [InlineData("https://balie.example/regionaal", false)]
    [InlineData("https://balie.example/regio/terug", true)]
    [InlineData("http://localhost:8080/overal/terug", true)]
    public async Task People_are_sent_back_to_Balie_only(string redirectUri, bool allowed)
    {
        var client = new LoginClient(sandbox);

        using var page = await client.Open(new(client.Request()) { ["redirect_uri"] = redirectUri }, Ct);

        page.StatusCode.ShouldBe(allowed ? HttpStatusCode.OK : HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Who_cancels_goes_back_with_access_denied()
    {
        var client = new LoginClient(sandbox);

        var back = await client.Choose("cancel", Ct);

        back["error"].ShouldBe("access_denied");
        back["state"].ShouldBe(client.State);
    }

    [Fact]
    public async Task User_info_and_introspection_know_the_access_token()
    {
        var client = new LoginClient(sandbox);
        var (_, answer) = await client.Redeem((await client.Choose("yusuf/eid", Ct))["code"], Ct);
        var accessToken = answer.GetProperty("access_token").GetString()!;

        using var ask = new HttpRequestMessage(HttpMethod.Get, "op/v1/userinfo");
        ask.Headers.Authorization = new AuthenticationHeaderValue("Bearer", accessToken);
        using var info = await sandbox.Http.SendAsync(ask, Ct);
        JsonElement.Parse(await info.Content.ReadAsStringAsync(Ct)).GetProperty("rrn").GetString().ShouldBe("90490511330");

        using var introspection = await sandbox.Http.PostAsync("op/v1/introspect", new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["client_id"] = "balie-burger",
            ["client_secret"] = "oefen-geheim-burger",
            ["token"] = accessToken,
        }), Ct);
        JsonElement.Parse(await introspection.Content.ReadAsStringAsync(Ct)).GetProperty("active").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task Logging_out_leads_back_to_Balie_with_the_state()
    {
        using var back = await sandbox.Http.GetAsync(
            "op/v1/logout?client_id=balie-burger&state=s7&post_logout_redirect_uri=" + Uri.EscapeDataString("http://localhost:8080/tot-ziens"), Ct);
        using var elsewhere = await sandbox.Http.GetAsync(
            "op/v1/logout?client_id=balie-burger&post_logout_redirect_uri=" + Uri.EscapeDataString("http://elders.example/"), Ct);

        back.Headers.Location.ShouldBe(new Uri("http://localhost:8080/tot-ziens?state=s7"));
        elsewhere.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_page_elsewhere_cannot_reach_the_sandbox_under_its_own_name()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "mail/api/messages");
        request.Headers.Host = "elders.example";

        using var response = await sandbox.Http.SendAsync(request, Ct);

        response.StatusCode.ShouldBe(HttpStatusCode.MisdirectedRequest);
    }

    private static string?[] Strings(JsonElement json, string name) =>
        [.. json.GetProperty(name).EnumerateArray().Select(item => item.GetString())];
}
