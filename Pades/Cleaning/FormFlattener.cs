using System.Globalization;
using System.Text;
using Balie.Pades.Appearance;
using Balie.Pdf;

namespace Balie.Pades.Cleaning;

/// <summary>
/// Draws what form fields show into their pages (ISO 32000-2, 12.5.5) and takes them off, with annotations that are hidden or carry
/// files, sound, film or models. Other annotations (links, notes) stay.
/// </summary>
internal sealed class FormFlattener(IncrementalUpdate update, ISet<string> removed)
{
    const int Hidden = 2, NoView = 32, MostAnnotations = 50_000;

    static readonly HashSet<string> Unwanted = ["FileAttachment", "RichMedia", "Screen", "Movie", "Sound", "3D", "TrapNet"];

    readonly HashSet<int> gone = [];
    int seen, drawn;

    PdfDocument Document => update.Document;

    /// <summary>Numbers of the annotations that went.</summary>
    public IReadOnlySet<int> Run()
    {
        var form = new FieldLooks(update);
        foreach (var page in Document.Pages)
            if (Document.Reader.Resolve(page.Dictionary["Annots"]) is PdfArray { Items.Count: > 0 } list) Flatten(page, list, form);
        return gone;
    }

    void Flatten(PdfPage page, PdfArray list, FieldLooks form)
    {
        var kept = new List<PdfObject>();
        var content = new StringBuilder();
        var looks = new Dictionary<string, PdfObject>();
        foreach (var item in list.Items)
        {
            if (++seen > MostAnnotations) throw new PdfRefusedException("too-large-inside", "The file holds more annotations than is allowed.");
            if (Document.Reader.Resolve(item) is not PdfDictionary annotation) continue;
            var subtype = (Document.Reader.Resolve(annotation["Subtype"]) as PdfName)?.Value ?? "";
            if (subtype != "Widget" && !Unwanted.Contains(subtype) && !IsHidden(annotation)) { kept.Add(item); continue; }
            if (item is PdfReference reference) gone.Add(reference.Number);
            removed.Add(subtype == "Widget" ? "FormFields" : Unwanted.Contains(subtype) ? "Multimedia" : "HiddenAnnotations");
            if (subtype == "Widget" && !IsHidden(annotation) && form.LookOf(annotation) is { } look) Draw(content, looks, annotation, look);
        }
        var changed = kept.Count == 0 ? page.Dictionary.Without("Annots") : page.Dictionary.With("Annots", new PdfArray(kept));
        update.Set(page.Reference, content.Length == 0 ? changed : WithContent(changed, content.ToString(), looks));
    }

    bool IsHidden(PdfDictionary annotation) =>
        Document.Reader.Resolve(annotation["F"]) is PdfNumber number && number.TryGetInteger(out var flags) && (flags & (Hidden | NoView)) != 0;

    /// <summary>Places an appearance as its field does: its box, turned by its matrix, fills the field's rectangle.</summary>
    void Draw(StringBuilder content, Dictionary<string, PdfObject> looks, PdfDictionary annotation, PdfReference look)
    {
        if (Numbers(annotation["Rect"], 4) is not { } rectangle || update.Current(look) is not PdfStream form || Numbers(form.Dictionary["BBox"], 4) is not { } box) return;
        var matrix = Numbers(form.Dictionary["Matrix"], 6) ?? [1, 0, 0, 1, 0, 0];
        var xs = new[] { (box[0], box[1]), (box[2], box[1]), (box[0], box[3]), (box[2], box[3]) }
            .Select(corner => (X: matrix[0] * corner.Item1 + matrix[2] * corner.Item2 + matrix[4], Y: matrix[1] * corner.Item1 + matrix[3] * corner.Item2 + matrix[5])).ToArray();
        double left = xs.Min(point => point.X), bottom = xs.Min(point => point.Y), width = xs.Max(point => point.X) - left, height = xs.Max(point => point.Y) - bottom;
        if (width <= 0 || height <= 0) return;
        double x = Math.Min(rectangle[0], rectangle[2]), y = Math.Min(rectangle[1], rectangle[3]);
        double scaleX = Math.Abs(rectangle[2] - rectangle[0]) / width, scaleY = Math.Abs(rectangle[3] - rectangle[1]) / height;
        var name = $"BalieField{++drawn}";
        looks[name] = look;
        content.Append(CultureInfo.InvariantCulture, $"q {scaleX:0.######} 0 0 {scaleY:0.######} {x - left * scaleX:0.###} {y - bottom * scaleY:0.###} cm /{name} Do Q\n");
    }

    double[]? Numbers(PdfObject? value, int count) => update.Current(value) is PdfArray array && array.Items.Count == count
        && array.Items.Select(item => update.Current(item)).All(item => item is PdfNumber)
        ? [.. array.Items.Select(item => ((PdfNumber)update.Current(item)!).Value)] : null;

    /// <summary>The page's own drawing in a bracket of its own, then the fields.</summary>
    PdfDictionary WithContent(PdfDictionary page, string content, Dictionary<string, PdfObject> looks)
    {
        var old = update.Current(page["Contents"]) switch
        {
            PdfArray parts => parts.Items,
            PdfStream => [page["Contents"]!],
            _ => []
        };
        var before = update.Add(EmbeddedFont.Deflated("q\n"u8.ToArray()));
        var after = update.Add(EmbeddedFont.Deflated(Encoding.ASCII.GetBytes($"\nQ\n{content}")));
        var resources = Inherited(page, "Resources") ?? new PdfDictionary();
        var forms = update.CurrentDictionary(resources["XObject"]) ?? new PdfDictionary();
        foreach (var (name, look) in looks) forms = forms.With(name, look);
        return page.With("Contents", new PdfArray([before, .. old, after])).With("Resources", resources.With("XObject", forms));
    }

    PdfDictionary? Inherited(PdfDictionary page, string key)
    {
        var node = page;
        for (var depth = 0; node is not null && depth <= PdfLimits.TreeDepth; depth++, node = update.CurrentDictionary(node["Parent"]))
            if (update.CurrentDictionary(node[key]) is { } found) return found;
        return null;
    }
}
