using Balie.Pdf;

namespace Balie.Pades;

/// <summary>
/// Compares two states of one file object by object and names each difference. A difference that is not understood as one of the harmless
/// kinds counts as changed content: the list of what may change is closed (ISO 32000-2, 12.8.2.2, read strictly).
/// </summary>
internal sealed class RevisionComparison
{
    /// <summary>What is forbidden anyway need not be complete; what may be allowed has to be, or something could hide behind it.</summary>
    const int MostForbidden = 50, MostChanges = 20_000;

    static readonly HashSet<ChangeKind> NeverAllowed = [ChangeKind.ContentChanged, ChangeKind.PageChanged, ChangeKind.PagesAddedOrRemoved, ChangeKind.SignatureRemoved];

    readonly PdfDocument before, after;
    readonly DocumentRoles older, newer;
    readonly HashSet<int> newFields;
    readonly StructureRules structure;
    readonly List<FoundChange> found = [];
    readonly Lazy<HashSet<int>> reachedAfter;
    readonly Lazy<PageFinder> pagesBefore;
    readonly Dictionary<int, Lazy<PaintedAreas>> painted = [];
    readonly HashSet<string> names;
    int forbidden;

    public RevisionComparison(DocumentRoles older, DocumentRoles newer)
    {
        (this.older, this.newer) = (older, newer);
        (before, after) = (older.Document, newer.Document);
        newFields = [.. newer.Form.Where(node => node.Value.Type == "Sig").Select(node => node.Key).Where(number => !older.Form.ContainsKey(number))];
        names = [.. older.Form.Values.Select(node => node.Name)];
        structure = new(before, after, newFields);
        pagesBefore = new(() => new PageFinder(before));
        reachedAfter = new(() => Reach.From(after, after.CatalogReference, static (_, _) => false));
    }

    /// <param name="missing">Numbers that the older state refers to and does not hold: filling them later changes what was seen.</param>
    public IReadOnlyList<FoundChange> Run(IReadOnlySet<int> missing)
    {
        if (before.CatalogReference.Number != after.CatalogReference.Number) return [new(ChangeKind.ContentChanged, "Root", [])];
        ComparePages();
        if (Hides()) Add(ChangeKind.ContentChanged, "/Size", []);
        if (!PdfComparison.Same(before.Trailer["Info"], after.Trailer["Info"])) CompareInfo(before.Reader.Resolve(before.Trailer["Info"]), after.Reader.Resolve(after.Trailer["Info"]));
        foreach (var number in after.Reader.Differing(before.Reader))
        {
            if (found.Count >= MostChanges) Add(ChangeKind.ContentChanged, null, []);
            if (forbidden >= MostForbidden || found.Count > MostChanges) break;
            Compare(number, missing);
        }
        return [.. found.DistinctBy(change => (change.Kind, change.Subject, string.Join(',', change.Pages)))];
    }

    /// <summary>Whether a smaller /Size takes objects away that strict readers saw.</summary>
    bool Hides()
    {
        int sizeBefore = before.Sections[0].Integer("Size") ?? int.MaxValue, sizeAfter = after.Sections[0].Integer("Size") ?? int.MaxValue;
        return sizeAfter < sizeBefore && after.Reader.From(sizeAfter).Any(number => number < sizeBefore && Read(before, number) is not null);
    }

    void Compare(int number, IReadOnlySet<int> missing)
    {
        PdfObject? from = Read(before, number), to = before.Reader.Generation(number) == after.Reader.Generation(number) ? Read(after, number) : null;
        if (from is null)
        {
            if (missing.Contains(number) && Read(after, number) is not null) Content(number);
        }
        else if (to is null)
        {
            if (reachedAfter.Value.Contains(number)) Content(number);
        }
        else if (!PdfComparison.Same(from, to) && !(IsContainer(from, to) && !older.IsFirm(number) && !reachedAfter.Value.Contains(number))) CompareObject(number, from, to);
    }

    static PdfObject? Read(PdfDocument document, int number) => document.Reader.Read(new PdfReference(number, document.Reader.Generation(number)));

    /// <summary>Cross-reference and object streams hold other objects; those are compared one by one. What content leads to is content, whatever it calls itself.</summary>
    static bool IsContainer(PdfObject from, PdfObject to) =>
        from is PdfStream { Dictionary: var one } && to is PdfStream { Dictionary: var other } && Type(one) is "XRef" or "ObjStm" && Type(other) is "XRef" or "ObjStm";

