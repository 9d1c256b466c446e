using Balie.Pdf;

namespace Balie.Pades;

/// <summary>What signing a field that waits may do to it (ISO 32000-2, 12.7.5.5): it gets a value and a look, and is locked and printed.</summary>
internal static class FieldRules
{
    static readonly HashSet<string> Touched = ["V", "AP", "F", "M"];

    /// <summary>The signature that came into a field, or into the field of a widget; null when this is no signing.</summary>
    public static PdfDictionary? SignatureThatCame(PdfDocument before, PdfDocument after, PdfDictionary from, PdfDictionary to, IReadOnlySet<string> keys)
    {
        if (IsSigned(before, from) || Value(after, to) is not { } value || !keys.IsSubsetOf(Touched) || !AnnotationRules.MayBecome(after.Reader, from, to)) return null;
        // Time stamps may always come, and so may change nothing that shows.
        return !keys.Contains("AP") || !SignatureKinds.IsTimeStamp(after.Reader, value) || AnnotationRules.IsInvisible(before.Reader, from) ? value : null;
    }

    public static bool IsSigned(PdfDocument document, PdfDictionary field) => Value(document, field) is not null;

    /// <summary>A widget without a name is one of its field's (12.7.4.1).</summary>
    static PdfDictionary? Value(PdfDocument document, PdfDictionary field)
    {
        var owner = field["T"] is null && field["V"] is null ? document.Reader.Resolve(field["Parent"]) as PdfDictionary ?? field : field;
        return document.Reader.Resolve(owner["V"]) as PdfDictionary;
    }
}
