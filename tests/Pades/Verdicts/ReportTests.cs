using System.Net;
using System.Net.Sockets;
using Balie.Pades.Reports;

namespace Balie.Pades.Tests.Verdicts;

/// <summary>What a report tells beside the verdict.</summary>
public sealed class ReportTests
{
    static VerificationReport Report(Fixture fixture) => fixture.Verify();

    [Fact]
    public void Each_signer_saw_their_own_state_of_the_file_and_is_told_what_came_after()
    {
        var report = Report(Paper.Sign(Paper.Sign(Paper.Signed, "Twee"), "Drie"));

        report.Signatures.Select(one => (one.Field, one.Revision, one.Pages, one.CoversWholeFile)).ShouldBe([("Een", 3, 2, false), ("Twee", 4, 2, false), ("Drie", 5, 2, true)]);
        report.Signatures[0].ChangesAfter.Select(change => (change.Revision, change.Kind, change.Subject, change.Allowed)).ShouldBe(
            [(4, ChangeKind.SignatureAdded, "Twee", true), (5, ChangeKind.SignatureAdded, "Drie", true)]);
        report.Signatures[0].ChangesAfter[0].Pages.ShouldBe([1]);
        report.Signatures[0].ChangesAfter[1].Pages.ShouldBeEmpty("an invisible signature shows on no page");
        report.Signatures[2].ChangesAfter.ShouldBeEmpty();
    }

    [Fact]
    public void Filling_a_form_is_listed_even_where_it_is_permitted()
    {
        var change = Report(CertifiedFixtures.Filled(Paper.Certified(ChangePermission.FillAndSign))).Signatures[0].ChangesAfter.ShouldHaveSingleItem();

        (change.Kind, change.Subject, change.Allowed).ShouldBe((ChangeKind.FieldFilled, "Naam", true));
        change.Pages.ShouldBe([1]);
    }

    [Fact]
    public void The_pages_that_changed_are_named()
    {
        static IReadOnlyList<int> Pages(byte[] pdf) => [.. Report(pdf).Signatures[0].ChangesAfter.SelectMany(change => change.Pages).Distinct().Order()];

        Pages(Paper.Signed.Edit(edit => edit.SetStream(Paper.Content, "", "q Q"))).ShouldBe([1]);
        Pages(Paper.Signed.Edit(edit => edit.SetStream(14, "", "q Q"))).ShouldBe([2]);
        Pages(Paper.Signed.Edit(edit => edit.Set(Paper.Font, "<</Type/Font/Subtype/Type1/BaseFont/Courier>>"))).ShouldBe([1, 2]);
        Pages(Paper.Signed.Edit(edit => edit.Set(Paper.Tree, "<</Type/Pages/Kids[13 0 R 3 0 R]/Count 2>>"))).ShouldBe([1, 2]);
        Pages(Paper.Signed.Edit(edit => edit.Set(Paper.Tree, "<</Type/Pages/Kids[3 0 R 13 0 R]/Count 2/Rotate 90>>"))).ShouldBe([1, 2], "what the tree says, its pages inherit");
    }

    [Fact]
    public void The_level_is_the_one_that_was_proven()
    {
        static (string?, DateTimeOffset?) Proven(string name) =>
            TimeStampFixtures.All[name]().Verify().Signatures.Select(one => (one.Level, one.ProvenTime)).Single();

        Report(Paper.Signed).Signatures[0].Level.ShouldBe("B-B");
        Proven("signature-timestamp").ShouldBe(("B-T", TestAuthority.Now));
        Proven("document-timestamp").ShouldBe(("B-T", TestAuthority.Now.AddMinutes(5)));
        Proven("timestamps-out-of-order").ShouldBe(("B-T", TestAuthority.Now.AddMinutes(5)));
        foreach (var name in new[] { "timestamp-of-other-signature", "timestamp-broken", "timestamp-unknown-authority", "timestamp-not-for-stamping" })
        {
            Proven(name).ShouldBe(("B-B", null), name);
            TimeStampFixtures.All[name]().Verify().Signatures[0].Warnings.ShouldContain(warning => warning.Code == "time-stamp", name);
        }
    }

