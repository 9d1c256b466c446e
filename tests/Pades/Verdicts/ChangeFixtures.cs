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
        ["object-streams"] = () => Increments.Packed(Signed, (Paper.Info, "<</Producer(Pakker)>>")),
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
}
