using System.Text;
using Balie.Pdf;

namespace Balie.Pades.Tests;

/// <summary>Known ways to make a signed file lie; each is seen for what it is.</summary>
public sealed class AttackTests
{
    const string Original = "<</Length 38>>\nstream\nBT /F 12 Tf (Ik betaal 100 euro) Tj ET\nendstream";

    static readonly byte[] Signed = Ceremony.Sign(
        Ceremony.Sign(TinyPdf.Write([TinyPdf.Catalog, TinyPdf.Pages, "<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 400]/Contents 4 0 R/Resources<</Font 77 0 R>>>>", Original]),
            Ceremony.Request("Een", Ceremony.Citizen)),
        Ceremony.Request("Twee", Ceremony.Officer));

    static string Text => Encoding.Latin1.GetString(Signed);

    static byte[] Replace(string old, string @new)
    {
        old.Length.ShouldBe(@new.Length);
        var at = Text.IndexOf(old, StringComparison.Ordinal);
        at.ShouldBeGreaterThan(0);
        return Encoding.Latin1.GetBytes(Text[..at] + @new + Text[(at + old.Length)..]);
    }

    static SignatureReport First(byte[] pdf) => Ceremony.Verify(pdf).Single(report => report.Field == "Een");

    static void ShouldNotBeIntact(byte[] pdf, string code)
    {
        var report = First(pdf);
        report.Intact.ShouldBeFalse();
        report.Problems.ShouldContain(problem => problem.Code == code, string.Join(" ", report.Problems));
    }

    static void ShouldShowLaterChange(byte[] pdf)
    {
        foreach (var report in Ceremony.Verify(pdf))
        {
            report.Intact.ShouldBeTrue(report.Field);
            report.LaterChangesAllowed.ShouldBeFalse(report.Field);
            report.Passed.ShouldBeFalse(report.Field);
        }
    }

    [Fact]
    public void A_history_that_costs_too_much_is_refused()
    {
        var filler = string.Join(' ', Enumerable.Repeat("0", 400_000));
        var pdf = Verdicts.Paper.Sign(Verdicts.Paper.Placed(Verdicts.Paper.Write((1, $"<</Type/Catalog/Pages 2 0 R/AcroForm 5 0 R/Filler[{filler}]>>"))), "Een");
        for (var i = 0; i < 20; i++) pdf = TinyPdf.Append(pdf, (Verdicts.Paper.Info, $"<</Producer({i})>>"));

        Should.Throw<PdfRefusedException>(() => Ceremony.Verify(pdf)).Code.ShouldBe("too-large-inside");
    }

    [Fact]
    public void The_untouched_file_passes() => Ceremony.Verify(Signed).ShouldAllBe(report => report.Passed);

    [Fact]
    public void A_changed_letter_is_seen() => ShouldNotBeIntact(Replace("100 euro", "900 euro"), "digest");

    [Fact]
    public void Bytes_after_the_end_are_seen()
    {
        ShouldShowLaterChange([.. Signed, .. "4 0 obj\n<</Length 0>>\nstream\n\nendstream\nendobj\n"u8]);
        First([.. Signed, .. "\n"u8]).Passed.ShouldBeTrue();
    }

    [Fact]
    public void A_signature_without_value_or_range_is_none()
    {
        var contents = Text.IndexOf("/Contents <", StringComparison.Ordinal) + 10;
        var value = Text[contents..(Text.IndexOf('>', contents) + 1)];
        ShouldNotBeIntact(Replace(value, $"<{new string('0', value.Length - 2)}>"), "contents");
        ShouldNotBeIntact(Replace(value, "<>".PadRight(value.Length)), "contents");
        ShouldNotBeIntact(Replace(value, "null".PadRight(value.Length)), "contents");
        ShouldNotBeIntact(Replace(value, $"({new string('0', value.Length - 2)})"), "contents");
        ShouldNotBeIntact(Replace("/Contents <", "/Kontents <"), "contents");
        ShouldNotBeIntact(Replace("/ByteRange", "/ByteRanje"), "byte-range");
        ShouldNotBeIntact(Replace("/ByteRange [0 ", "/ByteRange [1 "), "byte-range");
        ShouldNotBeIntact(Replace("/ETSI.CAdES.detached", "/ETSI.CAdES.detachet"), "format");
    }

