using System.Globalization;
using System.Text.RegularExpressions;
using Balie.Pdf;

namespace Balie.Pades.Tests;

/// <summary>What other programs say about files signed here.</summary>
public sealed partial class RealFilesTests(Corpus corpus)
{
    public static TheoryData<string> Files => [.. Corpus.Names];

    [Theory, MemberData(nameof(Files))]
    public async Task Two_signatures_on_placed_fields_are_valid_for_other_readers(string name)
    {
        var path = Signed(name, Ceremony.Both(corpus.Read(name)));

        await ShouldHoldTwoValidSignatures(path);
        (await Tool.Succeed("pdftotext", path, "-")).ShouldContain(Corpus.Sentence);
    }

    [Theory, MemberData(nameof(Files))]
    public async Task Two_signatures_in_new_fields_are_valid_for_other_readers(string name)
    {
        var once = Ceremony.Sign(corpus.Read(name), Ceremony.CitizenRequest("Eerste") with { Place = Ceremony.Left });
        var twice = Ceremony.Sign(once, Ceremony.Request("Tweede", Ceremony.Officer));

        await ShouldHoldTwoValidSignatures(Signed(name + "-nieuw", twice));
        Ceremony.Verify(twice).ShouldAllBe(report => report.Passed);
    }

    [Theory, MemberData(nameof(Files))]
    public void Both_signatures_pass_the_own_check(string name)
    {
        var reports = Ceremony.Verify(Ceremony.Both(corpus.Read(name)));

        reports.Select(report => (report.Field, report.Intact, report.Trusted, report.LaterChangesAllowed, report.CoversWholeFile)).ShouldBe(
            [("Burger", true, true, true, false), ("Ambtenaar", true, true, true, true)],
            string.Join(" ", reports.SelectMany(report => report.Problems)));
        reports[0].Signer.ShouldBe("Zegel Zonnedaal P-256");
        reports[0].ClaimedTime.ShouldBe(TestAuthority.Now);
    }

    [Theory, MemberData(nameof(Files))]
    public void Signing_only_appends(string name)
    {
        var original = corpus.Read(name);
        var signed = Ceremony.Both(original);

        signed.AsSpan().StartsWith(original).ShouldBeTrue();
        PdfDocument.Open(signed).Revisions.Count.ShouldBe(PdfDocument.Open(original).Revisions.Count + 3);
        (signed.Length - original.Length).ShouldBeLessThan(60_000);
    }

    [Theory, InlineData("libreoffice-pdfa"), InlineData("chromium-object-streams")]
    public async Task The_appearances_are_drawn_where_they_were_placed(string name)
    {
        var original = corpus.Read(name);
        var before = await Picture(name + "-voor", original);
        var after = await Picture(name + "-na", Ceremony.Both(original));

        after.InkIn(Ceremony.Left.Rectangle).ShouldBeGreaterThan(before.InkIn(Ceremony.Left.Rectangle) + 800);
        after.InkIn(Ceremony.Right.Rectangle).ShouldBeGreaterThan(before.InkIn(Ceremony.Right.Rectangle) + 800);
        after.InkOutside(Ceremony.Left.Rectangle, Ceremony.Right.Rectangle).ShouldBe(before.InkOutside(Ceremony.Left.Rectangle, Ceremony.Right.Rectangle));
    }

    [Theory, InlineData(0), InlineData(90), InlineData(180), InlineData(270)]
    public async Task On_a_turned_page_the_appearance_stands_upright_where_it_was_asked(int rotation)
    {
        var area = new PdfRectangle(30, 40, 150, 60);
        var page = $"<</Type/Page/Parent 2 0 R/MediaBox[0 0 500 400]/CropBox[50 20 450 320]/Rotate {rotation}/Contents 4 0 R>>";
        var fields = EmptySignatureFields.Place(TinyPdf.Write([TinyPdf.Catalog, TinyPdf.Pages, page, TinyPdf.Content]), [new("Burger", "Burger", new(1, area))]);
        var signed = Ceremony.Sign(fields, Ceremony.CitizenRequest());
        var picture = await Picture($"gedraaid-{rotation}", signed);

        picture.InkIn(area).ShouldBeGreaterThan(500);
        picture.InkOutside(area).ShouldBe(0);
        var path = Path.Combine(corpus.Folder, $"gedraaid-{rotation}-getekend.pdf");
        var words = await Tool.Succeed("pdftotext", "-bbox", path, "-");
        var word = Regex.Match(words, @"xMin=""(\S+)"" yMin=""(\S+)"" xMax=""(\S+)"" yMax=""(\S+)"">Handtekening");
        word.Success.ShouldBeTrue(words);
        var box = word.Groups.Values.Skip(1).Select(group => double.Parse(group.Value, CultureInfo.InvariantCulture)).ToArray();
        (box[2] - box[0]).ShouldBeGreaterThan(2 * (box[3] - box[1]), "the text runs from left to right");
    }

