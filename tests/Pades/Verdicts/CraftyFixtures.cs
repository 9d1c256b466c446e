using System.Globalization;
using System.Text;
using Balie.Pdf;

namespace Balie.Pades.Tests.Verdicts;

/// <summary>Ways around the rules: each uses something that is allowed to slip in something that is not.</summary>
internal static class CraftyFixtures
{
    const ChangePermission Nothing = ChangePermission.Nothing, Fill = ChangePermission.FillAndSign;

    static byte[] Signed => Paper.Signed;

    static string Text => Encoding.Latin1.GetString(Signed);

    static string RangeText
    {
        get
        {
            var at = Text.IndexOf("/ByteRange [", StringComparison.Ordinal) + 11;
            return Text[at..(Text.IndexOf(']', at) + 1)];
        }
    }

    const string Forged = "Ik betaal 900 euro";

    public static IReadOnlyDictionary<string, Func<Fixture>> All { get; } = new Dictionary<string, Func<Fixture>>
    {
        ["byterange-twice"] = () => Signed.Patch("/Filter /Adobe.PPKLite", "/ByteRange [0 1 2 3]  "),
        ["byterange-indirect"] = () => Signed.Patch(RangeText, "77 0 R".PadRight(RangeText.Length)),
        ["contents-odd-nibble"] = () => Signed.Patch("00>", "0 >"),
        ["signature-packed"] = () => Increments.Packed(Signed, (ValueNumber(Signed, "Een"), SignatureText())),
        ["signature-borrowed"] = () => Signed.Edit(edit => Fills(edit, "Twee", $"{ValueNumber(Signed, "Een")} 0 R")),
        ["timestamp-with-a-look"] = () => StampedWithALook(),
        ["kid-widget-signed"] = () => SignedInAKid(WithAKid),
        ["kid-widget-changed"] = () => SignedInAKid(WithAKid).Edit(edit => edit.Key(21, "AP", "<</N 16 0 R>>")),
        ["kid-widget-only"] = () => WithAKid.Edit(edit => edit.Key(21, "AP", "<</N 16 0 R>>")),
        ["field-name-twice"] = () => Crafted.Sign(Signed, new CmsSpec(Ceremony.Officer).Build, "Een ", widget: "/T(Een)"),
        ["field-in-the-list"] = () => Paper.Write((5, "<</Fields[6 0 R 8 0 R <</FT/Sig/T(Los)/V<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/ByteRange[0 1 2 3]/Contents<30>>>>>]>>")),
        ["many-changes-hide-one"] = () => ManyChanges(),
        ["container-is-content"] = () => Sign(Paper.Write((4, Container("100")))).Edit(edit => edit.SetStream(Paper.Content, "/Type/ObjStm/N 0/First 0", $"BT /F 12 Tf 20 350 Td ({Forged}) Tj ET")),
        ["page-packed"] = () => Increments.Packed(Signed, (Paper.Page, "<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 400]/Contents 14 0 R>>")),
        ["previous-in-a-circle"] = () => Increments.Raw(Signed, _ => ("", "xref\n0 1\n0000000000 65535 f \n", "/Size 1000/Prev @")),
        ["hybrid-shadows-earlier"] = () => HybridShadow(),
        ["size-hides"] = () => Increments.Raw(Signed, _ => ("", "xref\n0 1\n0000000000 65535 f \n", $"/Size 4/Prev {Increments.Start(Signed)}")),
        ["table-by-the-way"] = () => Increments.Raw(Signed, _ => (Unlisted, "xref\n0 1\n0000000000 65535 f \n% los\n16 1\n " + Offset(16) + "  00000\nn ", $"/Size 1000/Prev {Increments.Start(Signed)}")),
        ["unlisted-object"] = () => Increments.Raw(Signed, _ => (Unlisted, "xref\n0 1\n0000000000 65535 f \n", $"/Size 1000/Prev {Increments.Start(Signed)}")),
        ["page-is-a-tree"] = () => Paper.Write((3, "<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 400]/Contents 4 0 R/Kids[13 0 R]>>"), (2, "<</Type/Pages/Kids[3 0 R]/Count 1>>")),
        ["resources-inherited"] = () => Signed.Edit(edit => edit.Key(Paper.Tree, "Resources", "<</Font<</F 16 0 R>>>>")),
        ["form-exchanged"] = () => Signed.Edit(edit => edit.Key(Paper.Catalog, "AcroForm", Editor.Ref(edit.Add("<</Fields[6 0 R 8 0 R]/DA(/F 12 Tf)/DR<</Font<</F 10 0 R>>>>>>")))),
        ["xfa-added"] = () => Signed.Edit(edit => edit.Key(Paper.Form, "XFA", $"[(template) {Editor.Ref(edit.AddStream("", "<template/>"))}]")),
        ["usage-rights-added"] = () => Signed.Edit(edit => edit.Key(Paper.Catalog, "Perms", "<</UR3<</Type/Sig>>>>")),
        ["dss-is-content"] = () => Signed.Edit(edit => edit.Key(Paper.Catalog, "DSS", "<</Type/DSS/Certs[4 0 R]>>")).Edit(edit => edit.SetStream(Paper.Content, "", $"BT /F 12 Tf 20 350 Td ({Forged}) Tj ET")),
        ["widget-characteristics"] = () => Signed.Edit(edit => edit.Key(Paper.Amount, "MK", "<</CA(900)>>")),
        ["page-action"] = () => Signed.Edit(edit => edit.Key(Paper.Page, "AA", "<</O<</S/JavaScript/JS(1)>>>>")),
        ["layer-switched-off"] = () => Sign(Paper.Write((1, "<</Type/Catalog/Pages 2 0 R/AcroForm 5 0 R/OCProperties 41 0 R>>"), (40, "<</Type/OCG/Name(Tekst)>>"), (41, "<</OCGs[40 0 R]/D<</ON[40 0 R]>>>>")))
            .Edit(edit => edit.Set(41, "<</OCGs[40 0 R]/D<</OFF[40 0 R]>>>>")),
        ["script-by-name"] = () => Signed.Edit(edit => edit.Key(Paper.Catalog, "Names", "<</JavaScript<</Names[(a)<</S/JavaScript/JS(1)>>]>>>>")),
        ["name-tree-grows"] = () => Sign(Paper.Write((1, "<</Type/Catalog/Pages 2 0 R/AcroForm 5 0 R/Names<</EmbeddedFiles 40 0 R>>>>"), (40, "<</Kids[41 0 R]>>"), (41, "<</Limits[(a)(a)]/Names[(a)<</Type/Filespec/F(a)>>]>>")))
            .Edit(edit => edit.Set(40, $"<</Kids[41 0 R {Editor.Ref(edit.Add("<</Limits[(b)(b)]/Names[(b)<</Type/Filespec/F(b)>>]>>"))}]>>")),
        ["page-labels-added"] = () => Signed.Edit(edit => edit.Key(Paper.Catalog, "PageLabels", "<</Nums[0<</S/r>>]>>")),
        ["outline-action"] = () => Signed.Edit(edit => edit.Key(Paper.Catalog, "Outlines", $"<</Type/Outlines/First {Editor.Ref(edit.Add("<</Title(Klik)/A<</S/Launch/F(x)>>>>"))}>>")),
        ["metadata-with-entities"] = () => Signed.Edit(edit => edit.SetStream(Paper.Metadata, "/Type/Metadata/Subtype/XML", "<!DOCTYPE x[<!ENTITY a SYSTEM 'file:///etc/passwd'>]><x:xmpmeta xmlns:x='adobe:ns:meta/'>&a;</x:xmpmeta>")),
        ["metadata-no-xml"] = () => Signed.Edit(edit => edit.SetStream(Paper.Metadata, "/Type/Metadata/Subtype/XML", $"BT ({Forged}) Tj ET")),
        ["metadata-claims-more"] = () => Signed.Edit(edit => edit.SetStream(Paper.Metadata, "/Type/Metadata/Subtype/XML",
            "<x:xmpmeta xmlns:x='adobe:ns:meta/'><r:RDF xmlns:r='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><r:Description xmlns:p='http://www.aiim.org/pdfa/ns/id/'><p:part>2</p:part></r:Description></r:RDF></x:xmpmeta>")),
        ["read-only-field-filled"] = () => Paper.Certified(Fill, Paper.Write((8, "<</Type/Annot/Subtype/Widget/FT/Tx/Ff 1/T(Naam)/Rect[10 270 200 290]/F 4/P 3 0 R>>"))).Edit(edit => edit.Key(Paper.Name, "V", "(Gerrit)")),
        ["reference-xobject-signed"] = () => Sign(Paper.Write((16, "<</Type/XObject/Subtype/Form/BBox[0 0 50 50]/Ref<</F(elders.pdf)/Page 0>>/Length 0>>\nstream\n\nendstream"))),
        ["alternate-image-signed"] = () => Sign(Paper.Write((16, "<</Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8/Alternates[<</Image 17 0 R/DefaultForPrinting true>>]/Length 1>>\nstream\n0\nendstream"),
            (17, "<</Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8/Length 1>>\nstream\n1\nendstream")))
    };

