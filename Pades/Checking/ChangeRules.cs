using Balie.Pdf;

namespace Balie.Pades;

/// <summary>
/// What one signature allows afterwards (ISO 32000-2, 12.8.2.2 to 12.8.2.4): DocMDP of the certification that was there when it was made, the
/// /P of its own lock, and the fields that its FieldMDP closes. The strictest counts. A signature that says nothing allows further
/// signatures; filling a form or a note has to be permitted.
/// </summary>
internal sealed class ChangeRules
{
    readonly ChangePermission? permission;
    readonly IReadOnlyList<FieldLock> locks;

    ChangeRules(ChangePermission? permission, IReadOnlyList<FieldLock> locks) => (this.permission, this.locks) = (permission, locks);

    /// <param name="state">The file as it was when the signature was made.</param>
    public static ChangeRules Of(PdfDocument state, SignatureField signed)
    {
        var reader = state.Reader;
        var locks = new List<FieldLock>();
        var permissions = new List<ChangePermission>();
        if (reader.Resolve(state.Catalog["Perms"]) is PdfDictionary granted && granted["DocMDP"] is not null) permissions.Add(Certified(reader, granted["DocMDP"]));
        foreach (var reference in References(reader, signed.Value)) ReadReference(reader, reference, permissions, locks);
        if (signed.Dictionary["Lock"] is { } value)
        {
            var own = FieldLock.Read(reader, value) ?? new FieldLock(LockedFields.All, [], ChangePermission.Nothing);
            locks.Add(own);
            if (own.Permission is { } restricted) permissions.Add(restricted);
        }
        return new ChangeRules(permissions.Count == 0 ? null : permissions.Min(), locks);
    }

    static IEnumerable<PdfDictionary> References(PdfObjectReader reader, PdfDictionary? value) =>
        reader.Resolve(value?["Reference"]) is PdfArray list ? list.Items.Select(reader.Resolve).OfType<PdfDictionary>() : [];

    static ChangePermission Certified(PdfObjectReader reader, PdfObject? value)
    {
        var reference = References(reader, reader.Resolve(value) as PdfDictionary).FirstOrDefault(one => Method(reader, one) == "DocMDP");
        return reference is null ? ChangePermission.Nothing : Permission(reader, reference);
    }

    static string? Method(PdfObjectReader reader, PdfDictionary reference) => (reader.Resolve(reference["TransformMethod"]) as PdfName)?.Value;

    static void ReadReference(PdfObjectReader reader, PdfDictionary reference, List<ChangePermission> permissions, List<FieldLock> locks)
    {
        if (Method(reader, reference) == "DocMDP") permissions.Add(Permission(reader, reference));
        if (Method(reader, reference) == "FieldMDP")
            locks.Add(FieldLock.Read(reader, reference["TransformParams"]) ?? new FieldLock(LockedFields.All, []));
    }

    /// <summary>Table 257: without /P it is 2; what is not understood permits nothing.</summary>
    static ChangePermission Permission(PdfObjectReader reader, PdfDictionary reference) =>
        reader.Resolve((reader.Resolve(reference["TransformParams"]) as PdfDictionary)?["P"]) switch
        {
            null => ChangePermission.FillAndSign,
            PdfNumber { Lexeme: "2" } => ChangePermission.FillAndSign,
            PdfNumber { Lexeme: "3" } => ChangePermission.FillSignAndAnnotate,
            _ => ChangePermission.Nothing
        };

    public bool Allows(FoundChange change) => change.Kind switch
    {
        ChangeKind.ValidationDataAdded or ChangeKind.TimeStampAdded or ChangeKind.DescriptionChanged or ChangeKind.FormChanged => true,
        // A certifier counts on the fields that are there: a new one that shows is the "sneaky signature".
        ChangeKind.SignatureAdded or ChangeKind.FieldAdded => permission != ChangePermission.Nothing && !(change.NewlyVisible && permission is not null) && IsOpen(change),
        ChangeKind.FieldFilled => MayFill && IsOpen(change),
        ChangeKind.AnnotationAdded or ChangeKind.AnnotationChanged or ChangeKind.AnnotationRemoved => permission == ChangePermission.FillSignAndAnnotate,
        _ => false
    };

    /// <summary>Whoever names the fields that close leaves the others open.</summary>
    bool MayFill => permission >= ChangePermission.FillAndSign || permission is null && locks.Count > 0;

    bool IsOpen(FoundChange change) => change.Field is not { } field || !locks.Any(closed => closed.Covers(field));
}
