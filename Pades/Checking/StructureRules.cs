using Balie.Pdf;

namespace Balie.Pades;

/// <summary>
/// The structure tree may gain Form elements of new signature fields, at the end of lists, and keys for them (ISO 32000-2, 14.7; ISO 14289-1, 7.18.4).
/// </summary>
internal sealed class StructureRules
{
    readonly PdfDocument before, after;
    readonly IReadOnlySet<int> newFields;
    readonly Lazy<HashSet<int>> parentTree;

    public StructureRules(PdfDocument before, PdfDocument after, IReadOnlySet<int> newFields)
    {
        (this.before, this.after, this.newFields) = (before, after, newFields);
        parentTree = new(ParentTree);
    }

    public bool IsAllowed(int number, PdfObject older, PdfObject newer) => (older, newer) switch
    {
        (PdfDictionary from, PdfDictionary to) => IsDictionary(number, from, to),
        (PdfArray from, PdfArray to) => IsList(from, to),
        _ => false
    };

    bool IsDictionary(int number, PdfDictionary from, PdfDictionary to)
    {
        var isRoot = before.Catalog["StructTreeRoot"] is PdfReference root && root.Number == number;
        if (isRoot) return PdfComparison.OnlyDiffers(from, to, ("K", IsList), ("ParentTree", IsNumberTree), ("ParentTreeNextKey", (_, now) => now is PdfNumber));
        if (from["S"] is PdfName && from["P"] is PdfReference) return PdfComparison.OnlyDiffers(from, to, ("K", IsList));
        return parentTree.Value.Contains(number) && IsNumberTree(from, to);
    }

    /// <summary>Nodes of the tree from marked content to structure. Other trees (names, page labels) look alike and may not grow.</summary>
    HashSet<int> ParentTree()
    {
        var nodes = new HashSet<int>();
        var next = new Stack<PdfObject?>([(before.Reader.Resolve(before.Catalog["StructTreeRoot"]) as PdfDictionary)?["ParentTree"]]);
        while (next.TryPop(out var item))
        {
            if (item is PdfReference reference && !nodes.Add(reference.Number)) continue;
            foreach (var kid in List(before.Reader, (before.Reader.Resolve(item) as PdfDictionary)?["Kids"])) next.Push(kid);
        }
        return nodes;
    }

    bool IsList(PdfObject? from, PdfObject? to)
    {
        IReadOnlyList<PdfObject> older = List(before.Reader, from), newer = List(after.Reader, to);
        return PdfComparison.StartsWith(newer, older) && newer.Skip(older.Count).All(IsFieldElement);
    }

    static IReadOnlyList<PdfObject> List(PdfObjectReader reader, PdfObject? value) => value is null or PdfNull ? []
        : (value is PdfReference reference ? reader.Resolve(reference) : value) is PdfArray array ? array.Items : [value];

    bool IsFieldElement(PdfObject item) => after.Reader.Resolve(item) is PdfDictionary element && element["S"] is PdfName { Value: "Form" }
        && after.Reader.Resolve(element["K"]) is PdfDictionary content && content["Obj"] is PdfReference widget && newFields.Contains(widget.Number);

    bool IsNumberTree(PdfObject? from, PdfObject? to)
    {
        var older = before.Reader.Resolve(from) as PdfDictionary ?? new PdfDictionary();
        return after.Reader.Resolve(to) is PdfDictionary newer && PdfComparison.OnlyDiffers(older, newer, ("Nums", GainsPairs), ("Kids", GainsLeaves));
    }

    bool GainsPairs(PdfObject? from, PdfObject? to)
    {
        IReadOnlyList<PdfObject> older = List(before.Reader, from), newer = List(after.Reader, to);
        return PdfComparison.StartsWith(newer, older) && newer.Skip(older.Count).Where((_, i) => i % 2 == 1).All(IsFieldElement);
    }

    bool GainsLeaves(PdfObject? from, PdfObject? to)
    {
        IReadOnlyList<PdfObject> older = List(before.Reader, from), newer = List(after.Reader, to);
        return PdfComparison.StartsWith(newer, older)
            && newer.Skip(older.Count).All(leaf => after.Reader.Resolve(leaf) is PdfDictionary node && node["Kids"] is null && node["Nums"] is not null && GainsPairs(null, node["Nums"]));
    }
}
