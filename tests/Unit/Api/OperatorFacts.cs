using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Balie.Api.Platform.Operator;
using Balie.Grains.Interfaces.Platform;

namespace Balie.Unit.Api;

public sealed class OperatorFacts
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 20, 0, 0, TimeSpan.Zero);

    private static ClusterHealth Well(params Figure[] figures) => new()
    {
        At = Now,
        DatabaseMilliseconds = 2,
        ActiveSilos = 1,
        Nodes = [Node("a:1", "web, rooms, media", Now)],
        Figures = [.. figures],
    };

    private static NodeHealth Node(string name, string roles, DateTimeOffset seen, double disk = 70e9, double media = 1, double load = 0.12) => new(name, roles, Now.AddHours(-3), seen,
        [new("balie.process.memory", 240e6), new("balie.disk.free", disk), new("balie.audit.lag", 20), new("balie.media.up", media), new("balie.media.load", load)]);

    private static ImmutableArray<Sentence> Troubles(ClusterHealth health) => [.. Sentences.Of(health).Where(s => s.Level != Level.Fine)];

    [Fact]
    public void A_cluster_that_fares_well_says_so_in_sentences_and_asks_nothing()
    {
        var said = Sentences.Of(Well(new Figure("balie.calls.running", 3), new Figure("balie.calls.tenants", 2)));
        said.ShouldAllBe(s => s.Level == Level.Fine && s.Runbook == null);
        said.Select(s => s.Text).ShouldBe(
        [
            "De databank antwoordt in 2 ms.",
            "Er is 1 knooppunt met kamers actief.",
            "a:1 (web, rooms, media) draait 3 uur en gebruikt 240 MB.",
            "Op a:1 is nog 70,0 GB schijf vrij.",
            "De mediaserver van a:1 draait en gebruikt 12% van een kern.",
            "Er lopen 3 gesprekken in 2 gemeenten.",
            "Alle uitgaande berichten zijn weg.",
            "Het journaal is 20 seconden geleden verzegeld.",
        ]);
    }

    [Fact]
    public void What_is_wrong_comes_first()
    {
        var said = Sentences.Of(Well() with { Nodes = [Node("a:1", "media", Now, disk: 4e9, media: 0)] });
        said[0].ShouldBe(new Sentence(Level.Broken, "De mediaserver van a:1 draait niet.", "media"));
        said[1].ShouldBe(new Sentence(Level.Attention, "Op a:1 is nog 4,0 GB schijf vrij.", "schijf"));
    }

    [Fact]
    public void A_process_that_is_silent_for_three_reports_is_lost_and_its_figures_no_longer_count()
    {
        var health = Well() with { Nodes = [Node("a:1", "rooms", Now), Node("b:1", "media", Now - Sentences.Silent - TimeSpan.FromSeconds(1), media: 0)] };
        Troubles(health).ShouldHaveSingleItem().ShouldBe(new Sentence(Level.Broken, "b:1 (media) zwijgt al 36 seconden.", "media"));
        Troubles(health with { Nodes = [Node("b:1", "rooms", Now - Sentences.Silent)] }).ShouldBeEmpty();
    }

    [Fact]
    public void Without_the_database_the_page_says_that_calls_go_on_and_what_to_do()
    {
        var said = Sentences.Of(new ClusterHealth { At = Now, ActiveSilos = 2 });
        said.Select(s => (s.Level, s.Runbook)).ShouldBe([(Level.Broken, "postgresql"), (Level.Fine, null)]);
    }

    [Fact]
    public void Late_messages_dead_letters_a_seal_that_lags_and_a_busy_node_ask_attention()
    {
        var health = Well(new Figure("balie.outbox.due", 1), new Figure("balie.outbox.oldest", 61), new Figure("balie.calls.waiting", 1), new Figure("balie.calls.longest-wait", 901)) with
        {
            Nodes = [Node("a:1", "media", Now, load: 0.9) with { Figures = [new("balie.media.up", 1), new("balie.media.load", 0.9), new("balie.audit.lag", 181)] }],
            Dead = [new("mail", 2, Now, "SmtpCommandException")],
        };
        Troubles(health).Select(s => s.Text).ShouldBe(
        [
            "De mediaserver van a:1 draait en gebruikt 90% van een kern.",
            "1 persoon wacht; wie het langst wacht, wacht 15 minuten.",
            "1 uitgaande bericht wacht; het oudste 61 seconden.",
            "2 berichten van soort mail zijn opgegeven (SmtpCommandException).",
            "Het journaal is 3 minuten geleden verzegeld.",
        ]);
    }

    [Fact]
    public void Every_trouble_that_names_a_runbook_has_one_and_runbooks_refer_only_to_each_other()
    {
        var broken = new[]
        {
            new ClusterHealth { At = Now },
            Well() with { Nodes = [] },
            Well() with { ActiveSilos = 0, Nodes = [Node("a", "rooms", Now.AddHours(-1)), Node("b", "media", Now.AddHours(-1)), Node("c", "media", Now, disk: 1, media: 0), Node("d", "media", Now, load: 1)] },
            Well(new Figure("balie.outbox.due", 9), new Figure("balie.outbox.oldest", 900), new Figure("balie.calls.waiting", 9), new Figure("balie.calls.longest-wait", 9000)) with { Dead = [new("x", 1, Now, null)], },
        };
        foreach (var sentence in broken.SelectMany(h => Troubles(h))) Runbooks.Read(sentence.Runbook.ShouldNotBeNull(sentence.Text)).ShouldNotBeNull(sentence.Runbook);
        foreach (var name in Runbooks.Names)
        foreach (Match link in Regex.Matches(Runbooks.Read(name)!.Value.Html, "href=\"([^\"]+)\""))
            Runbooks.Names.ShouldContain(link.Groups[1].Value, name);
    }

    [Fact]
    public void What_is_wider_than_a_phone_in_a_runbook_moves_sideways_by_itself()
    {
        var pages = Runbooks.Names.Select(name => Runbooks.Read(name)!.Value.Html).ToList();

        pages.ShouldContain(html => html.Contains("<table>", StringComparison.Ordinal));
        foreach (var html in pages)
            Regex.Count(html, "<div class=\"wide\"[^>]* tabindex=\"0\"><table>").ShouldBe(Regex.Count(html, "<table>"));
    }

    [Fact]
    public void A_runbook_that_is_not_there_is_not_found() => Runbooks.Read("../appsettings").ShouldBeNull();
}