    /// <summary>An object that no table names: readers that make a table of their own would show it.</summary>
    static string Unlisted => $"4 0 obj\n{Paper.Text(Forged)}\nendobj\n";

    static byte[] Sign(byte[] pdf) => Paper.Sign(Paper.Placed(pdf), "Een");

    static string Offset(int number) => PdfDocument.Open(Signed).Sections.Select(section => section.Entries.GetValueOrDefault(number)).First(entry => entry.Kind == XrefKind.InFile).Place.ToString("D10", CultureInfo.InvariantCulture);

    static int ValueNumber(byte[] pdf, string field) => ((PdfReference)PdfDocument.Open(pdf).SignatureFields.Single(known => known.Name == field).Dictionary["V"]!).Number;

    static string SignatureText()
    {
        var at = Text.IndexOf("<</Type /Sig\n", StringComparison.Ordinal);
        return Text[at..Text.IndexOf("\nendobj", at, StringComparison.Ordinal)];
    }

    static string Container(string amount) => $"<</Type/ObjStm/N 0/First 0/Length {44 + amount.Length}>>\nstream\nBT /F 12 Tf 20 350 Td (Ik betaal {amount} euro) Tj ET\nendstream";

    /// <summary>A field that waits for its signer gets a value, and a look that says who would have signed.</summary>
    static void Fills(Editor edit, string field, string value)
    {
        var number = edit.Document.SignatureFields.Single(known => known.Name == field).Reference.Number;
        var look = edit.AddStream("/Type/XObject/Subtype/Form/BBox[0 0 120 50]", "BT (Getekend: de burgemeester) Tj ET");
        edit.Key(number, "V", value);
        edit.Key(number, "AP", $"<</N {Editor.Ref(look)}>>");
    }