    [Fact]
    public void A_time_stamp_is_judged_by_its_own_anchors()
    {
        var fixture = TimeStampFixtures.All["document-timestamp"]();
        var report = (fixture with { Policy = fixture.Policy with { TimeStampAnchors = [] } }).Verify();

        report.Signatures[0].Level.ShouldBe("B-B");
        report.TimeStamps[0].SubIndication.ShouldBe(SubIndication.NoCertificateChainFound);
        report.Verdict.ShouldBe(Verdict.TotalPassed, "it only proves nothing");
    }

    [Fact]
    public void Soft_says_that_revocation_was_not_checked()
    {
        Report(Paper.Signed).RevocationChecked.ShouldBeFalse();
        CertificateFixtures.All["revocation-required"]().Verify().RevocationChecked.ShouldBeFalse();
        CertificateFixtures.All["revocation-anchor-signs"]().Verify().RevocationChecked.ShouldBeTrue();
        (ForgedFixtures.All["letter-changed"]() with { Policy = Fixture.Usual with { Revocation = RevocationRule.Require } }).Verify().RevocationChecked.ShouldBeFalse();
    }

    [Fact]
    public async Task Nobody_is_called_whatever_addresses_a_certificate_holds()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var called = listener.AcceptTcpClientAsync();
        var address = $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/";
        // The issuer is not at hand: whoever follows addresses would fetch it now.
        var signer = CertificateFixtures.WithAddresses(address);
        var report = new Fixture(CertificateFixtures.By(signer), Fixture.Usual with { TrustAnchors = [Ceremony.Officer], Revocation = RevocationRule.Require }).Verify();

        report.SubIndication.ShouldBe(SubIndication.NoCertificateChainFound);
        listener.Pending().ShouldBeFalse();
        listener.Stop();
        await Should.ThrowAsync<Exception>(() => called);
    }

    [Fact]
    public void A_name_writes_into_neither_report_nor_terminal_nor_page()
    {
        var report = ChangeFixtures.All["names-inject"]().Verify();
        var json = ReportJson.Text(ReportJson.Node(report));
        var texts = new[] { json, ReportText.Write(report, ReportLanguage.Dutch), ReportText.Write(report, ReportLanguage.English) };

        foreach (var text in texts) text.ShouldAllBe(c => c == '\n' || !char.IsControl(c) && c != '\u202e');
        json.ShouldNotContain("<script>");
        System.Text.Json.Nodes.JsonNode.Parse(json)!["signatures"]!.AsArray().Count.ShouldBe(1);
        texts[1].Split('\n').Count(line => line.StartsWith("Handtekening '", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Fact]
    public void The_name_in_the_file_is_not_taken_for_the_signer()
    {
        var signature = ChangeFixtures.All["appearance-of-another"]().Verify().Signatures.ShouldHaveSingleItem();

        signature.Signer.ShouldBe("Zegel Zonnedaal P-256");
        signature.Warnings.ShouldContain(warning => warning.Code == "name-differs");
    }

    [Fact]
    public void A_person_reads_in_their_language_what_happened()
    {
        var report = CertifiedFixtures.All["certified-p2-annotated"]().Verify();

        var dutch = ReportText.Write(report, ReportLanguage.Dutch);
        dutch.ShouldContain("Op dit bestand valt niet te vertrouwen. (TOTAL-FAILED, FORMAT_FAILURE)");
        dutch.ShouldContain("De ondertekenaar zag versie 3, met 2 bladzijden.");
        dutch.ShouldContain("Versie 4: opmerking toegevoegd (Text) op bladzijde 1. Dat mag NIET.");
        ReportText.Write(report, ReportLanguage.English).ShouldContain("Revision 4 added a remark (Text) on page 1. This is NOT allowed.");
    }

    [Fact]
    public void Every_problem_that_a_fixture_shows_has_a_Dutch_sentence()
    {
        var groups = new[] { ForgedFixtures.All, ShadowFixtures.All, CertifiedFixtures.All, CmsFixtures.All, CertificateFixtures.All, TimeStampFixtures.All };
        var codes = new HashSet<string>();
        foreach (var make in groups.SelectMany(group => group.Values))
        {
            try
            {
                var report = make().Verify();
                codes.UnionWith(report.Signatures.Concat(report.TimeStamps).SelectMany(one => one.Problems.Concat(one.Warnings)).Select(problem => problem.Code));
            }
            catch (Balie.Pdf.PdfRefusedException)
            {
                // A file that is not read has no report; the tool tells why.
            }
        }
        codes.Except(DutchWords.Known).ShouldBe(["later-change"], "that one is told by its changes");
    }
}