    static string? Type(PdfDictionary dictionary) => (dictionary["Type"] as PdfName)?.Value;

    void ComparePages()
    {
        int[] old = [.. before.Pages.Select(page => page.Reference.Number)], now = [.. after.Pages.Select(page => page.Reference.Number)];
        if (old.SequenceEqual(now)) return;
        var moved = Enumerable.Range(0, Math.Max(old.Length, now.Length)).Where(i => i >= old.Length || i >= now.Length || old[i] != now[i]).Select(i => i + 1);
        Add(ChangeKind.PagesAddedOrRemoved, null, [.. moved]);
    }

    void CompareObject(int number, PdfObject from, PdfObject to)
    {
        if (from is PdfDictionary old && to is PdfDictionary now && CompareDictionary(number, old, now)) return;
        if (from is PdfArray oldList && to is PdfArray nowList && CompareList(number, oldList, nowList)) return;
        if (IsPageOrder(from, to) || CompareLoose(number, from, to) || structure.IsAllowed(number, from, to)) return;
        Content(number);
    }

    /// <summary>A page tree whose order changed was named already; what else it says, its pages inherit.</summary>
    bool IsPageOrder(PdfObject from, PdfObject to) => from is PdfDictionary old && to is PdfDictionary now && Type(old) == "Pages"
        && PdfComparison.DifferingKeys(old, now).All(key => key is "Kids" or "Count") && found.Any(change => change.Kind == ChangeKind.PagesAddedOrRemoved);

    bool CompareDictionary(int number, PdfDictionary from, PdfDictionary to)
    {
        if (number == before.CatalogReference.Number) EachKey(from, to, CompareCatalogKey);
        else if (number == older.FormObject) EachKey(from, to, CompareFormKey);
        else if (older.Pages.TryGetValue(number, out var page)) EachKey(from, to, (key, old, now) => ComparePageKey(page, key, old, now));
        else if (older.Form.TryGetValue(number, out var node)) CompareField(node, from, to);
        else if (older.Annotations.TryGetValue(number, out var place)) CompareAnnotation(place, from, to);
        else return false;
        return true;
    }

    bool CompareList(int number, PdfArray from, PdfArray to)
    {
        if (number == older.FieldList) CompareFields(from.Items, to.Items);
        else if (older.AnnotationLists.TryGetValue(number, out var page)) CompareAnnotations(page, from.Items, to.Items);
        else return false;
        return true;
    }

    /// <summary>What may be rewritten where it stands, when nothing that was signed leads there.</summary>
    bool CompareLoose(int number, PdfObject from, PdfObject to)
    {
        if (older.IsFirm(number)) return IsResourceGain(number, from, to);
        if (number == older.Info) CompareInfo(from, to);
        else if (number == older.Metadata && XmpMetadata.IsSound(after.Reader, to)) Add(ChangeKind.DescriptionChanged, "Metadata", []);
        else if (older.IsValidationData(number)) Add(ChangeKind.ValidationDataAdded, "DSS", []);
        else if (older.Looks.TryGetValue(number, out var owners) && owners.All(owner => owner.IsFillable) && to is PdfStream)
            foreach (var owner in owners) Add(ChangeKind.FieldFilled, owner.Name, PageList(owner), owner.Name);
        else return false;
        return true;
    }

    static void EachKey(PdfDictionary from, PdfDictionary to, Action<string, PdfObject?, PdfObject?> compare)
    {
        foreach (var key in PdfComparison.DifferingKeys(from, to)) compare(key, from[key], to[key]);
    }

    void CompareCatalogKey(string key, PdfObject? from, PdfObject? to)
    {
        switch (key)
        {
            case "AcroForm" when newer.Dictionary(to) is { } form: EachKey(older.Dictionary(from) ?? new PdfDictionary(), form, CompareFormKey); break;
            case "DSS" when newer.Dictionary(to) is not null: Add(ChangeKind.ValidationDataAdded, key, []); break;
            case "Metadata" when XmpMetadata.IsSound(after.Reader, after.Reader.Resolve(to)): Add(ChangeKind.DescriptionChanged, key, []); break;
            case "Extensions" when newer.Dictionary(to) is not null: Add(ChangeKind.DescriptionChanged, key, []); break;
            case "Version" when to is PdfName: Add(ChangeKind.DescriptionChanged, key, []); break;
            case "Perms" when from is null && IsFirstCertification(): break; // the signature itself is named by its field
            default: Add(ChangeKind.ContentChanged, $"/{key}", []); break;
        }
    }

