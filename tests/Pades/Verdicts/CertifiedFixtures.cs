namespace Balie.Pades.Tests.Verdicts;

/// <summary>What certifications and locks permit, and attacks on certified files (Rohlmann e.a., 2021: EAA, SSA).</summary>
internal static class CertifiedFixtures
{
    const ChangePermission Nothing = ChangePermission.Nothing, Fill = ChangePermission.FillAndSign, Annotate = ChangePermission.FillSignAndAnnotate;

    public static IReadOnlyDictionary<string, Func<Fixture>> All { get; } = new Dictionary<string, Func<Fixture>>
    {
        ["certified-p1"] = () => Paper.Certified(Nothing),
        ["certified-p1-signed"] = () => ForcedSignature(Paper.Certified(Nothing), "Vier"),
        ["certified-p1-filled"] = () => Filled(Paper.Certified(Nothing)),
        ["certified-p1-dss"] = () => Paper.Certified(Nothing).Edit(ChangeFixtures.AddStore),
        ["certified-p1-timestamped"] = () => Crafted.DocumentTimeStamp(Paper.Certified(Nothing), TestAuthority.Now.AddMinutes(5)),
        ["certified-p2-signed"] = () => Paper.Sign(Paper.Certified(Fill), "Twee"),
        ["certified-p2-filled"] = () => Filled(Paper.Certified(Fill)),
        ["certified-p2-annotated"] = () => Annotated(Paper.Certified(Fill), Note),
        ["certified-p3-filled"] = () => Filled(Paper.Certified(Annotate)),
        ["certified-p3-note"] = () => Annotated(Paper.Certified(Annotate), Note),
        ["certified-p3-note-removed"] = () => Paper.Certified(Annotate).Edit(edit => edit.Key(Paper.Page, "Annots", Annots(edit, "").Replace(" 9 0 R", "", StringComparison.Ordinal))),
        ["certified-default"] = () => Filled(Paper.Sign(WithoutPermission(), "Een")),
        ["evil-annotation-text"] = () => Annotated(Paper.Certified(Annotate), "<</Type/Annot/Subtype/FreeText/Rect[10 340 290 380]/DA(/F 12 Tf)/Contents(Ik betaal 900 euro)>>"),
        ["evil-annotation-stamp"] = () => Annotated(Paper.Certified(Annotate), "<</Type/Annot/Subtype/Stamp/Rect[10 340 290 380]/AP<</N 16 0 R>>>>"),
        ["evil-annotation-note"] = () => Annotated(Paper.Certified(Annotate), "<</Type/Annot/Subtype/Text/Rect[0 0 300 400]/AP<</N 16 0 R>>>>"),
        ["evil-annotation-link"] = () => Annotated(Paper.Certified(Annotate), "<</Type/Annot/Subtype/Link/Rect[0 0 300 400]/A<</S/JavaScript/JS(1)>>>>"),
        ["sneaky-signature"] = () => ChangeFixtures.VisibleField(Paper.Certified(Fill), signed: true),
        ["sneaky-certification"] = () => SneakyCertification(),
        ["certification-dropped"] = () => Paper.Certified(Nothing).Edit(edit => edit.Key(Paper.Catalog, "Perms", null)),
        ["locked-field-filled"] = () => Filled(Locked(new(LockedFields.Include, ["Naam"]))),
        ["other-field-filled"] = () => Filled(Locked(new(LockedFields.Include, ["Bedrag"]))),
        ["all-fields-locked"] = () => Filled(Locked(new(LockedFields.All, []))),
        ["excluded-field-filled"] = () => Filled(Locked(new(LockedFields.Exclude, ["Naam"]))),
        ["not-excluded-field-filled"] = () => Filled(Locked(new(LockedFields.Exclude, ["Bedrag"]))),
        ["lock-p1-signed"] = () => ForcedSignature(Locked(new(LockedFields.Include, ["Bedrag"], Nothing)), "Vier"),
        ["lock-removed-later"] = () => Locked(new(LockedFields.Include, ["Naam"])).Edit(edit =>
        {
            edit.Key(edit.Document.SignatureFields[0].Reference.Number, "Lock", null);
            edit.Key(Paper.Name, "V", "(Gerrit)");
        })
    };

    const string Note = "<</Type/Annot/Subtype/Text/Rect[250 300 270 320]/Contents(Gezien)>>";

    static byte[] Locked(FieldLock closes) => Paper.Sign(Paper.Placed(closes: closes), "Een");

    /// <summary>A text field that was empty gets its value and its look.</summary>
    public static byte[] Filled(byte[] pdf) => pdf.Edit(edit =>
    {
        var look = edit.AddStream("/Type/XObject/Subtype/Form/BBox[0 0 190 20]", "BT (Gerrit Maes) Tj ET");
        edit.Key(Paper.Name, "V", "(Gerrit Maes)");
        edit.Key(Paper.Name, "AP", $"<</N {Editor.Ref(look)}>>");
    });

    public static byte[] Annotated(byte[] pdf, string annotation) => pdf.Edit(edit => edit.Append(Paper.Page, "Annots", edit.Add(annotation)));

    static string Annots(Editor edit, string more) =>
        $"[{string.Join(' ', ((Balie.Pdf.PdfArray)edit.Document.Pages[0].Dictionary["Annots"]!).Items.Cast<Balie.Pdf.PdfReference>().Select(Editor.Ref))}{more}]";

    /// <summary>Who attacks does not ask the writer, which refuses this.</summary>
    static byte[] ForcedSignature(byte[] pdf, string field) => Crafted.Sign(pdf, new CmsSpec(Ceremony.Citizen).Build, field);

    /// <summary>Certified without saying what is permitted: the reference has no /P, which means 2 (ISO 32000-2, table 257).</summary>
    static byte[] WithoutPermission()
    {
        // The permission must be there when it is signed: placed first, pointing at the number the signature will have.
        var placed = Paper.Placed();
        var next = Balie.Pdf.PdfDocument.Open(placed).Reader.HighestNumber + 1;
        var granting = placed.Edit(edit => edit.Key(Paper.Catalog, "Perms", $"<</DocMDP {next} 0 R>>"));
        return Crafted.Sign(granting, new CmsSpec(Ceremony.Citizen).Build, "Nul",
            entries: "/Reference[<</Type/SigRef/TransformMethod/DocMDP/TransformParams<</Type/TransformParams/V/1.2>>>>]");
    }

    static byte[] SneakyCertification()
    {
        var next = Balie.Pdf.PdfDocument.Open(Paper.Signed).Reader.HighestNumber + 1;
        var granting = Paper.Signed.Edit(edit => edit.Key(Paper.Catalog, "Perms", $"<</DocMDP {next} 0 R>>"));
        return Filled(Crafted.Sign(granting, new CmsSpec(Ceremony.Citizen).Build, "Vier",
            entries: "/Reference[<</Type/SigRef/TransformMethod/DocMDP/TransformParams<</Type/TransformParams/P 3/V/1.2>>>>]"));
    }
}
