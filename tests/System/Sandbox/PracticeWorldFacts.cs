using System.Text.Json;

namespace Balie.System.Tests.Sandbox;

[Collection(SandboxCollection.Name)]
public sealed class PracticeWorldFacts(SandboxProcess sandbox)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static JsonElement Book => JsonElement.Parse(File.ReadAllBytes(SandboxProcess.BesideTheProgram("accounts.json")));

    [Fact]
    public void Every_invented_register_number_has_valid_check_digits()
    {
        foreach (var person in Book.GetProperty("people").EnumerateArray())
        {
            var rrn = person.GetProperty("rrn").GetString()!;
            var serial = long.Parse(rrn[..9]);
            var check = int.Parse(rrn[9..]);

            new[] { 97 - serial % 97, 97 - (2_000_000_000 + serial) % 97 }.ShouldContain(check, rrn);
        }
    }

    [Fact]
    public void Every_role_belongs_to_a_municipality_of_this_world_or_to_the_region()
    {
        var organisations = Book.GetProperty("municipalities").EnumerateArray().Select(one => one.GetProperty("kbo").GetString()!).ToArray();
        foreach (var kbo in organisations)
            int.Parse(kbo[8..]).ShouldBe(97 - int.Parse(kbo[..8]) % 97, kbo);

        var roles = Book.GetProperty("people").EnumerateArray()
            .Where(person => person.TryGetProperty("roles", out _))
            .SelectMany(person => person.GetProperty("roles").EnumerateArray()).Select(role => role.GetString()!.Split(':')).ToArray();

        roles.Length.ShouldBeGreaterThan(0);
        foreach (var role in roles)
            (role is ["BalieOperator", "REGIO"] || role is ["BalieMedewerker" or "BalieBeheerder", var kbo] && organisations.Contains(kbo))
                .ShouldBeTrue(string.Join(':', role));
    }

    [Theory]
    [InlineData("")]
    [InlineData("mail")]
    [InlineData("hooks")]
    [InlineData("ca")]
    public async Task Every_page_says_that_this_is_for_practice(string page) =>
        (await sandbox.Http.GetStringAsync(page, Ct)).ShouldContain("<strong>Oefenomgeving</strong>");

    [Fact]
    public async Task The_chooser_gives_every_person_a_button_for_each_means()
    {
        var client = new LoginClient(sandbox);
        using var page = await client.Open(client.Request(), Ct);
        var html = await page.Content.ReadAsStringAsync(Ct);

        foreach (var person in Book.GetProperty("people").EnumerateArray())
            foreach (var means in person.GetProperty("means").EnumerateArray())
                html.ShouldContain($"data-account=\"{person.GetProperty("id").GetString()}\" data-means=\"{means.GetString()}\"");
    }
}
