using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Balie.Pades.Cleaning;
using Balie.Pades.Tool;
using Balie.Pdf;

namespace Balie.Pades.Tests;

/// <summary>What acts by itself is gone after cleaning, what is shown stays, and signed files are left alone.</summary>
public sealed class CleaningTests(Corpus corpus)
{
    const string Look = "<</Type/XObject/Subtype/Form/BBox[0 0 100 20]/Length 31>>\nstream\n0 0 0 rg 0 0 100 20 re f      \n\nendstream";

    static byte[] WithPage(string page, params string[] more) => Write("", page, more);

    /// <summary>Further objects are numbered from 5.</summary>
    static byte[] Write(string catalog, string page, params string[] more) => TinyPdf.Write(
        [$"<</Type/Catalog/Pages 2 0 R{catalog}>>", TinyPdf.Pages, $"<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 400]/Contents 4 0 R{page}>>", TinyPdf.Content, .. more]);

    public static TheoryData<string, string, string[], string> Active => new()
    {
        { "/OpenAction<</S/JavaScript/JS(app.alert(1))>>", "", [], "JavaScript" },
        { "/OpenAction 5 0 R", "", ["<</Type/Action/S/Launch/F(cmd.exe)>>"], "Launch" },
        { "/Names<</JavaScript<</Names[(a) 5 0 R]>>>>", "", ["<</S/JavaScript/JS 6 0 R>>", "<</Length 3>>\nstream\n1+1\nendstream"], "JavaScript" },
        { "/AA<</WC 5 0 R>>", "", ["<</S/JavaScript/JS(1)>>"], "AdditionalActions" },
        { "", "/AA<</O<</S/SubmitForm/F(http://x.example/)>>>>", [], "AdditionalActions" },
        { "", "/Annots[5 0 R]", ["<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/A<</S/Launch/F(x)>>>>"], "Launch" },
        { "", "/Annots[5 0 R]", ["<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/A<</S/URI/URI(javascript:alert\\(1\\))>>>>"], "URI" },
        { "", "/Annots[5 0 R]", ["<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/A<</S/GoTo/D[3 0 R/Fit]/Next<</S/ImportData/F(x)>>>>>>"], "ImportData" },
        { "", "/Annots[<</Type/Annot/Subtype/FileAttachment/Rect[0 0 9 9]/FS<</Type/Filespec/F(a)/EF<</F 4 0 R>>>>>>]", [], "Multimedia" },
        { "/Names<</EmbeddedFiles<</Names[(a)<</Type/Filespec/F(a)/EF<</F 4 0 R>>>>]>>>>", "", [], "EmbeddedFiles" },
        { "/OCProperties<</OCGs[5 0 R]/D<</OFF[5 0 R]>>>>", "", ["<</Type/OCG/Name(geheim)>>"], "OptionalContent" },
        { "", "/Annots[<</Type/Annot/Subtype/Text/F 2/Rect[0 0 9 9]>>]", [], "HiddenAnnotations" },
        { "", "/Resources<</XObject<</X 5 0 R>>>>", ["<</Type/XObject/Subtype/Form/BBox[0 0 1 1]/F(http://x.example/a)/Length 0>>\nstream\n\nendstream"], "ExternalStreams" },
        { "/AcroForm<</Fields[5 0 R]>>", "/Annots[5 0 R]", ["<</Type/Annot/Subtype/Widget/FT/Tx/T(a)/Rect[0 0 9 9]/AA<</K<</S/JavaScript/JS(1)>>>>>>"], "FormFields" }
    };

    [Theory, MemberData(nameof(Active))]
    public async Task What_acts_by_itself_is_gone(string catalog, string page, string[] more, string word)
    {
        var cleaned = PdfCleaner.Clean(Write(catalog, page, more));

        cleaned.Removed.ShouldContain(word);
        var document = PdfDocument.Open(cleaned.Pdf);
        document.ActiveContent.ShouldBeEmpty();
        Regex.IsMatch(Encoding.Latin1.GetString(cleaned.Pdf.Span), "JavaScript|Launch|SubmitForm|EmbeddedFiles|OCProperties|example/|Widget").ShouldBeFalse();
        (await Tool.Succeed("qpdf", "--check", corpus.Keep($"schoon-{Guid.NewGuid():N}", cleaned.Pdf.ToArray()))).ShouldNotContain("WARNING");
    }

    [Fact]
    public void Links_to_pages_and_web_pages_stay()
    {
        var pdf = WithPage("/Annots[5 0 R 6 0 R]", "<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/A<</S/URI/URI(https://zonnedaal.example/)>>>>",
            "<</Type/Annot/Subtype/Link/Rect[9 9 18 18]/A<</S/GoTo/D[3 0 R/Fit]>>>>");
        var cleaned = PdfCleaner.Clean(pdf);

        cleaned.Removed.ShouldBeEmpty();
        Encoding.Latin1.GetString(cleaned.Pdf.Span).ShouldContain("https://zonnedaal.example/");
    }

