using System.Runtime.CompilerServices;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Interfaces.Tenancy;
using Balie.Grains.Tenancy;
using Balie.Unit.Tests.Booking;

namespace Balie.Unit.Tests.Tenancy;

public sealed class SettingsFacts
{
    [Theory]
    [InlineData("zonnedaal")]
    [InlineData("rivierbeke")]
    public void The_example_municipalities_hold_together(string code)
    {
        var example = ExampleMunicipality.Read(File.ReadAllText(Path.Combine(Examples(), $"{code}.json")));

        SettingsCheck.Errors(example.Settings).ShouldBeEmpty();
        example.Settings.View.Code.ShouldBe(code);
        example.Settings.Staff.Length.ShouldBeGreaterThan(1);
        example.About.ShouldStartWith("Oefenomgeving");
    }

    [Fact]
    public void A_pale_theme_is_refused_with_the_contrast_it_has()
    {
        var error = Errors(s => s with { View = s.View with { Theme = s.View.Theme with { Primary = "#767676" } } });
        var pale = Errors(s => s with { View = s.View with { Theme = s.View.Theme with { Primary = "#777777" } } }).ShouldHaveSingleItem();

        error.ShouldBeEmpty();
        pale.Code.ShouldBe("theme.contrast");
        pale.Message.ShouldContain("4,48 op 1");
    }

    [Fact]
    public void Contrast_is_that_of_the_web_content_accessibility_guidelines()
    {
        Contrast.Ratio("#000000", "#ffffff").ShouldBe(21, 0.001);
        Contrast.Ratio("#767676", "#ffffff").ShouldBe(4.54, 0.01);
        Contrast.Ratio("#ffffff", "#ffffff").ShouldBe(1, 0.001);
    }

    [Fact]
    public void Hours_that_overlap_or_run_backwards_are_refused()
    {
        Codes(s => s with { Hours = [.. s.Hours, new OpeningHours(2, "11:00", "13:00")] }).ShouldContain("hours.overlap");
        Codes(s => s with { Hours = [new OpeningHours(2, "11:00", "09:00")] }).ShouldContain("hours.form");
        Codes(s => s with { Hours = [new OpeningHours(8, "09:00", "11:00")] }).ShouldContain("hours.form");
        Codes(s => s with { Hours = [new OpeningHours(2, "9", "11:00")] }).ShouldContain("hours.form");
        Codes(s => s with { Hours = [new OpeningHours(2, "09:00", "24:00")] }).ShouldBeEmpty();
    }

    [Fact]
    public void Staff_work_within_the_opening_hours_on_products_that_exist()
    {
        Codes(s => Staffed(s, m => m with { Hours = [new OpeningHours(2, "08:00", "10:00")] })).ShouldContain("staff.outside");
        Codes(s => Staffed(s, m => m with { Products = ["q"] })).ShouldBe(["staff.products", "product.nobody"], ignoreOrder: true);
        Codes(s => Staffed(s, m => m with { Id = "an.peeters" })).ShouldContain("staff.id");
        Codes(s => s with { Staff = [.. s.Staff, .. s.Staff] }).ShouldContain("staff.twice");
    }

    [Fact]
    public void Every_product_has_its_rules_and_no_rules_stray()
    {
        Codes(s => s with { Rules = [] }).ShouldBe(["rules.one"]);
        Codes(s => s with { Rules = [.. s.Rules, s.Rules[0] with { Product = "q" }] }).ShouldContain("rules.stray");
    }

    [Theory]
    [InlineData("0299900145", true)]
    [InlineData("0299900244", true)]
    [InlineData("0299900146", false)]
    [InlineData("2299900145", false)]
    [InlineData("299900145", false)]
    [InlineData("029990014x", false)]
    public void An_organisation_number_is_checked(string number, bool valid) => OrganisationNumber.IsValid(number).ShouldBe(valid);

    [Fact]
    public void A_figure_for_emissions_needs_a_source() =>
        Codes(s => s with { GramsCo2PerKilometre = 150, Co2Source = "" }).ShouldBe(["trips.source"]);

    [Fact]
    public void A_webhook_needs_an_address_and_a_real_secret()
    {
        var secret = "whsec_" + Convert.ToBase64String(new byte[32]);
        Codes(s => s with { Webhooks = [new WebhookEndpoint("a", "https://gemeente.example/in", secret)] }).ShouldBeEmpty();
        Codes(s => s with { Webhooks = [new WebhookEndpoint("a", "ftp://gemeente.example/in", secret)] }).ShouldBe(["webhook.url"]);
        Codes(s => s with { Webhooks = [new WebhookEndpoint("a", "https://gemeente.example/in", "geheim")] }).ShouldBe(["webhook.secret"]);
    }

    private static TenantSettings Staffed(TenantSettings settings, Func<StaffMember, StaffMember> change) =>
        settings with { Staff = [change(settings.Staff[0])] };

    private static List<string> Codes(Func<TenantSettings, TenantSettings> change) => [.. Errors(change).Select(e => e.Code)];

    private static IReadOnlyList<BalieError> Errors(Func<TenantSettings, TenantSettings> change) => SettingsCheck.Errors(change(SlotFacts.Settings()));

    private static string Examples([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../../deploy/examples"));
}
