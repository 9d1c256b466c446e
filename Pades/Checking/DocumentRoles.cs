using Balie.Pdf;

namespace Balie.Pades;

/// <summary>One node of a form: a field, or a widget of one (ISO 32000-2, 12.7.4).</summary>
/// <param name="Name">The full name; widgets have their field's.</param>
/// <param name="Type">Sig, Tx, Btn or Ch, inherited when it is.</param>
/// <param name="Page">The page it is on, from 1; null when on none.</param>
internal sealed record FormNode(string Name, string? Type, int? Page, PdfDictionary Dictionary, long Flags)
{
    const long ReadOnly = 1, PushButton = 1 << 16;

    /// <summary>Whether filling it in is what it is for.</summary>
    public bool IsFillable => (Flags & ReadOnly) == 0 && (Type is "Tx" or "Ch" || Type == "Btn" && (Flags & PushButton) == 0);
}

/// <summary>What each object of one state of a file is there for, as far as later revisions may touch it.</summary>
internal sealed class DocumentRoles
{
    /// <summary>Keys that lead to what may be rewritten, when nothing else leads there.</summary>
    static readonly HashSet<string> LooseInCatalog = ["DSS", "Metadata", "Extensions"];

    readonly Dictionary<int, FormNode> form = [];
    readonly Lazy<HashSet<int>> firm;

    public DocumentRoles(PdfDocument document)
    {
        Document = document;
        Pages = document.Pages.ToDictionary(page => page.Reference.Number, page => page.Number);
        foreach (var page in document.Pages) ReadAnnotations(page);
        FieldList = (document.AcroForm?["Fields"] as PdfReference)?.Number;
        foreach (var field in List(document.AcroForm?["Fields"])) Walk(field, "", null, 0, 0);
        Info = (document.Trailer["Info"] as PdfReference)?.Number;
        Metadata = (document.Catalog["Metadata"] as PdfReference)?.Number;
        firm = new(() => Reach.From(document, document.CatalogReference, IsLoose));
    }

    public PdfDocument Document { get; }

    public IReadOnlyDictionary<int, int> Pages { get; }

    /// <summary>Lists of annotations that are objects of their own, with their page.</summary>
    public Dictionary<int, int> AnnotationLists { get; } = [];

    public Dictionary<int, int> Annotations { get; } = [];

    public IReadOnlyDictionary<int, FormNode> Form => form;

    /// <summary>Looks of fields, with the fields that show them.</summary>
    public Dictionary<int, List<FormNode>> Looks { get; } = [];

    public int? FieldList { get; }

    public int? Info { get; }

    public int? Metadata { get; }

    public int? FormObject => (Document.Catalog["AcroForm"] as PdfReference)?.Number;

    /// <summary>Whether something that was signed leads to an object, other than by the keys whose values may be rewritten.</summary>
    public bool IsFirm(int number) => firm.Value.Contains(number);

    public bool IsValidationData(int number) => Document.Catalog["DSS"] is { } store && Reach.From(Document, store, static (_, _) => false).Contains(number);

    public IReadOnlyList<PdfObject> List(PdfObject? value) => (Document.Reader.Resolve(value) as PdfArray)?.Items ?? [];

    public PdfDictionary? Dictionary(PdfObject? value) => Document.Reader.Resolve(value) as PdfDictionary;

    bool IsLoose(int number, string key) => number == Document.CatalogReference.Number ? LooseInCatalog.Contains(key) : key == "AP" && form.ContainsKey(number);

    void ReadAnnotations(PdfPage page)
    {
        if (page.Dictionary["Annots"] is PdfReference list) AnnotationLists.TryAdd(list.Number, page.Number);
        foreach (var annotation in List(page.Dictionary["Annots"]).OfType<PdfReference>()) Annotations.TryAdd(annotation.Number, page.Number);
    }

    void Walk(PdfObject item, string prefix, string? type, long flags, int depth)
    {
        if (item is not PdfReference reference || Document.Reader.Resolve(reference) is not PdfDictionary field || depth > PdfLimits.TreeDepth) return;
        var part = Document.Reader.Resolve(field["T"]) is PdfString text ? PdfText.Decode(text.Bytes) : null;
        var name = part is null ? prefix : prefix.Length == 0 ? part : $"{prefix}.{part}";
        type = (Document.Reader.Resolve(field["FT"]) as PdfName)?.Value ?? type;
        if (Document.Reader.Resolve(field["Ff"]) is PdfNumber number && number.TryGetInteger(out var own)) flags = own;
        var node = new FormNode(name, type, Annotations.TryGetValue(reference.Number, out var page) ? page : null, field, flags);
        if (!form.TryAdd(reference.Number, node)) return;
        foreach (var look in Looked(field["AP"], 0)) (Looks.TryGetValue(look, out var owners) ? owners : Looks[look] = []).Add(node);
        foreach (var kid in List(field["Kids"])) Walk(kid, name, type, flags, depth + 1);
    }

    /// <summary>The objects an appearance dictionary names: streams, or dictionaries of states (12.5.5).</summary>
    IEnumerable<int> Looked(PdfObject? value, int depth)
    {
        if (depth > 2) yield break;
        if (value is PdfReference reference) yield return reference.Number;
        if (Document.Reader.Resolve(value) is not PdfDictionary states) yield break;
        foreach (var (_, state) in states.Entries)
            foreach (var number in Looked(state, depth + 1)) yield return number;
    }
}