    [Fact]
    public void A_gap_larger_than_the_signature_is_refused()
    {
        var start = Text.IndexOf("/ByteRange [", StringComparison.Ordinal) + 12;
        var numbers = Text[start..Text.IndexOf(']', start)].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        foreach (var (index, step) in new[] { (1, -1), (1, 1), (2, 1), (2, -1), (3, 100000) })
        {
            var moved = numbers.ToArray();
            moved[index] = (int.Parse(moved[index]) + step).ToString();
            ShouldNotBeIntact(Replace(Text[start..Text.IndexOf(']', start)], string.Join(' ', moved).PadRight(Text.IndexOf(']', start) - start)), "byte-range");
        }
    }

    [Fact]
    public void Something_hidden_behind_the_signature_is_seen()
    {
        var contents = Text.IndexOf("/Contents <", StringComparison.Ordinal) + 11;
        var value = Text[contents..Text.IndexOf('>', contents)];
        ShouldNotBeIntact(Replace(value, value[..^2] + "01"), "padding");
    }

    [Fact]
    public void A_signature_moved_into_an_other_file_is_seen()
    {
        var other = TinyPdf.Append(TinyPdf.Simple, (1, "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[5 0 R]/SigFlags 3>>>>"),
            (5, "<</FT/Sig/T(Een)/V 6 0 R>>"), (6, Text[Text.IndexOf("<</Type /Sig\n", StringComparison.Ordinal)..(Text.IndexOf("\nendobj", Text.IndexOf("<</Type /Sig\n", StringComparison.Ordinal), StringComparison.Ordinal))]));
        ShouldNotBeIntact(other, "byte-range");
    }

    [Fact]
    public void A_page_whose_content_was_swapped_later_is_seen() =>
        ShouldShowLaterChange(TinyPdf.Append(Signed, (4, Original.Replace("100", "900", StringComparison.Ordinal))));

    [Fact]
    public void A_page_that_points_at_other_content_is_seen() =>
        ShouldShowLaterChange(TinyPdf.Append(Signed, (3, "<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 400]/Contents 90 0 R>>"), (90, Original)));

    [Fact]
    public void An_annotation_over_the_text_is_seen() =>
        ShouldShowLaterChange(TinyPdf.Append(Signed, (3, "<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 400]/Contents 4 0 R/Resources<</Font 77 0 R>>/Annots[5 0 R 8 0 R 91 0 R]>>"),
            (91, "<</Type/Annot/Subtype/FreeText/Rect[0 0 300 400]/Contents(900 euro)>>")));

    [Fact]
    public void An_empty_field_drawn_over_the_text_is_seen()
    {
        var document = PdfDocument.Open(Signed);
        var form = ((PdfReference)document.Catalog["AcroForm"]!).Number;
        var fields = string.Join(' ', document.SignatureFields.Select(field => $"{field.Reference.Number} 0 R"));
        byte[] With(string rectangle) => TinyPdf.Append(Signed,
            (3, $"<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 400]/Contents 4 0 R/Resources<</Font 77 0 R>>/Annots [{fields} 91 0 R]>>"),
            (form, $"<</Fields [{fields} 91 0 R]/SigFlags 3>>"), (91, $"<</Type/Annot/Subtype/Widget/FT/Sig/T(Drie)/F 132/Rect[{rectangle}]/AP<</N 92 0 R>>>>"),
            (92, "<</Type/XObject/Subtype/Form/BBox[0 0 300 400]/Length 0>>\nstream\n\nendstream"));

        ShouldShowLaterChange(With("0 0 300 400"));
        First(With("0 0 0 0")).Passed.ShouldBeTrue(First(With("0 0 0 0")).ToString());
    }