    [Fact]
    public void An_earlier_revision_does_not_survive()
    {
        var secret = TinyPdf.WithCatalog("/OpenAction<</S/JavaScript/JS(geheim)>>");
        var cleaned = PdfCleaner.Clean(TinyPdf.Append(secret, (1, TinyPdf.Catalog)));

        cleaned.Removed.ShouldContain("EarlierRevisions");
        Encoding.Latin1.GetString(cleaned.Pdf.Span).ShouldNotContain("geheim");
        PdfDocument.Open(cleaned.Pdf).Revisions.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_field_becomes_part_of_the_page_where_it_was()
    {
        var pdf = Write("/AcroForm<</Fields[5 0 R 7 0 R]>>", "/Annots[5 0 R 7 0 R]",
            "<</Type/Annot/Subtype/Widget/FT/Btn/T(a)/Rect[50 100 250 140]/AP<</N<</Yes 6 0 R/Off 8 0 R>>>>/AS/Yes>>", Look,
            "<</Type/Annot/Subtype/Widget/FT/Tx/T(b)/V(Gerrit Maes uit Zonnedaal)/Rect[50 200 250 220]>>", Look);
        var path = corpus.Keep("vlak", PdfCleaner.Clean(pdf).Pdf.ToArray());
        await Tool.Succeed("pdftoppm", "-r", "72", "-singlefile", "-gray", path, path);
        var picture = Picture.Read(File.ReadAllBytes(path + ".pgm"));

        picture.InkIn(new(50, 100, 200, 40)).ShouldBeInRange(7900, 8500);
        picture.InkIn(new(50, 200, 200, 20)).ShouldBeGreaterThan(100);
        picture.InkOutside(new(50, 100, 200, 40), new PdfRectangle(50, 200, 200, 20)).ShouldBe(0);
        (await Tool.Succeed("pdftotext", path, "-")).ShouldContain("Gerrit Maes uit Zonnedaal");
        PdfDocument.Open(File.ReadAllBytes(path)).SignatureFields.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_value_that_differs_from_its_old_look_is_shown_as_readers_would()
    {
        var pdf = Write("/AcroForm<</Fields[5 0 R]/NeedAppearances true>>", "/Annots[5 0 R]",
            "<</Type/Annot/Subtype/Widget/FT/Tx/T(b)/V(900 euro)/Rect[50 200 250 220]/AP<</N 6 0 R>>>>", Look);
        var path = corpus.Keep("waarde", PdfCleaner.Clean(pdf).Pdf.ToArray());
        (await Tool.Succeed("pdftotext", path, "-")).ShouldContain("900 euro");
    }

    [Theory, MemberData(nameof(RealFilesTests.Files), MemberType = typeof(RealFilesTests))]
    public async Task A_real_file_looks_the_same_and_can_be_signed(string name)
    {
        var original = corpus.Read(name);
        var cleaned = PdfCleaner.Clean(original);

        cleaned.Removed.ShouldBeEmpty();
        PdfDocument.Open(cleaned.Pdf).IsTagged.ShouldBe(PdfDocument.Open(original).IsTagged);
        PdfDocument.Open(cleaned.Pdf).Destinations.Keys.ShouldBe(PdfDocument.Open(original).Destinations.Keys, ignoreOrder: true);
        var (before, after) = (corpus.Keep(name + "-voor-schoon", original), corpus.Keep(name + "-na-schoon", cleaned.Pdf.ToArray()));
        (await Pixels(after)).ShouldBe(await Pixels(before));
        Ceremony.Verify(Ceremony.Both(cleaned.Pdf.ToArray())).ShouldAllBe(report => report.Passed);
    }

    static async Task<byte[]> Pixels(string path)
    {
        await Tool.Succeed("pdftoppm", "-r", "50", "-singlefile", "-gray", path, path);
        return File.ReadAllBytes(path + ".pgm");
    }

    [Fact]
    public void Attached_files_stay_when_the_policy_says_so()
    {
        var pdf = Write("/Names<</EmbeddedFiles<</Names[(a)<</Type/Filespec/F(a)/EF<</F 4 0 R>>>>]>>>>/OpenAction<</S/JavaScript/JS(1)>>", "");
        var cleaned = PdfCleaner.Clean(pdf, new CleaningPolicy { KeepEmbeddedFiles = true });

        PdfDocument.Open(cleaned.Pdf).ActiveContent.ShouldBe(["EF", "EmbeddedFiles"], ignoreOrder: true);
    }

    [Fact]
    public void A_signed_file_is_never_altered()
    {
        var signed = Ceremony.Sign(TinyPdf.Simple, Ceremony.Request("Veld", Ceremony.Citizen));
        Should.Throw<PdfRefusedException>(() => PdfCleaner.Clean(signed)).Code.ShouldBe("signed");
    }

    [Fact]
    public async Task The_tool_says_what_it_took_out()
    {
        var from = corpus.Keep("vuil", TinyPdf.WithCatalog("/OpenAction<</S/JavaScript/JS(1)>>"));
        using var output = new MemoryStream();
        var code = await new CommandLine(output, TextWriter.Null, TimeProvider.System).RunAsync(["clean", from, from + ".schoon.pdf"]);

        code.ShouldBe(ExitCode.Done);
        var said = JsonNode.Parse(output.ToArray())!;
        said["removed"]!.AsArray().Select(word => word!.GetValue<string>()).ShouldBe(["JavaScript"]);
        said["sha256After"]!.GetValue<string>().ShouldBe(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(from + ".schoon.pdf"))));
    }
}
