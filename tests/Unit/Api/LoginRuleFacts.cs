using Balie.Api.Identity;
using Balie.Grains.Interfaces.Tenancy;
using Microsoft.Extensions.Configuration;

namespace Balie.Unit.Tests.Api;

public sealed class LoginRuleFacts
{
    [Theory]
    [InlineData("/zonnedaal/balie", "/zonnedaal/balie")]
    [InlineData("/zonnedaal/balie/bezoek/v1", "/zonnedaal/balie/bezoek/v1")]
    [InlineData(null, "/zonnedaal/balie")]
    [InlineData("https://elders.example/zonnedaal/balie", "/zonnedaal/balie")]
    [InlineData("//elders.example", "/zonnedaal/balie")]
    [InlineData("/\\elders.example", "/zonnedaal/balie")]
    [InlineData("/zonnedaal/balie/../../elders", "/zonnedaal/balie")]
    [InlineData("/zonnedaal/balie/\r\nSet-Cookie: x", "/zonnedaal/balie")]
    [InlineData("/zonnedaal/baliex", "/zonnedaal/balie")]
    [InlineData("/rivierbeke/balie", "/zonnedaal/balie")]
    public void A_login_returns_to_our_own_pages_only(string? asked, string goes) =>
        ReturnPath.Of(asked, "/zonnedaal/balie", "/zonnedaal/balie").ShouldBe(goes);

    [Fact]
    public void Only_roles_of_the_own_organisation_count()
    {
        string[] claims = ["BalieMedewerker:0299900145", "BalieBeheerder:0299900244", "BalieOperator:REGIO", "Anders:0299900145", "BalieMedewerker"];

        StaffRoles.In(claims, "0299900145").ShouldBe(["medewerker"]);
        StaffRoles.In(claims, "0299900244").ShouldBe(["beheerder"]);
        StaffRoles.IsOperator(claims, "REGIO").ShouldBeTrue();
        StaffRoles.IsOperator(claims, "REGI").ShouldBeFalse();
        StaffRoles.IsOperator(claims, "0299900145").ShouldBeFalse();
        StaffRoles.IsOperator([.. claims, "BalieOperator:"], "").ShouldBeFalse();
    }

    [Fact]
    public void Somebody_with_an_agenda_goes_by_its_id_and_another_by_a_safe_form_of_the_subject()
    {
        var settings = new TenantSettings
        {
            View = null!, OrganisationNumber = "0299900145", Hours = [], Rules = [],
            Staff = [new StaffMember { Id = "an.peeters", Subject = "abc", Name = "An Peeters", Products = [] }],
        };

        StaffRoles.IdOf("abc", settings).ShouldBe("an.peeters");
        StaffRoles.IdOf("iets/anders", settings).ShouldBe("u-iets-anders");
    }

    [Theory]
    [InlineData("http://login.example", "https://balie.example", "eid", false)]
    [InlineData("https://login.example", "http://balie.example", "eid", false)]
    [InlineData("https://login.example", null, "eid", false)]
    [InlineData("geen adres", "https://balie.example", "eid", false)]
    [InlineData("https://login.example", "https://balie.example", "", false)]
    [InlineData("https://login.example", "https://balie.example", "eid", true)]
    public void Outside_Development_logins_are_strong_and_encrypted_or_Balie_does_not_start(string authority, string? address, string level, bool starts)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Balie:Oidc:Staff:Authority"] = authority,
            ["Balie:Oidc:Staff:ClientId"] = "balie",
            ["Balie:Oidc:Staff:ClientSecret"] = "geheim",
            ["Balie:Oidc:Staff:AcrValues"] = level,
            ["Balie:PublicAddress"] = address,
        }).Build();

        if (starts) Should.NotThrow(() => OidcOptionsCheck.Check(configuration, isDevelopment: false));
        else Should.Throw<InvalidOperationException>(() => OidcOptionsCheck.Check(configuration, isDevelopment: false));
    }

    [Fact]
    public void In_Development_a_practice_login_over_http_is_fine()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Balie:Oidc:Citizen:Authority"] = "http://localhost:8081",
            ["Balie:Oidc:Citizen:ClientId"] = "balie",
            ["Balie:Oidc:Citizen:ClientSecret"] = "geheim",
        }).Build();

        Should.NotThrow(() => OidcOptionsCheck.Check(configuration, isDevelopment: true));
    }
}
