using System.IO.Compression;
using System.Text;

namespace Balie.Pades.Tests.Verdicts;

/// <summary>Content that was prepared before signing and revealed after (Mainka e.a., 2021), and content that changes by itself.</summary>
internal static class ShadowFixtures
{
    const string Layers = "<</OCGs[40 0 R]/D<</OFF[40 0 R]>>>>", Layer = "<</Type/OCG/Name(Kleine letters)>>";

    static byte[] Signed => Paper.Signed;

    public static IReadOnlyDictionary<string, Func<Fixture>> All { get; } = new Dictionary<string, Func<Fixture>>
    {
        ["shadow-hide-overlay"] = () => Signed.Edit(edit => edit.SetStream(16, "/Type/XObject/Subtype/Form/BBox[0 0 50 50]", "")),
        ["shadow-replace-font"] = () => Signed.Edit(edit => edit.Set(Paper.Font, "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding<</Differences[49/nine]>>>>")),
        ["shadow-replace-field"] = () => Signed.Edit(edit =>
        {
            edit.Key(Paper.Amount, "V", "(900)");
            edit.SetStream(Paper.AmountLook, "/Type/XObject/Subtype/Form/BBox[0 0 190 20]", "BT (900) Tj ET");
        }),
        ["shadow-hide-and-replace"] = () => Sign(Paper.Write((20, "<</Type/Pages/Kids[21 0 R]/Count 1>>"), (21, "<</Type/Page/Parent 20 0 R/MediaBox[0 0 300 400]/Contents 22 0 R>>"), (22, Paper.Text("Ik betaal 900 euro"))))
            .Edit(edit => edit.Key(Paper.Catalog, "Pages", "20 0 R")),
        ["shadow-missing-object"] = () => Signed.Edit(edit => edit.Set(77, "<</Type/Font/Subtype/Type3>>")),
        ["shadow-missing-length"] = () => Signed.Edit(edit => edit.Set(15, "17")),
        ["page-added"] = () => Signed.Edit(edit =>
        {
            var page = edit.Add("<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 400]>>");
            edit.Set(Paper.Tree, $"<</Type/Pages/Kids[3 0 R 13 0 R {Editor.Ref(page)}]/Count 3>>");
        }),
        ["page-removed"] = () => Signed.Edit(edit => edit.Set(Paper.Tree, "<</Type/Pages/Kids[3 0 R]/Count 1>>")),
        ["pages-swapped"] = () => Signed.Edit(edit => edit.Set(Paper.Tree, "<</Type/Pages/Kids[13 0 R 3 0 R]/Count 2>>")),
        ["page-box"] = () => Signed.Edit(edit => edit.Key(Paper.Page, "CropBox", "[0 0 300 340]")),
        ["script-added"] = () => Signed.Edit(edit => edit.Key(Paper.Catalog, "OpenAction", "<</S/JavaScript/JS(app.alert(1))>>")),
        ["layers-added"] = () => Signed.Edit(edit => edit.Key(Paper.Catalog, "OCProperties", "<</OCGs[]/D<<>>>>")),
        ["need-appearances-added"] = () => Signed.Edit(edit => edit.Key(Paper.Form, "NeedAppearances", "true")),
        ["external-stream-added"] = () => Signed.Edit(edit => edit.SetStream(Paper.Content, "/F(elders.bin)", "")),
        ["embedded-file-added"] = () => Signed.Edit(edit => edit.Key(Paper.Catalog, "Names", "<</EmbeddedFiles<</Names[(bijlage)<</Type/Filespec/F(x)>>]>>>>")),
        ["script-signed"] = () => Sign(Paper.Write((1, "<</Type/Catalog/Pages 2 0 R/AcroForm 5 0 R/OpenAction<</S/JavaScript/JS(this.getField('Bedrag').value=900)>>>>"))),
        ["layers-signed"] = () => Sign(Paper.Write((1, $"<</Type/Catalog/Pages 2 0 R/AcroForm 5 0 R/OCProperties {Layers}>>"), (40, Layer))),
        ["need-appearances-signed"] = () => Sign(Paper.Write((5, "<</Fields[6 0 R 8 0 R]/NeedAppearances true>>"))),
        ["external-stream-signed"] = () => Sign(Paper.Write((16, "<</Type/XObject/Subtype/Form/BBox[0 0 50 50]/F(elders.bin)/Length 0>>\nstream\n\nendstream"))),
        ["hybrid-views-differ"] = () => Hybrid(),
        ["duplicate-key"] = () => TinyPdf.WithCatalog("/Lang(nl)/Lang(en)"),
        ["duplicate-object"] = () => Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(TinyPdf.Simple).Replace("3 1\n", "4 1\n", StringComparison.Ordinal)),
        ["bomb"] = () => Bomb(),
        ["encrypted"] = () => TinyPdf.Write([TinyPdf.Catalog, TinyPdf.Pages, TinyPdf.Page, TinyPdf.Content], "/Encrypt 5 0 R")
    };

    static byte[] Sign(byte[] pdf) => Paper.Sign(Paper.Placed(pdf), "Een");

    static byte[] Hybrid()
    {
        var view = "<</Type/XRef/W[1 4 2]/Size 5/Index[4 1]/Root 1 0 R/Length 7>>\nstream\n\u0001\0\0\0\u0009\0\0\nendstream";
        string[] objects = [TinyPdf.Catalog, TinyPdf.Pages, TinyPdf.Page, TinyPdf.Content, view];
        var at = Encoding.Latin1.GetString(TinyPdf.Write(objects)).IndexOf("5 0 obj", StringComparison.Ordinal);
        return TinyPdf.Write(objects, $"/XRefStm {at}");
    }

    static byte[] Bomb()
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
            for (var i = 0; i < 100; i++) zlib.Write(new byte[1 << 20]);
        var bomb = Encoding.Latin1.GetString(packed.ToArray());
        return Encoding.Latin1.GetBytes(
            $"%PDF-1.7\n1 0 obj\n<</Type/XRef/W[1 4 2]/Size 2/Root 1 0 R/Filter/FlateDecode/Length {bomb.Length}>>\nstream\n{bomb}\nendstream\nendobj\nstartxref\n9\n%%EOF\n");
    }
}