    /// <summary>A certification has to be the first signature; later it would grant what earlier signers did not.</summary>
    bool IsFirstCertification() => !before.SignatureFields.Any(field => field.IsSigned && !SignatureKinds.IsTimeStamp(before.Reader, field.Value!));

    void CompareFormKey(string key, PdfObject? from, PdfObject? to)
    {
        if (key == "Fields") CompareFields(older.List(from), newer.List(to));
        else if (key == "SigFlags" && to is PdfNumber { Lexeme: "1" or "2" or "3" }) return;
        else if (key == "DR" && IsGain(from, to, 2)) Add(ChangeKind.FormChanged, "DR", []);
        else Add(ChangeKind.ContentChanged, $"/AcroForm /{key}", []);
    }

    /// <summary>Resources of the form may become more; what is there stays (ISO 32000-2, 12.7.3: fields find their fonts here).</summary>
    bool IsGain(PdfObject? from, PdfObject? to, int depth)
    {
        if (newer.Dictionary(to) is not { } now) return false;
        var old = older.Dictionary(from) ?? new PdfDictionary();
        return PdfComparison.DifferingKeys(old, now).All(key => old[key] is null ? depth < 2 || newer.Dictionary(now[key]) is not null : depth > 1 && IsGain(old[key], now[key], depth - 1));
    }

    bool IsResourceGain(int number, PdfObject from, PdfObject to)
    {
        var resources = older.Dictionary(before.AcroForm?["DR"]);
        var isRoot = before.AcroForm?["DR"] is PdfReference root && root.Number == number;
        var isPart = resources?.Entries.Any(entry => entry.Value is PdfReference part && part.Number == number) ?? false;
        if (!(isRoot || isPart) || !IsGain(from, to, isRoot ? 2 : 1)) return false;
        Add(ChangeKind.FormChanged, "DR", []);
        return true;
    }

    void CompareFields(IReadOnlyList<PdfObject> from, IReadOnlyList<PdfObject> to)
    {
        if (!PdfComparison.StartsWith(to, from)) Add(ChangeKind.ContentChanged, "/AcroForm /Fields", []);
        else foreach (var item in to.Skip(from.Count)) NewField(item);
    }

    /// <summary>A new field may sign; it may not stand for another one, and what it shows may not lie on what was signed.</summary>
    void NewField(PdfObject item)
    {
        var node = item is PdfReference reference && newFields.Contains(reference.Number) && Read(before, reference.Number) is null ? newer.Form[reference.Number] : null;
        if (node is null || !names.Add(node.Name))
        {
            Add(ChangeKind.ContentChanged, node?.Name ?? "/AcroForm /Fields", [], node?.Name);
            return;
        }
        var value = newer.Dictionary(node.Dictionary["V"]);
        var kind = value is null ? ChangeKind.FieldAdded : SignatureKinds.Added(after.Reader, value);
        if (AnnotationRules.IsInvisible(after.Reader, node.Dictionary)) Add(kind, node.Name, [], node.Name);
        else if (kind == ChangeKind.SignatureAdded && FreePage(((PdfReference)item).Number, node) is { } page) Add(kind, node.Name, [page], node.Name, newlyVisible: true);
        else Add(ChangeKind.ContentChanged, node.Name, PageList(node), node.Name);
    }

    /// <summary>The one page on which a new field shows where nothing was shown; null when there is none. Who signs answers for its look; an empty field has nobody.</summary>
    int? FreePage(int number, FormNode node)
    {
        var pages = after.Pages.Where(page => newer.List(page.Dictionary["Annots"]).Any(item => item is PdfReference shown && shown.Number == number)).ToArray();
        return pages is [var only] && AnnotationRules.PlaceOf(after.Reader, node.Dictionary) is { } place && Painted(only.Number) is { } shown && !shown.Value.MeetAny(place) ? only.Number : null;
    }

    /// <summary>What a page showed before; null when there was no such page.</summary>
    Lazy<PaintedAreas>? Painted(int page)
    {
        if (page > before.PageCount) return null;
        return painted.TryGetValue(page, out var known) ? known : painted[page] = new(() => PaintedAreas.Of(before, before.Pages[page - 1]));
    }

