using System.IO.Compression;
using System.Text;
using Balie.Pdf;

namespace Balie.Pades.Tests.Verdicts;

/// <summary>Later changes after an approval signature: every one that is allowed, and its evil twin.</summary>
internal static class ChangeFixtures
{
    static byte[] Signed => Paper.Signed;

    public static IReadOnlyDictionary<string, Func<Fixture>> All { get; } = new Dictionary<string, Func<Fixture>>
    {
        ["filled-without-permission"] = () => CertifiedFixtures.Filled(Signed),
        ["note-without-permission"] = () => CertifiedFixtures.Annotated(Signed, "<</Type/Annot/Subtype/Text/Rect[250 300 270 320]/Contents(Gezien)>>"),
        ["empty-field-filled-by-signature"] = () => Paper.Sign(Signed, "Twee"),
        ["invisible-field-signed"] = () => Paper.Sign(Signed, "Vier"),
        ["visible-empty-field-added"] = () => VisibleField(Signed, signed: false),
        ["empty-field-look-changed"] = () => Signed.Edit(edit => edit.Key(Paper.FieldNumber(Signed, "Twee"), "AP", "<</N 16 0 R>>")),
        ["signed-field-look-changed"] = () => Signed.Edit(edit => edit.Key(Paper.FieldNumber(Signed, "Een"), "AP", "<</N 16 0 R>>")),
        ["signed-field-moved"] = () => Signed.Edit(edit => edit.Key(Paper.FieldNumber(Signed, "Een"), "Rect", "[10 330 290 390]")),
        ["dss-added"] = () => Signed.Edit(AddStore),
        ["dss-replaced"] = () => Signed.Edit(AddStore).Edit(edit =>
        {
            var certificate = edit.AddStream("", "nog een");
            edit.Key(((PdfReference)edit.Document.Catalog["DSS"]!).Number, "Certs", $"[{Editor.Ref(certificate)}]");
        }),
        ["document-timestamp-added"] = () => Crafted.DocumentTimeStamp(Signed, TestAuthority.Now.AddMinutes(5)),
        ["info-changed"] = () => Signed.Edit(edit => edit.Set(Paper.Info, "<</Producer(Een ander)/ModDate(D:20261124190000Z)>>")),
        ["metadata-changed"] = () => Signed.Edit(edit => edit.SetStream(Paper.Metadata, "/Type/Metadata/Subtype/XML", "<x:xmpmeta xmlns:x='adobe:ns:meta/'>anders</x:xmpmeta>")),
        ["metadata-is-content"] = () => Paper.Sign(Paper.Placed(Paper.Write((1, "<</Type/Catalog/Pages 2 0 R/AcroForm 5 0 R/Metadata 4 0 R>>"), (4, "<</Type/Metadata/Length 38>>\nstream\nBT /F 12 Tf 20 350 Td (100 euro) Tj ET\nendstream"))), "Een")
            .Edit(edit => edit.SetStream(Paper.Content, "/Type/Metadata", "BT /F 12 Tf 20 350 Td (900 euro) Tj ET")),
        ["extensions-added"] = () => Signed.Edit(edit =>
        {
            edit.Key(Paper.Catalog, "Extensions", "<</ADBE<</BaseVersion/1.7/ExtensionLevel 8>>>>");
            edit.Key(Paper.Catalog, "Version", "/2.0");
        }),
        ["resources-added"] = () => Signed.Edit(edit => edit.Key(Paper.Form, "DR", $"<</Font<</F 10 0 R/Z {Editor.Ref(edit.Add("<</Type/Font/Subtype/Type1/BaseFont/ZapfDingbats>>"))}>>>>")),
        ["resources-changed"] = () => Signed.Edit(edit => edit.Key(Paper.Form, "DR", $"<</Font<</F {Editor.Ref(edit.Add("<</Type/Font/Subtype/Type1/BaseFont/ZapfDingbats>>"))}>>>>")),
        ["object-streams"] = () => Packed(),
        ["structure-for-field"] = () => Paper.Sign(Paper.Sign(Paper.Placed(Tagged), "Een"), "Vier"),
        ["structure-changed"] = () => Paper.Sign(Paper.Placed(Tagged), "Een").Edit(edit => edit.Key(31, "Alt", "(Iets anders)")),
        ["language-changed"] = () => Signed.Edit(edit => edit.Key(Paper.Catalog, "Lang", "(fr)")),
        ["appearance-of-another"] = () => Ceremony.Sign(Paper.Placed(), Ceremony.Request("Een", Ceremony.Citizen) with
        {
            SignerName = "Burgemeester Zonnedaal", Appearance = new SignatureAppearance { Lines = ["Handtekening van de burgemeester"], Hand = new TypedHand("Burgemeester") }
        }),
        ["names-inject"] = () => Ceremony.Sign(EmptySignatureFields.Place(TinyPdf.Simple, [new("Een\"},{<script>", "Een", null)]),
            Ceremony.Request("Een\"},{<script>", TestAuthority.Shared.Ecdsa("\"Jan\u001b[2J\u202e\r\n<b>Peeters</b>\"")) with { Reason = "gelezen\u001b]0;x\u0007\n\"}]" })
    };

