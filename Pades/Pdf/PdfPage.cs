namespace Balie.Pdf;

/// <summary>A rectangle in points (1/72 inch), measured from the bottom left (ISO 32000-2, 7.9.5).</summary>
public readonly record struct PdfRectangle(double X, double Y, double Width, double Height);

/// <summary>One page: its number from 1, and the part of it that is shown (crop box), in points (ISO 32000-2, 7.7.3.3).</summary>
public sealed class PdfPage
{
    internal PdfPage(int number, PdfReference reference, PdfDictionary dictionary, PdfRectangle visible, int rotation)
    {
        Number = number;
        Reference = reference;
        Dictionary = dictionary;
        Visible = visible;
        Rotation = rotation;
    }

    public int Number { get; }

    /// <summary>The crop box in the page's own coordinates; its corner is mostly, not always, (0, 0).</summary>
    public PdfRectangle Visible { get; }

    /// <summary>Clockwise turn when shown: 0, 90, 180 or 270.</summary>
    public int Rotation { get; }

    internal PdfReference Reference { get; }
    internal PdfDictionary Dictionary { get; }
}

/// <summary>Walks the page tree with what pages inherit (ISO 32000-2, 7.7.3).</summary>
internal sealed class PageTree(PdfObjectReader reader)
{
    static readonly string[] Inherited = ["MediaBox", "CropBox", "Rotate"];

    readonly List<PdfPage> pages = [];
    readonly HashSet<int> seen = [];

    public IReadOnlyList<PdfPage> Read(PdfObject? root)
    {
        Walk(root, new PdfDictionary(), 0);
        return pages.Count > 0 ? pages : throw new PdfRefusedException("no-pages", "The file has no pages.");
    }

    void Walk(PdfObject? value, PdfDictionary inherited, int depth)
    {
        if (value is not PdfReference reference || reader.Resolve(reference) is not PdfDictionary node)
            throw new PdfRefusedException("pages-broken", "The page tree is broken.");
        if (depth > PdfLimits.TreeDepth || !seen.Add(reference.Number) || pages.Count >= PdfLimits.Pages)
            throw new PdfRefusedException("pages-broken", "The page tree is endless or far too large.");
        foreach (var key in Inherited)
            if (node[key] is { } own) inherited = inherited.With(key, own);
        var kind = (reader.Resolve(node["Type"]) as PdfName)?.Value;
        if (kind == "Page" && node["Kids"] is not null) throw new PdfRefusedException("pages-broken", "A page is a tree of pages too; readers would not agree on what it shows.");
        if (reader.Resolve(node["Kids"]) is PdfArray kids)
            foreach (var kid in kids.Items) Walk(kid, inherited, depth + 1);
        else if (kind == "Pages") return;
        else pages.Add(Page(reference, node, inherited));
    }

    PdfPage Page(PdfReference reference, PdfDictionary node, PdfDictionary inherited)
    {
        var media = Box(inherited["MediaBox"]) ?? throw new PdfRefusedException("pages-broken", "A page does not say how large it is.");
        var visible = Box(inherited["CropBox"]) is { } crop ? Intersect(media, crop) : media;
        var rotation = reader.Resolve(inherited["Rotate"]) is PdfNumber number && number.TryGetInteger(out var turn) ? (int)((turn % 360 + 360) % 360) : 0;
        return new PdfPage(pages.Count + 1, reference, node, visible, rotation);
    }

    PdfRectangle? Box(PdfObject? value)
    {
        if (reader.Resolve(value) is not PdfArray { Items.Count: 4 } array) return null;
        var sides = array.Items.Select(item => reader.Resolve(item) is PdfNumber number ? number.Value : double.NaN).ToArray();
        if (sides.Any(side => !double.IsFinite(side))) return null;
        double x = Math.Min(sides[0], sides[2]), y = Math.Min(sides[1], sides[3]);
        return new PdfRectangle(x, y, Math.Abs(sides[2] - sides[0]), Math.Abs(sides[3] - sides[1]));
    }

    static PdfRectangle Intersect(PdfRectangle a, PdfRectangle b)
    {
        double x = Math.Max(a.X, b.X), y = Math.Max(a.Y, b.Y);
        double width = Math.Min(a.X + a.Width, b.X + b.Width) - x, height = Math.Min(a.Y + a.Height, b.Y + b.Height) - y;
        return width > 0 && height > 0 ? new PdfRectangle(x, y, width, height) : a;
    }
}
