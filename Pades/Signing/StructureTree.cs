using Balie.Pdf;

namespace Balie.Pades;

/// <summary>Gives a widget its place in the structure of a tagged file (ISO 32000-2, 14.7.4.4 and 14.7.5.4).</summary>
internal sealed class StructureTree(IncrementalUpdate update)
{
    PdfDocument Document => update.Document;

    /// <summary>Adds a Form element for the widget; the key is the widget's /StructParent. Null on files without tags.</summary>
    public int? Attach(PdfReference widget, PdfReference page)
    {
        if (!Document.IsTagged || Document.Catalog["StructTreeRoot"] is not PdfReference rootId || update.CurrentDictionary(rootId) is not { } root) return null;
        var parentId = SoleElement(root) ?? rootId;
        var element = update.Add(new PdfDictionary(
            ("Type", new PdfName("StructElem")), ("S", new PdfName("Form")), ("P", parentId), ("Pg", page),
            ("K", new PdfDictionary(("Type", new PdfName("OBJR")), ("Pg", page), ("Obj", widget)))));
        AddKid(parentId, element);
        root = update.CurrentDictionary(rootId)!;
        var key = NextKey(root);
        root = AddToParentTree(root, key, element).With("ParentTreeNextKey", new PdfNumber(key + 1));
        update.Set(rootId, root);
        return key;
    }

    /// <summary>The Document element, when it is the only one at the top, so that the field is inside it.</summary>
    PdfReference? SoleElement(PdfDictionary root) => root["K"] switch
    {
        PdfReference reference when update.Current(reference) is PdfDictionary => reference,
        var kids when update.Current(kids) is PdfArray { Items: [PdfReference only] } => only,
        _ => null
    };

    void AddKid(PdfReference parentId, PdfReference element)
    {
        var parent = update.CurrentDictionary(parentId) ?? throw new PdfRefusedException("structure-broken", "The structure tree of this tagged file is broken.");
        var kids = parent["K"];
        if (kids is PdfReference shared && update.Current(shared) is PdfArray list) update.Set(shared, list.Append(element));
        else if (kids is null or PdfNull) update.Set(parentId, parent.With("K", element));
        else update.Set(parentId, parent.With("K", kids is PdfArray array ? array.Append(element) : new PdfArray(kids, element)));
    }

    int NextKey(PdfDictionary root)
    {
        var highest = HighestKey(root["ParentTree"], 0, []);
        if (update.Current(root["ParentTreeNextKey"]) is PdfNumber declared && declared.TryGetInteger(out var next) && next > highest && next < int.MaxValue - 1)
            return (int)next;
        return highest + 1;
    }

    int HighestKey(PdfObject? value, int depth, HashSet<int> seen)
    {
        if (value is PdfReference reference && !seen.Add(reference.Number)) return -1;
        if (depth > PdfLimits.TreeDepth) throw new PdfRefusedException("structure-broken", "The structure tree of this tagged file is endless.");
        if (update.CurrentDictionary(value) is not { } node) return -1;
        var highest = -1;
        if (update.Current(node["Nums"]) is PdfArray pairs)
            for (var i = 0; i + 1 < pairs.Items.Count; i += 2)
                if (pairs.Items[i] is PdfNumber number && number.TryGetInteger(out var key) && key is >= 0 and < int.MaxValue - 1) highest = Math.Max(highest, (int)key);
        if (update.Current(node["Kids"]) is PdfArray kids)
            foreach (var kid in kids.Items) highest = Math.Max(highest, HighestKey(kid, depth + 1, seen));
        return highest;
    }

    /// <summary>Keys only grow, so the new entry goes last: into the root's own list, or as a new leaf.</summary>
    PdfDictionary AddToParentTree(PdfDictionary root, int key, PdfReference element)
    {
        var pair = new PdfObject[] { new PdfNumber(key), element };
        var tree = update.CurrentDictionary(root["ParentTree"]) ?? new PdfDictionary(("Nums", new PdfArray()));
        if (update.Current(tree["Kids"]) is PdfArray kids)
        {
            var leaf = update.Add(new PdfDictionary(("Limits", new PdfArray(pair[0], pair[0])), ("Nums", new PdfArray(pair))));
            tree = tree.With("Kids", kids.Append(leaf));
        }
        else
        {
            var pairs = update.Current(tree["Nums"]) as PdfArray ?? new PdfArray();
            tree = tree.With("Nums", new PdfArray([.. pairs.Items, .. pair]));
        }
        // A reference that leads elsewhere, in a damaged file, is not written over.
        if (root["ParentTree"] is not PdfReference shared || update.Current(shared) is not PdfDictionary) return root.With("ParentTree", tree);
        update.Set(shared, tree);
        return root;
    }
}