    void CompareField(FormNode node, PdfDictionary from, PdfDictionary to)
    {
        var keys = PdfComparison.DifferingKeys(from, to).ToHashSet();
        if (node.Type == "Sig" && FieldRules.SignatureThatCame(before, after, from, to, keys) is { } value) Add(SignatureKinds.Added(after.Reader, value), node.Name, PageList(node), node.Name);
        else if (node.IsFillable && keys.IsSubsetOf(["V", "AP", "AS", "I", "RV", "M"])) Add(ChangeKind.FieldFilled, node.Name, PageList(node), node.Name);
        else Add(FieldRules.IsSigned(before, from) && !FieldRules.IsSigned(after, to) ? ChangeKind.SignatureRemoved : ChangeKind.ContentChanged, node.Name, PageList(node), node.Name);
    }

    void ComparePageKey(int page, string key, PdfObject? from, PdfObject? to)
    {
        if (key == "Annots") CompareAnnotations(page, older.List(from), newer.List(to));
        else if (key != "Tabs" || from is not null || to is not PdfName { Value: "S" }) Add(ChangeKind.PageChanged, $"/{key}", [page]);
    }

    void CompareAnnotations(int page, IReadOnlyList<PdfObject> from, IReadOnlyList<PdfObject> to)
    {
        // Written out, because direct objects have no number to know them by.
        string[] old = [.. from.Select(Written)], now = [.. to.Select(Written)];
        HashSet<string> had = [.. old], has = [.. now];
        if (!old.Where(has.Contains).SequenceEqual(now.Where(had.Contains))) Add(ChangeKind.PageChanged, "/Annots", [page]);
        for (var i = 0; i < old.Length; i++)
            if (!has.Contains(old[i])) Mark(ChangeKind.AnnotationRemoved, page, before.Reader, from[i]);
        for (var i = 0; i < now.Length; i++)
        {
            // A new field is judged where the form names it; a widget that the form does not name is an annotation like any other.
            var isField = to[i] is PdfReference reference && newFields.Contains(reference.Number);
            if (!had.Contains(now[i]) && !isField) Mark(ChangeKind.AnnotationAdded, page, after.Reader, to[i]);
        }
    }

    static string Written(PdfObject value)
    {
        if (value is PdfReference { Number: var number, Generation: var generation }) return $"{number} {generation} R";
        var output = new PdfOutput();
        new PdfSerializer(output).Object(value);
        return System.Text.Encoding.Latin1.GetString(output.Written);
    }

    void CompareAnnotation(int page, PdfDictionary from, PdfDictionary to)
    {
        if (Harmless(page, before.Reader, from)) Mark(ChangeKind.AnnotationChanged, page, after.Reader, to);
        else Add(ChangeKind.PageChanged, "/Annots", [page]);
    }

    void Mark(ChangeKind kind, int page, PdfObjectReader reader, PdfObject item)
    {
        var subtype = (reader.Resolve((reader.Resolve(item) as PdfDictionary)?["Subtype"]) as PdfName)?.Value;
        Add(Harmless(page, reader, item) ? kind : ChangeKind.PageChanged, subtype ?? "/Annots", [page]);
    }

    bool Harmless(int page, PdfObjectReader reader, PdfObject item) => Painted(page) is { } shown && AnnotationRules.IsHarmless(reader, item, shown);

    /// <summary>The file's description of itself: plain values only.</summary>
    void CompareInfo(PdfObject? from, PdfObject? to)
    {
        var isPlain = to is PdfDictionary now && now.Entries.All(entry => after.Reader.Resolve(entry.Value) is PdfString or PdfName or PdfNumber or PdfBoolean or null) && from is null or PdfDictionary;
        Add(isPlain ? ChangeKind.DescriptionChanged : ChangeKind.ContentChanged, "Info", []);
    }

    void Content(int number)
    {
        var pages = pagesBefore.Value.Of(number);
        Add(pages.Count > 0 ? ChangeKind.PageChanged : ChangeKind.ContentChanged, $"{number} 0 R", pages);
    }

    static IReadOnlyList<int> PageList(int? page) => page is { } number ? [number] : [];

    /// <summary>The page a field shows on; an invisible one shows on none.</summary>
    IReadOnlyList<int> PageList(FormNode? node) => node is null || AnnotationRules.IsInvisible(before.Reader, node.Dictionary) ? [] : PageList(node.Page);

    void Add(ChangeKind kind, string? subject, IReadOnlyList<int> pages, string? field = null, bool newlyVisible = false)
    {
        found.Add(new(kind, subject is null ? null : PdfText.Printable(subject), pages, field, newlyVisible));
        if (NeverAllowed.Contains(kind)) forbidden++;
    }
}
