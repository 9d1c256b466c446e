using Balie.Pdf;

namespace Balie.Pades;

/// <summary>Follows references.</summary>
internal static class Reach
{
    /// <summary>All objects that a value leads to; keys for which <paramref name="skip"/> holds are not followed.</summary>
    public static HashSet<int> From(PdfDocument document, PdfObject start, Func<int, string, bool> skip)
    {
        var reached = new HashSet<int>();
        var next = new Stack<(int Owner, PdfObject Value)>([(0, start)]);
        while (next.TryPop(out var item))
        {
            if (item.Value is PdfReference reference)
            {
                if (reached.Add(reference.Number) && document.Reader.Read(reference) is { } target) next.Push((reference.Number, target));
                continue;
            }
            var dictionary = item.Value as PdfDictionary ?? (item.Value as PdfStream)?.Dictionary;
            foreach (var (key, value) in dictionary?.Entries ?? [])
                if (!skip(item.Owner, key)) next.Push((item.Owner, value));
            foreach (var value in (item.Value as PdfArray)?.Items ?? []) next.Push((item.Owner, value));
        }
        return reached;
    }
}

/// <summary>Finds the pages on which an object shows, climbing from it to whoever refers to it.</summary>
internal sealed class PageFinder
{
    /// <summary>Keys that point at a page without showing anything on it.</summary>
    static readonly HashSet<string> Aside = ["Parent", "P", "Pg", "Dest", "D", "A", "Kids"];

    readonly PdfDocument document;
    readonly Dictionary<int, int> pages;
    readonly Dictionary<int, List<int>> referrers = [];

    public PageFinder(PdfDocument document)
    {
        this.document = document;
        pages = document.Pages.ToDictionary(page => page.Reference.Number, page => page.Number);
        foreach (var number in document.Reader.Numbers.ToArray()) Collect(number, document.Reader.Read(new PdfReference(number, document.Reader.Generation(number))));
    }

    void Collect(int owner, PdfObject? value)
    {
        if (value is PdfReference reference) (referrers.TryGetValue(reference.Number, out var known) ? known : referrers[reference.Number] = []).Add(owner);
        else if ((value as PdfDictionary ?? (value as PdfStream)?.Dictionary) is { } dictionary)
            foreach (var (key, child) in dictionary.Entries.Where(entry => !Aside.Contains(entry.Key))) Collect(owner, child);
        else foreach (var child in PdfComparison.Children(value)) Collect(owner, child);
    }

    public IReadOnlyList<int> Of(int number)
    {
        var shown = new SortedSet<int>();
        HashSet<int> seen = [number];
        for (var next = new Stack<int>([number]); next.TryPop(out var current);)
        {
            if (pages.TryGetValue(current, out var page)) shown.Add(page);
            else if (IsPageTree(current)) shown.UnionWith(pages.Values); // what the tree says, its pages may inherit
            else foreach (var referrer in referrers.GetValueOrDefault(current, [])) if (seen.Add(referrer)) next.Push(referrer);
        }
        return [.. shown];
    }

    bool IsPageTree(int number) => document.Reader.Read(new PdfReference(number, document.Reader.Generation(number))) is PdfDictionary node
        && document.Reader.Resolve(node["Type"]) is PdfName { Value: "Pages" };
}
