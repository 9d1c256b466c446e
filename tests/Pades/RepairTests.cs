using System.Text;
using System.Text.RegularExpressions;
using Balie.Pdf;

namespace Balie.Pades.Tests;

/// <summary>Files as people send them: what is tolerated is said, made whole before the first signature, and strictly read ever after.</summary>
public sealed class RepairTests(Corpus corpus)
{
    static readonly string Plain = Encoding.Latin1.GetString(TinyPdf.Simple);

    static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text);

    static void ShouldBeRefused(byte[] pdf, string code) => Should.Throw<PdfRefusedException>(() => PdfRepair.Repair(pdf)).Code.ShouldBe(code);

    public static TheoryData<string, string> Defects => new()
    {
        { "GARBAGE FROM A MAIL GATEWAY\r\n" + Plain, "junk-before-header" },
        { Regex.Replace(Plain, "(?<=startxref\n)[0-9]+", start => $"{int.Parse(start.Value) + 7}"), "startxref-off" },
        { Plain.Replace("startxref\n", "startxref\n999999"), "xref-rebuilt" },
        { Plain[..Plain.IndexOf("xref\n0 1\n", StringComparison.Ordinal)] + "trailer\n<</Root 1 0 R>>", "xref-rebuilt" },
        { Plain.Replace("/Length 3", "/Length 9"), "stream-length" },
        { Plain.Replace("\n", "\r\n"), "xref-rebuilt" }
    };

    [Theory, MemberData(nameof(Defects))]
    public async Task What_other_readers_tolerate_is_written_anew_and_signed(string damaged, string word)
    {
        var repaired = PdfRepair.Repair(Bytes(damaged));

        repaired.Tolerated[0].ShouldBe(word);
        repaired.Changed.ShouldBeTrue();
        repaired.OriginalSha256.ShouldNotBe(repaired.Sha256);
        var document = PdfRepair.Strict(repaired.Pdf);
        document.PageCount.ShouldBe(1);
        document.Revisions.Count.ShouldBe(1);
        var signed = Ceremony.Sign(repaired.Pdf.ToArray(), Ceremony.Request("Veld", Ceremony.Citizen));
        Ceremony.Verify(signed).ShouldHaveSingleItem().Passed.ShouldBeTrue();
        (await Tool.Succeed("qpdf", "--check", corpus.Keep($"hersteld-{word}-{damaged.Length}", signed))).ShouldNotContain("WARNING");
    }

    [Fact]
    public void Numbers_that_do_not_match_their_place_are_found_again()
    {
        var real = corpus.Read("libreoffice-pdfa");
        byte[] shifted = [.. real.AsSpan(0, 8), .. "\n% put in by a careless editor"u8, .. real.AsSpan(8)];
        var repaired = PdfRepair.Repair(shifted);

        repaired.Tolerated.ShouldContain("xref-rebuilt");
        PdfDocument.Open(repaired.Pdf).PageCount.ShouldBe(2);
    }

    [Theory, MemberData(nameof(RealFilesTests.Files), MemberType = typeof(RealFilesTests))]
    public async Task A_real_file_without_its_cross_reference_shows_the_same(string name)
    {
        var original = corpus.Read(name);
        var broken = Bytes(Encoding.Latin1.GetString(original).Replace("startxref", "startXREF", StringComparison.Ordinal).Replace("\nxref", "\nxxxx", StringComparison.Ordinal));
        var repaired = PdfRepair.Repair(broken);

        repaired.Tolerated.ShouldContain("xref-rebuilt");
        var (before, after) = (corpus.Keep(name + "-heel", original), corpus.Keep(name + "-herbouwd", repaired.Pdf.ToArray()));
        (await Tool.Succeed("qpdf", "--check", after)).ShouldNotContain("WARNING");
        (await Pixels(after)).ShouldBe(await Pixels(before));
    }

    static async Task<byte[]> Pixels(string path)
    {
        await Tool.Succeed("pdftoppm", "-r", "50", "-f", "1", "-l", "1", "-singlefile", "-gray", path, path);
        return File.ReadAllBytes(path + ".pgm");
    }

    [Fact]
    public void A_sound_file_is_left_as_it_is()
    {
        var sound = TinyPdf.Simple;
        var repaired = PdfRepair.Repair(sound);
        repaired.Changed.ShouldBeFalse();
        repaired.Sha256.ShouldBe(repaired.OriginalSha256);
        repaired.Tolerated.ShouldBe(["missing-id"]);
        PdfRepair.Repair(corpus.Read("libreoffice-pdfa")).Tolerated.ShouldBeEmpty();
    }

    [Fact]
    public void A_signed_file_is_never_rewritten()
    {
        var signed = Ceremony.Sign(TinyPdf.Simple, Ceremony.Request("Veld", Ceremony.Citizen));
        ShouldBeRefused([.. "junk\n"u8, .. signed], "signed-and-broken");
        ShouldBeRefused(Bytes(Encoding.Latin1.GetString(signed).Replace("startxref", "startXREF", StringComparison.Ordinal)), "signed-and-broken");
    }

    [Fact]
    public void What_is_broken_beyond_trust_is_refused()
    {
        ShouldBeRefused(Bytes("no pdf at all"), "not-a-pdf");
        ShouldBeRefused(Bytes("%PDF-1.7\nnothing"), "xref-missing");
        ShouldBeRefused(Bytes(Plain[..Plain.IndexOf("xref\n0 1\n", StringComparison.Ordinal)]), "xref-missing");
        ShouldBeRefused(Bytes(Plain.Replace("<</Type/Pages", "<</Type Pages>")), "syntax");
        ShouldBeRefused(Bytes(Plain.Replace("startxref", "").Replace("/Root 1 0 R", "")), "xref-missing");
        ShouldBeRefused(Bytes(Plain.Replace("/Root 1 0 R", "/Root 1 0 R/Encrypt 9 0 R").Replace("startxref", "")), "encrypted");
        ShouldBeRefused(Bytes(Plain.Replace("/MediaBox", "/MediaBox[0 0 9 9]/MediaBox").Replace("startxref", "")), "duplicate-key");
    }
}