    [Fact]
    public async Task The_text_of_an_appearance_can_be_read_and_its_fonts_are_embedded()
    {
        var path = Signed("tekst", Ceremony.Both(corpus.Read("libreoffice-pdfa")));

        var fonts = await Tool.Succeed("pdffonts", path);
        var added = fonts.Split('\n').Where(line => line.Contains("Liberation") && line.Contains("Identity-H")).ToArray();
        added.Length.ShouldBeGreaterThanOrEqualTo(3, fonts);
        added.ShouldAllBe(line => EmbeddedSubsetWithUnicode().IsMatch(line));
        (await Tool.Succeed("pdftotext", "-layout", path, "-")).ShouldContain("Handtekening van Noor Van Eetvelde, ambtenaar");
    }

    [Fact]
    public async Task A_tagged_file_stays_tagged_with_its_fields_in_the_structure()
    {
        var original = corpus.Read("libreoffice-pdfa");
        PdfDocument.Open(original).IsTagged.ShouldBeTrue();
        var path = Signed("structuur", Ceremony.Both(original));

        var structure = await Tool.Succeed("pdfinfo", "-struct", path);
        Regex.Count(structure, @"^\s+Form\b", RegexOptions.Multiline).ShouldBe(2, structure);
    }

    [Fact]
    public void Files_tell_their_pages_and_whether_they_act_by_themselves()
    {
        foreach (var name in Corpus.Names)
        {
            var document = PdfDocument.Open(corpus.Read(name));
            document.PageCount.ShouldBe(2, name);
            document.Pages[0].Visible.Width.ShouldBeInRange(590, 613, name);
            document.HasActiveContent.ShouldBeFalse($"{name}: {string.Join(", ", document.ActiveContent)}");
            document.HasSignatures.ShouldBeFalse(name);
            document.Revisions.Count.ShouldBe(1, name);
        }
    }

    [Theory, InlineData("libreoffice-pdfa"), InlineData("libreoffice-object-streams")]
    public async Task A_bookmark_says_where_a_field_belongs(string name)
    {
        var place = PdfDocument.Open(corpus.Read(name)).Destinations["handtekening-burger"];
        var listed = await Tool.Succeed("pdfinfo", "-dests", Path.Combine(corpus.Folder, name + ".pdf"));
        var line = Regex.Match(listed, @"(\d+) \[\s*XYZ\s+(\S+)\s+(\S+)\s.*""handtekening-burger""");

        line.Success.ShouldBeTrue(listed);
        place.Page.ShouldBe(int.Parse(line.Groups[1].Value));
        place.Left!.Value.ShouldBe(double.Parse(line.Groups[2].Value, CultureInfo.InvariantCulture), 1);
        place.Top!.Value.ShouldBe(double.Parse(line.Groups[3].Value, CultureInfo.InvariantCulture), 1);
    }

    [GeneratedRegex(@"yes\s+yes\s+yes")]
    private static partial Regex EmbeddedSubsetWithUnicode();

    string Signed(string name, byte[] pdf) => corpus.Keep(name + "-getekend", pdf);

    static async Task ShouldHoldTwoValidSignatures(string path)
    {
        var (_, pdfsig) = await Tool.Run("pdfsig", "-nocert", path);
        Regex.Count(pdfsig, "Signature is Valid").ShouldBe(2, pdfsig);
        Regex.Count(pdfsig, "ETSI.CAdES.detached").ShouldBe(2, pdfsig);
        var qpdf = await Tool.Succeed("qpdf", "--check", path);
        qpdf.ShouldContain("No syntax or stream encoding errors");
        qpdf.ShouldNotContain("WARNING");
    }

    async Task<Picture> Picture(string name, byte[] pdf)
    {
        var path = Signed(name, pdf);
        await Tool.Succeed("pdftoppm", "-r", "72", "-f", "1", "-l", "1", "-singlefile", "-cropbox", "-gray", path, path);
        return Tests.Picture.Read(File.ReadAllBytes(path + ".pgm"));
    }
}
