using Balie.Pdf;

namespace Balie.Pades;

/// <summary>
/// What can make a signed file show something else to somebody else: scripts, bytes and pages kept elsewhere, images with another for the printer, layers that are off or follow the
/// occasion, and looks that every viewer makes up by itself. PDF/A forbids all of it (ISO 19005-2, 6.1.7, 6.4, 6.5, 6.9).
/// </summary>
internal static class SelfChangingContent
{
    static readonly HashSet<string> Scripts = ["JavaScript", "JS", "ImportData", "Rendition", "RichMediaExecute", "ExternalStream", "ReferenceXObject", "AlternateImage"];

    public static IReadOnlySet<string> Names(PdfDocument state, IReadOnlySet<string> active)
    {
        var names = active.Where(Scripts.Contains).Select(name => name == "JS" ? "JavaScript" : name).ToHashSet(StringComparer.Ordinal);
        if (state.Reader.Resolve(state.AcroForm?["NeedAppearances"]) is PdfBoolean { Value: true }) names.Add("NeedAppearances");
        if (HasChangingLayers(state)) names.Add("OptionalContent");
        return names;
    }

    static bool HasChangingLayers(PdfDocument state)
    {
        if (Dictionary(state, state.Catalog["OCProperties"]) is not { } layers) return false;
        if (state.Reader.Resolve(layers["Configs"]) is PdfArray { Items.Count: > 0 }) return true;
        return Dictionary(state, layers["D"]) is { } shown && (IsFilled(state, shown["OFF"]) || IsFilled(state, shown["AS"])
            || state.Reader.Resolve(shown["BaseState"]) is PdfName { Value: not "ON" });
    }

    static bool IsFilled(PdfDocument state, PdfObject? list) => state.Reader.Resolve(list) is PdfArray { Items.Count: > 0 };

    static PdfDictionary? Dictionary(PdfDocument state, PdfObject? value) => state.Reader.Resolve(value) as PdfDictionary;
}