    /// <summary>Time stamps always may come; with them no look of a field that was to stay as it is.</summary>
    static byte[] StampedWithALook()
    {
        var certified = Paper.Certified(Nothing);
        return Crafted.Fill(certified, signed => Crafted.Token(System.Security.Cryptography.SHA256.HashData(signed), TestAuthority.Now.AddMinutes(5)), (update, value) =>
            Looking(update, Paper.FieldNumber(certified, "Twee"), value, Paper.FieldNumber(certified, "Twee")), "ETSI.RFC3161", "DocTimeStamp");
    }

    /// <summary>The value goes into the field, the look into its widget, which is an object of its own.</summary>
    static byte[] SignedInAKid(byte[] pdf) => Crafted.Fill(pdf, new CmsSpec(Ceremony.Citizen).Build, (update, value) => Looking(update, 20, value, 21));

    static byte[] WithAKid => Sign(Paper.Write((5, "<</Fields[6 0 R 8 0 R 20 0 R]>>"), (20, "<</FT/Sig/T(Los)/Kids[21 0 R]>>"),
        (21, "<</Type/Annot/Subtype/Widget/Parent 20 0 R/Rect[20 100 120 140]/F 4/P 3 0 R>>"),
        (3, "<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 400]/Contents 4 0 R/Resources<</Font<</F 10 0 R>>/XObject<</O 16 0 R>>>>/Annots[6 0 R 8 0 R 9 0 R 21 0 R]>>")));

    static void Looking(IncrementalUpdate update, int field, PdfReference value, int widget)
    {
        var look = update.Add(new PdfStream((PdfDictionary)Paper.Parse("<</Type/XObject/Subtype/Form/BBox[0 0 120 50]>>"), "BT (Getekend: de burgemeester) Tj ET"u8.ToArray()));
        update.Set(new(field, 0), update.CurrentDictionary(new PdfReference(field, 0))!.With("V", value));
        update.Set(new(widget, 0), update.CurrentDictionary(new PdfReference(widget, 0))!.With("AP", new PdfDictionary(("N", look))));
    }

    /// <summary>Sixty changes that are allowed, and behind them one that is not.</summary>
    static byte[] ManyChanges()
    {
        var fields = Enumerable.Range(20, 60).Select(number => (number, $"<</Type/Annot/Subtype/Widget/FT/Tx/T(Vak{number})/Rect[0 0 0 0]/P 3 0 R>>"));
        var list = string.Join(' ', Enumerable.Range(20, 60).Select(number => $"{number} 0 R"));
        var form = Paper.Write([(5, $"<</Fields[6 0 R 8 0 R {list}]>>"), (3, "<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 400]/Contents 90 0 R/Resources<</Font<</F 10 0 R>>>>/Annots[6 0 R]>>"), (90, Paper.Text("Ik betaal 100 euro")), .. fields]);
        return Paper.Certified(Fill, form).Edit(edit =>
        {
            for (var number = 20; number < 80; number++) edit.Key(number, "V", "(ja)");
            edit.SetStream(90, "", $"BT /F 12 Tf 20 350 Td ({Forged}) Tj ET");
        });
    }

    /// <summary>A hidden section names another page content than the table of before: readers of old see the one, others the other.</summary>
    static byte[] HybridShadow() => Increments.Raw(Signed, start =>
    {
        var view = start + Unlisted.Length;
        var rows = Encoding.Latin1.GetString([.. Increments.Row(1, start, 0)]);
        return (Unlisted + $"95 0 obj\n<</Type/XRef/W[1 4 2]/Index[4 1]/Size 1000/Length {rows.Length}>>\nstream\n{rows}\nendstream\nendobj\n",
            $"xref\n0 1\n0000000000 65535 f \n95 1\n{view:D10} 00000 n \n", $"/Size 1000/Prev {Increments.Start(Signed)}/XRefStm {view}");
    });
}
