using System.Globalization;
using Balie.Pdf;

namespace Balie.Pades.Tests.Verdicts;

/// <summary>Marks with a look of their own on files that permit them (DocMDP 3), and signature fields that show where none was placed.</summary>
internal static class MarkFixtures
{
    const ChangePermission Fill = ChangePermission.FillAndSign, Annotate = ChangePermission.FillSignAndAnnotate;

    /// <summary>Where page 1 shows nothing, and where it says what is paid.</summary>
    const string Beside = "[20 100 120 140]", OverText = "[20 345 140 365]", Icon = "[250 200 274 224]", IconOnText = "[60 345 84 369]";

    const string Quads = "/QuadPoints[20 362 140 362 20 348 140 348]";

    static readonly byte[] Scan = Paper.Write((Paper.Content, Stream("q 300 0 0 400 0 0 cm /O Do Q")),
        (16, "<</Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8/Length 1>>\nstream\n0\nendstream"));

    public static IReadOnlyDictionary<string, Func<Fixture>> All { get; } = new Dictionary<string, Func<Fixture>>
    {
        ["certified-p3-highlight"] = () => Highlight("1 0.82 0 rg 0 i 1 w 4 M 1 j 0 J []0 d 20 348 m 19 352 19 358 20 362 c 140 362 l 141 358 141 352 140 348 c f"),
        ["certified-p3-strikeout"] = () => Mark("StrikeOut", "1 0 0 RG 1 w 20 355 m 140 355 l S"),
        ["certified-p3-note-icon"] = () => Note(Icon, "q 1 1 1 rg 0 0 0 RG 1 w 2 2 20 20 re B 5 8 m 19 8 l S 5 14 m 19 14 l S Q"),
        ["certified-p3-note-moved"] = () => Annotated("<</Type/Annot/Subtype/Text/Rect[250 300 270 320]/Contents(Gezien)>>").Edit(edit => edit.Key(Paper.Note, "Rect", "[250 200 270 220]")),
        ["certified-p2-highlight"] = () => Looked(Paper.Certified(Fill), "Highlight", "1 0.82 0 rg 20 348 120 14 re f", OverText, Quads),
        ["evil-annotation-icon"] = () => Note(IconOnText, "q 1 1 1 rg 0 0 24 24 re f 0 0 0 rg 8 4 4 16 re f Q"),
        ["evil-annotation-letters"] = () => Highlight("1 0.82 0 rg BT /F 12 Tf 20 350 Td (900) Tj ET"),
        ["evil-annotation-black"] = () => Highlight("0 0 0 rg 20 348 120 14 re f"),
        ["evil-annotation-opaque"] = () => Looked(Paper.Certified(Annotate), "Highlight", "1 1 0.8 rg 20 348 120 14 re f", OverText, Quads),
        ["evil-annotation-thick"] = () => Mark("StrikeOut", "1 1 1 RG 14 w 20 355 m 140 355 l S"),
        ["evil-annotation-many-lines"] = () => Mark("Underline", string.Concat(Enumerable.Range(0, 40).Select(i => string.Create(CultureInfo.InvariantCulture, $"{20 + i * 3} 350 m {20 + i * 3} 360 l S ")))),
        ["evil-annotation-blown-up"] = () => Looked(Paper.Certified(Annotate), "Underline", "0 0 0 rg 0 0 12 1 re f", OverText, Quads, box: "[0 0 12 2]"),
        ["evil-annotation-rollover"] = () => Rollover(),
        ["evil-annotation-picture"] = () => Looked(Paper.Certified(Annotate), "Ink", "0 0 0 RG 20 350 m 30 360 l S", OverText, "/InkList[[20 350 30 360]]"),
        ["visible-signature-beside"] = () => Signature(Paper.Signed, Beside),
        ["visible-signature-over-text"] = () => Signature(Paper.Signed, OverText),
        ["visible-signature-over-field"] = () => Signature(Paper.Signed, "[150 280 250 310]"),
        ["visible-signature-on-a-scan"] = () => Signature(Sign(Scan), Beside),
        ["visible-signature-in-unread-letters"] = () => Signature(Sign(Paper.Write((Paper.Font, "<</Type/Font/Subtype/Type3/FontBBox[0 0 1 1]/FontMatrix[300 0 0 400 0 0]/CharProcs<<>>/Encoding<<>>>>"))), Beside),
        ["visible-signature-on-white"] = () => Signature(Sign(Paper.Write((Paper.Content, Stream("q 1 1 1 rg 0 0 300 400 re f Q BT /F 12 Tf 20 350 Td (Ik betaal 100 euro) Tj ET")))), Beside),
        ["visible-signature-on-grey"] = () => Signature(Sign(Paper.Write((Paper.Content, Stream("0.9 g 0 0 300 200 re f")))), Beside),
        ["visible-signature-in-a-form"] = () => Signature(Sign(Paper.Write((Paper.Content, Stream("q 1 0 0 1 20 100 cm /O Do Q")))), Beside),
        ["visible-signature-certified"] = () => Signature(Paper.Certified(Fill), Beside),
        ["visible-signature-turning"] = () => Signature(Paper.Signed, Beside, "/F 20"),
        ["visible-signature-twice"] = () => OnTwoPages(),
        ["visible-signature-then-moved"] = () => Moved(),
        ["visible-field-beside"] = () => Paper.Signed.Edit(edit =>
        {
            var field = edit.Add($"<</Type/Annot/Subtype/Widget/FT/Sig/T(Vier)/F 4/Rect{Beside}/P 3 0 R>>");
            edit.Append(Paper.Form, "Fields", field);
            edit.Append(Paper.Page, "Annots", field);
        }),
        ["visible-timestamp-beside"] = () => Crafted.Sign(Paper.Signed, signed => Crafted.Token(System.Security.Cryptography.SHA256.HashData(signed), TestAuthority.Now.AddMinutes(5)), "Tijd", "ETSI.RFC3161", "DocTimeStamp", widget: $"/Rect{Beside}/AP<</N 16 0 R>>")
    };