    [Fact]
    public void The_look_of_an_empty_field_is_not_changed_without_signing_it()
    {
        var pdf = Ceremony.Sign(EmptySignatureFields.Place(TinyPdf.Simple, [new("Een", "Een", null), new("Twee", "Twee", new(1, new PdfRectangle(10, 10, 200, 80)))]),
            Ceremony.Request("Een", Ceremony.Citizen));
        var empty = PdfDocument.Open(pdf).SignatureFields.Single(field => field.Name == "Twee");
        var body = new PdfOutput();
        new PdfSerializer(body).Object(empty.Dictionary.With("AP", new PdfDictionary(("N", new PdfReference(95, 0)))));

        First(pdf).Passed.ShouldBeTrue();
        ShouldShowLaterChange(TinyPdf.Append(pdf, (empty.Reference.Number, Encoding.Latin1.GetString(body.Written)),
            (95, "<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Length 0>>\nstream\n\nendstream")));
    }

    [Fact]
    public void A_script_added_to_the_catalog_is_seen() =>
        ShouldShowLaterChange(TinyPdf.Append(Signed, (1, "<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(1)>>>>")));

    [Fact]
    public void An_object_that_was_missing_and_is_slipped_in_is_seen() =>
        ShouldShowLaterChange(TinyPdf.Append(Signed, (77, "<</F<</Type/Font/Subtype/Type3>>>>")));

    [Fact]
    public void An_added_page_is_seen() =>
        ShouldShowLaterChange(TinyPdf.Append(Signed, (2, "<</Type/Pages/Kids[3 0 R 92 0 R]/Count 2>>"), (92, TinyPdf.Page)));

    [Fact]
    public void Another_catalog_is_seen()
    {
        var appended = Encoding.Latin1.GetString(TinyPdf.Append(Signed, (93, "<</Type/Catalog/Pages 2 0 R>>")));
        var at = appended.LastIndexOf("/Root 1 0 R", StringComparison.Ordinal);
        var pdf = Encoding.Latin1.GetBytes(appended[..at] + "/Root 93 0 R" + appended[(at + 11)..]);

Ceremony.Verify(pdf).ShouldAllBe(report => report.Verdict == Verdict.TotalFailed, "an earlier state had them, and the file hides that");
        PdfDocument.Open(pdf).SignatureFields.ShouldBeEmpty();
        PdfDocument.Open(pdf).HasSignatures.ShouldBeTrue("a page still shows the signed field: such a file is never cleaned");
    }

    [Fact]
    public void An_increment_that_changes_nothing_passes() => First(TinyPdf.Append(Signed, (94, "null"))).Passed.ShouldBeTrue();

    [Fact]
    public void A_signer_nobody_vouches_for_is_not_trusted()
    {
        var stranger = new TestAuthority("Vreemde CA");
        var report = SignatureCheck.Verify(Ceremony.Sign(TinyPdf.Simple, Ceremony.Request("Een", stranger.Ecdsa("Vreemde"))), [TestAuthority.Shared.Root], TestAuthority.Now).ShouldHaveSingleItem();

        (report.Intact, report.Trusted, report.Passed).ShouldBe((true, false, false));
        report.Problems.ShouldContain(problem => problem.Code == "untrusted");
    }

    [Fact]
    public void An_expired_certificate_is_not_trusted() =>
        SignatureCheck.Verify(Signed, [TestAuthority.Shared.Root], TestAuthority.Now.AddYears(10)).ShouldAllBe(report => report.Intact && !report.Trusted);

    [Fact]
    public void A_name_cannot_write_into_a_report_or_a_terminal()
    {
        var signed = Ceremony.Sign(TinyPdf.Simple, Ceremony.Request("Een", Ceremony.Citizen) with { Reason = "gelezen\u001b[2J\u202e\n{}" });
        var reason = Ceremony.Verify(signed).ShouldHaveSingleItem().Reason!;

        reason.ShouldNotContain('\u001b');
        reason.ShouldNotContain('\u202e');
        reason.ShouldStartWith("gelezen");
    }
}
