using System.Text;

namespace Balie.Pdf;

/// <summary>A place in the file that has a name (ISO 32000-2, 12.3.2.4), such as a bookmark of a text document.</summary>
/// <param name="Page">From 1.</param>
/// <param name="Left">Points from the left of what the page shows; null when the destination does not say.</param>
/// <param name="Top">Points from the bottom of what the page shows; null when the destination does not say.</param>
public sealed record PdfDestination(int Page, double? Left, double? Top);

/// <summary>Reads both kinds of lists of names: the dictionary of PDF 1.1 and the name tree of later files.</summary>
internal sealed class NamedDestinations(PdfDocument document)
{
    const int Most = 100_000;

    readonly Dictionary<string, PdfDestination> found = new(StringComparer.Ordinal);
    readonly Dictionary<int, PdfPage> pages = document.Pages.ToDictionary(page => page.Reference.Number);
    readonly HashSet<int> seen = [];

    PdfObjectReader Reader => document.Reader;

    public IReadOnlyDictionary<string, PdfDestination> Read()
    {
        if (Reader.Resolve(document.Catalog["Dests"]) is PdfDictionary old)
            foreach (var (name, value) in old.Entries) Add(Encoding.Latin1.GetBytes(name), value);
        if (Reader.Resolve(document.Catalog["Names"]) is PdfDictionary names) Walk(names["Dests"], 0);
        return found;
    }

    void Walk(PdfObject? value, int depth)
    {
        if (value is PdfReference reference && !seen.Add(reference.Number) || depth > PdfLimits.TreeDepth)
            throw new PdfRefusedException("names-broken", "The file's list of names is endless.");
        if (Reader.Resolve(value) is not PdfDictionary node) return;
        if (Reader.Resolve(node["Names"]) is PdfArray { Items: var pairs })
            for (var i = 0; i + 1 < pairs.Count; i += 2)
                if (Reader.Resolve(pairs[i]) is PdfString name) Add(name.Bytes, pairs[i + 1]);
        if (Reader.Resolve(node["Kids"]) is PdfArray kids)
            foreach (var kid in kids.Items) Walk(kid, depth + 1);
    }

    void Add(byte[] name, PdfObject value)
    {
        if (found.Count >= Most) throw new PdfRefusedException("names-broken", "The file has too many names.");
        var target = Reader.Resolve(value);
        if (target is PdfDictionary holder) target = Reader.Resolve(holder["D"]);
        if (target is not PdfArray { Items: [PdfReference reference, PdfName kind, ..] } array || !pages.TryGetValue(reference.Number, out var page)) return;
        var (left, top) = kind.Value switch
        {
            "XYZ" => (Number(array, 2), Number(array, 3)),
            "FitH" or "FitBH" => (null, Number(array, 2)),
            "FitV" or "FitBV" => (Number(array, 2), null),
            "FitR" => (Number(array, 2), Number(array, 5)),
            _ => ((double?)null, (double?)null)
        };
        found.TryAdd(PdfText.Decode(name), new PdfDestination(page.Number, left - page.Visible.X, top - page.Visible.Y));
    }

    double? Number(PdfArray array, int index) =>
        index < array.Items.Count && Reader.Resolve(array.Items[index]) is PdfNumber number ? number.Value : null;
}
