using Balie.Pdf;

namespace Balie.Pades;

/// <summary>Compares two states of one file object by object; each object of the older state must be the same, or changed in an allowed way.</summary>
internal sealed class RevisionComparison(PdfDocument before, PdfDocument after)
{
    const int MostProblems = 20;

    readonly List<SignatureProblem> problems = [];
    readonly HashSet<int> newSignatureFields = [];
    readonly HashSet<int> pages = [.. before.Pages.Select(page => page.Reference.Number)];
    readonly Dictionary<int, SignatureField> fields = before.SignatureFields.ToDictionary(known => known.Reference.Number);
    readonly HashSet<int> lists = [.. before.Pages.Select(page => page.Dictionary["Annots"]).Append(before.AcroForm?["Fields"]).OfType<PdfReference>().Select(list => list.Number)];

    public IReadOnlyList<SignatureProblem> Run()
    {
        if (before.CatalogReference.Number != after.CatalogReference.Number) return [Problem("the file starts from another catalog")];
        if (before.PageCount != after.PageCount) return [Problem("the number of pages changed")];
        newSignatureFields.UnionWith(after.SignatureFields.Select(known => known.Reference.Number).Where(number => !fields.ContainsKey(number)));
        if (!PdfComparison.Same(before.Trailer["Info"], after.Trailer["Info"])) problems.Add(Problem("the file names another description of itself"));
        var missing = new HashSet<int>();
        foreach (var number in before.Reader.Numbers.ToArray())
        {
            if (problems.Count >= MostProblems) return problems;
            Compare(number);
            CollectMissing(Read(before, number), missing);
        }
        problems.AddRange(missing.Where(number => Read(after, number) is not null).Select(number => Problem($"object {number}, which was missing, was slipped in")));
        return problems;
    }

    /// <summary>References that led nowhere when it was signed: filling them later changes what the signer saw.</summary>
    void CollectMissing(PdfObject? value, HashSet<int> missing)
    {
        if (value is PdfReference reference && before.Reader.Read(reference) is null) missing.Add(reference.Number);
        foreach (var child in PdfComparison.Children(value)) CollectMissing(child, missing);
    }

    void Compare(int number)
    {
        PdfObject? older = Read(before, number), newer = Read(after, number);
        if (older is null || PdfComparison.Same(older, newer)) return;
        if (newer is null) problems.Add(Problem($"object {number} was removed"));
        else if (!IsAllowed(number, older, newer)) problems.Add(Problem($"object {number} was changed"));
    }

    static PdfObject? Read(PdfDocument document, int number) =>
        document.Reader.Read(new PdfReference(number, document.Reader.Generation(number)));

    bool IsAllowed(int number, PdfObject older, PdfObject newer) => (older, newer) switch
    {
        (PdfDictionary from, PdfDictionary to) => IsAllowedDictionary(number, from, to),
        (PdfArray from, PdfArray to) => IsAllowedArray(number, from, to),
        _ => false
    };

    bool IsAllowedDictionary(int number, PdfDictionary from, PdfDictionary to)
    {
        if (number == before.CatalogReference.Number) return OnlyDiffers(from, to, ("AcroForm", IsFormChange), ("DSS", IsDictionary), ("Extensions", IsDictionary));
        if (before.Catalog["AcroForm"] is PdfReference form && form.Number == number) return IsFormChange(from, to);
        if (pages.Contains(number))
            return OnlyDiffers(from, to, ("Annots", GainsSignatureFields), ("Tabs", (old, now) => old is null && now is PdfName { Value: "S" }));
        if (fields.TryGetValue(number, out var field)) return IsFilling(field, from, to);
        return IsStructureChange(number, from, to);
    }

    /// <summary>An empty field gets its value and its look; a signed one stays as it is.</summary>
    static bool IsFilling(SignatureField field, PdfDictionary from, PdfDictionary to) => !field.IsSigned && to["V"] is PdfReference
        && OnlyDiffers(from, to, ("V", (old, now) => old is null && now is PdfReference), ("AP", (_, now) => now is PdfDictionary), ("F", (_, now) => now is PdfNumber { Lexeme: "132" }));

    bool IsFormChange(PdfObject? from, PdfObject? to)
    {
        if (after.Reader.Resolve(to) is not PdfDictionary newer) return false;
        var older = before.Reader.Resolve(from) as PdfDictionary ?? new PdfDictionary();
        return OnlyDiffers(older, newer, ("Fields", GainsSignatureFields), ("SigFlags", (_, now) => now is PdfNumber { Lexeme: "3" }));
    }

    bool GainsSignatureFields(PdfObject? from, PdfObject? to)
    {
        var older = (before.Reader.Resolve(from) as PdfArray)?.Items ?? [];
        if (after.Reader.Resolve(to) is not PdfArray { Items: var newer } || newer.Count < older.Count) return false;
        return older.Zip(newer).All(pair => PdfComparison.Same(pair.First, pair.Second))
            && newer.Skip(older.Count).All(item => item is PdfReference reference && newSignatureFields.Contains(reference.Number) && IsHarmless(reference));
    }

    /// <summary>A field added after a signature may not act and takes no room on the page: it could be drawn over what was signed.</summary>
    bool IsHarmless(PdfReference field) => after.Reader.Resolve(field) is PdfDictionary widget && widget["A"] is null && widget["AA"] is null
        && (widget["Rect"] is null || after.Reader.Resolve(widget["Rect"]) is PdfArray { Items: [PdfNumber left, PdfNumber bottom, PdfNumber right, PdfNumber top] }
            && left.Value == right.Value && bottom.Value == top.Value);