    static string Stream(string data) => string.Create(CultureInfo.InvariantCulture, $"<</Length {data.Length}>>\nstream\n{data}\nendstream");

    static byte[] Sign(byte[] pdf) => Paper.Sign(Paper.Placed(pdf), "Een");

    static byte[] Annotated(string annotation) => CertifiedFixtures.Annotated(Paper.Certified(Annotate), annotation);

    /// <summary>As Acrobat writes it: what the look paints is multiplied with the page.</summary>
    static byte[] Highlight(string content) => Paper.Certified(Annotate).Edit(edit =>
    {
        var form = edit.AddStream("/Type/XObject/Subtype/Form/BBox[10 340 150 370]/Group<</S/Transparency>>/Resources<</Font<</F 10 0 R>>/ExtGState<</R0<</Type/ExtGState/CA 1/ca 1/AIS false>>>>>>", $"/R0 gs {content}");
        var look = edit.AddStream($"/Type/XObject/Subtype/Form/BBox[10 340 150 370]/Matrix[1 0 0 1 -10 -340]/Resources<</ExtGState<</R0<</Type/ExtGState/BM/Multiply/AIS false>>>>/XObject<</Form {Editor.Ref(form)}>>>>", "/R0 gs /Form Do");
        edit.Append(Paper.Page, "Annots", edit.Add($"<</Type/Annot/Subtype/Highlight/Rect[10 340 150 370]{Quads}/F 4/C[1 0.82 0]/T(Noor)/AP<</N {Editor.Ref(look)}>>>>"));
    });

    static byte[] Mark(string kind, string content) => Looked(Paper.Certified(Annotate), kind, content, OverText, Quads);

    static byte[] Note(string rectangle, string content) => Looked(Paper.Certified(Annotate), "Text", content, rectangle, "/F 28/Name/Comment/Contents(Gezien)", "[0 0 24 24]");

    static byte[] Looked(byte[] pdf, string kind, string content, string rectangle, string entries, string? box = null) => pdf.Edit(edit =>
    {
        var look = edit.AddStream($"/Type/XObject/Subtype/Form/BBox{box ?? rectangle}", content);
        edit.Append(Paper.Page, "Annots", edit.Add($"<</Type/Annot/Subtype/{kind}/Rect{rectangle}{entries}/AP<</N {Editor.Ref(look)}>>>>"));
    });

    static byte[] Rollover() => Paper.Certified(Annotate).Edit(edit =>
    {
        var look = edit.AddStream($"/Type/XObject/Subtype/Form/BBox{OverText}", "1 0 0 RG 1 w 20 350 m 140 350 l S");
        edit.Append(Paper.Page, "Annots", edit.Add($"<</Type/Annot/Subtype/Underline/Rect{OverText}{Quads}/AP<</N {Editor.Ref(look)}/R 16 0 R>>>>"));
    });

    /// <summary>A new field that shows and is signed at once, as a signer without a placed field would.</summary>
    static byte[] Signature(byte[] pdf, string rectangle, string more = "") =>
        Crafted.Sign(pdf, new CmsSpec(Ceremony.Officer) { SignatureOid = "1.2.840.113549.1.1.11", Parameters = "0500" }.Build, "Vier", widget: $"/Rect{rectangle}/AP<</N 16 0 R>>{more}");

    /// <summary>Free on both, but then two pages show what one signer saw on one.</summary>
    static byte[] OnTwoPages() => Crafted.Sign(Paper.Signed, new CmsSpec(Ceremony.Citizen).Build, "Vier", widget: $"/Rect{Beside}/AP<</N 16 0 R>>", more: (update, field) =>
    {
        var pages = update.Document.Pages;
        var first = update.CurrentDictionary(pages[0].Reference)!;
        update.Set(pages[0].Reference, first.With("Annots", new PdfArray([.. ((PdfArray)first["Annots"]!).Items.Where(item => item != field)])));
        foreach (var page in pages) update.Set(page.Reference, WithField(update.CurrentDictionary(page.Reference)!, field));
    });

    static PdfDictionary WithField(PdfDictionary page, PdfReference field) => page.With("Annots", (page["Annots"] as PdfArray ?? new PdfArray()).Append(field));

    /// <summary>Once it is there, it stays where it is.</summary>
    static byte[] Moved()
    {
        var signed = Signature(Paper.Signed, Beside);
        return signed.Edit(edit => edit.Key(Paper.FieldNumber(signed, "Vier"), "Rect", OverText));
    }
}