    static byte[] Tagged { get; } = Paper.Write(
        (1, "<</Type/Catalog/Pages 2 0 R/AcroForm 5 0 R/MarkInfo<</Marked true>>/StructTreeRoot 30 0 R>>"),
        (30, "<</Type/StructTreeRoot/K[31 0 R]/ParentTree 32 0 R/ParentTreeNextKey 1>>"),
        (31, "<</Type/StructElem/S/Figure/P 30 0 R/Alt(Een plan)/K[]>>"),
        (32, "<</Nums[0 [31 0 R]]>>"));

    public static void AddStore(Editor edit)
    {
        var certificate = edit.AddStream("", "certificaat");
        edit.Key(Paper.Catalog, "DSS", Editor.Ref(edit.Add($"<</Type/DSS/Certs[{Editor.Ref(certificate)}]>>")));
    }

    /// <summary>A field that takes the room of the text, with a look that says something else.</summary>
    public static byte[] VisibleField(byte[] pdf, bool signed)
    {
        if (signed) return Crafted.Sign(pdf, new CmsSpec(Ceremony.Citizen).Build, "Vier", widget: "/Rect[10 330 290 390]/AP<</N 16 0 R>>");
        return pdf.Edit(edit =>
        {
            var field = edit.Add("<</Type/Annot/Subtype/Widget/FT/Sig/T(Vier)/F 132/Rect[10 330 290 390]/P 3 0 R/AP<</N 16 0 R>>>>");
            edit.Append(Paper.Form, "Fields", field);
            edit.Append(Paper.Page, "Annots", field);
        });
    }

    /// <summary>The next revision keeps its objects in an object stream, behind a cross-reference stream.</summary>
    static byte[] Packed()
    {
        var directory = $"{Paper.Info} 0 ";
        var inside = Compressed(Encoding.Latin1.GetBytes(directory + "<</Producer(Pakker)>>"));
        var text = Encoding.Latin1.GetString(Signed);
        var start = text[(text.LastIndexOf("startxref", StringComparison.Ordinal) + 9)..].Trim().Split('\n')[0];
        var body = new StringBuilder(text);
        var container = body.Length;
        body.Append($"900 0 obj\n<</Type/ObjStm/N 1/First {directory.Length}/Filter/FlateDecode/Length {inside.Length}>>\nstream\n{Encoding.Latin1.GetString(inside)}\nendstream\nendobj\n");
        var table = body.Length;
        byte[] rows = [.. Row(2, 900, 0), .. Row(1, container, 0), .. Row(1, table, 0)];
        body.Append($"901 0 obj\n<</Type/XRef/W[1 4 2]/Index[{Paper.Info} 1 900 2]/Size 902/Root 1 0 R/Info 12 0 R/Prev {start}/Length {rows.Length}>>\nstream\n{Encoding.Latin1.GetString(rows)}\nendstream\nendobj\nstartxref\n{table}\n%%EOF\n");
        return Encoding.Latin1.GetBytes(body.ToString());
    }

    static byte[] Row(byte kind, int place, int detail) => [kind, (byte)(place >> 24), (byte)(place >> 16), (byte)(place >> 8), (byte)place, (byte)(detail >> 8), (byte)detail];

    static byte[] Compressed(byte[] data)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true)) zlib.Write(data);
        return packed.ToArray();
    }
}