    bool IsDictionary(PdfObject? from, PdfObject? to) => after.Reader.Resolve(to) is PdfDictionary;

    bool IsAllowedArray(int number, PdfArray from, PdfArray to) =>
        lists.Contains(number) && GainsSignatureFields(from, to) || IsStructureList(from, to);

    /// <summary>The structure tree may gain Form elements of new signature fields, at the end of lists, and keys for them.</summary>
    bool IsStructureChange(int number, PdfDictionary from, PdfDictionary to)
    {
        var isRoot = before.Catalog["StructTreeRoot"] is PdfReference root && root.Number == number;
        if (isRoot) return OnlyDiffers(from, to, ("K", IsStructureList), ("ParentTree", IsNumberTree), ("ParentTreeNextKey", (_, now) => now is PdfNumber));
        if (from["S"] is PdfName && from["P"] is PdfReference) return OnlyDiffers(from, to, ("K", IsStructureList));
        return (from["Nums"] ?? from["Kids"]) is not null && from["Type"] is null or PdfName { Value: "ParentTree" } && IsNumberTree(from, to);
    }

    bool IsStructureList(PdfObject? from, PdfObject? to)
    {
        var older = List(before.Reader, from);
        var newer = List(after.Reader, to);
        return newer.Count >= older.Count && older.Zip(newer).All(pair => PdfComparison.Same(pair.First, pair.Second)) && newer.Skip(older.Count).All(IsFieldElement);
    }

    static IReadOnlyList<PdfObject> List(PdfObjectReader reader, PdfObject? value) => value is null or PdfNull ? []
        : (value is PdfReference reference ? reader.Resolve(reference) : value) is PdfArray array ? array.Items : [value];

    bool IsFieldElement(PdfObject item) => after.Reader.Resolve(item) is PdfDictionary element && element["S"] is PdfName { Value: "Form" }
        && after.Reader.Resolve(element["K"]) is PdfDictionary content && content["Obj"] is PdfReference widget && newSignatureFields.Contains(widget.Number);

    bool IsNumberTree(PdfObject? from, PdfObject? to)
    {
        var older = before.Reader.Resolve(from) as PdfDictionary ?? new PdfDictionary();
        return after.Reader.Resolve(to) is PdfDictionary newer && OnlyDiffers(older, newer, ("Nums", GainsPairs), ("Kids", GainsLeaves));
    }

    bool GainsPairs(PdfObject? from, PdfObject? to)
    {
        IReadOnlyList<PdfObject> older = List(before.Reader, from), newer = List(after.Reader, to);
        return newer.Count >= older.Count && older.Zip(newer).All(pair => PdfComparison.Same(pair.First, pair.Second))
            && newer.Skip(older.Count).Where((_, i) => i % 2 == 1).All(IsFieldElement);
    }

    bool GainsLeaves(PdfObject? from, PdfObject? to)
    {
        IReadOnlyList<PdfObject> older = List(before.Reader, from), newer = List(after.Reader, to);
        return newer.Count >= older.Count && older.Zip(newer).All(pair => PdfComparison.Same(pair.First, pair.Second))
            && newer.Skip(older.Count).All(leaf => after.Reader.Resolve(leaf) is PdfDictionary node && node["Kids"] is null && GainsPairs(null, node["Nums"]));
    }

    static bool OnlyDiffers(PdfDictionary from, PdfDictionary to, params (string Key, Func<PdfObject?, PdfObject?, bool> Allowed)[] rules)
    {
        var keys = from.Entries.Concat(to.Entries).Select(entry => entry.Key).Distinct();
        return keys.All(key => PdfComparison.Same(from[key], to[key])
            || rules.FirstOrDefault(rule => rule.Key == key).Allowed is { } allowed && allowed(from[key], to[key]));
    }

    static SignatureProblem Problem(string what) => new(LaterChanges.Code, $"After this signature {what}.");
}

/// <summary>Whether two objects are written the same; references compare by number, not by what they lead to.</summary>
internal static class PdfComparison
{
    public static bool Same(PdfObject? a, PdfObject? b) => (a, b) switch
    {
        (null or PdfNull, null or PdfNull) => true,
        (PdfBoolean x, PdfBoolean y) => x.Value == y.Value,
        (PdfNumber x, PdfNumber y) => x.Lexeme == y.Lexeme,
        (PdfName x, PdfName y) => x.Value == y.Value,
        (PdfString x, PdfString y) => x.Bytes.AsSpan().SequenceEqual(y.Bytes),
        (PdfReference x, PdfReference y) => x.Number == y.Number && x.Generation == y.Generation,
        (PdfArray x, PdfArray y) => x.Items.Count == y.Items.Count && x.Items.Zip(y.Items).All(pair => Same(pair.First, pair.Second)),
        (PdfDictionary x, PdfDictionary y) => x.Entries.Count == y.Entries.Count && x.Entries.All(entry => Same(entry.Value, y[entry.Key])),
        (PdfStream x, PdfStream y) => Same(x.Dictionary, y.Dictionary) && x.Raw.Span.SequenceEqual(y.Raw.Span),
        _ => false
    };

    public static IEnumerable<PdfObject> Children(PdfObject? value) => value switch
    {
        PdfArray array => array.Items,
        PdfDictionary dictionary => dictionary.Entries.Select(entry => entry.Value),
        PdfStream stream => Children(stream.Dictionary),
        _ => []
    };
}
