using Balie.Pdf;

namespace Balie.Pades;

/// <summary>
/// Where a page shows something (ISO 32000-2, 8 and 9): boxes around what its content paints and around its annotations, in points of the
/// page's own coordinates. Boxes are rather too large than too small, and what is not understood covers the whole page. White on white paper
/// is nothing.
/// </summary>
internal sealed class PaintedAreas
{
    const int MostBoxes = 20_000;

    readonly List<Box> boxes = [], remarks = [];

    PaintedAreas()
    {
    }

    /// <summary>Nobody can say what is shown where.</summary>
    public bool IsEverything { get; private set; }

    public static PaintedAreas Of(PdfDocument document, PdfPage page)
    {
        var areas = new PaintedAreas();
        try
        {
            var reader = document.Reader;
            var content = Content(reader, page.Dictionary["Contents"]);
            if (content is null) areas.IsEverything = true;
            else new ContentPainter(reader, areas).Paint(content.Value, Inherited(reader, page.Dictionary, "Resources"));
            foreach (var item in (reader.Resolve(page.Dictionary["Annots"]) as PdfArray)?.Items ?? []) areas.AddAnnotation(reader, item);
        }
        catch (PdfRefusedException)
        {
            areas.IsEverything = true;
        }
        return areas;
    }

    public void Add(Box box)
    {
        if (boxes.Count >= MostBoxes || !box.IsFinite) IsEverything = true;
        else boxes.Add(box);
    }

    void AddAnnotation(PdfObjectReader reader, PdfObject item)
    {
        if (reader.Resolve(item) is not PdfDictionary annotation || Box.Read(reader, annotation["Rect"]) is not { IsEmpty: false } box) return;
        switch ((reader.Resolve(annotation["Subtype"]) as PdfName)?.Value)
        {
            case "Widget": Add(box); break;
            case "Popup": break; // opens on a click
            default: remarks.Add(box); break;
        }
    }

    public void Everything() => IsEverything = true;

    /// <summary>Whether a place lies on what the page or one of its fields shows.</summary>
    public bool Meet(Box box) => IsEverything || boxes.Any(box.Meets);

    /// <summary>The same, remarks and links on the page included.</summary>
    public bool MeetAny(Box box) => Meet(box) || remarks.Any(box.Meets);

    /// <summary>The page's content as one piece; null when it is packed in a way that is not read here.</summary>
    static ReadOnlyMemory<byte>? Content(PdfObjectReader reader, PdfObject? value)
    {
        var parts = reader.Resolve(value) switch
        {
            null => [],
            PdfStream one => [one],
            PdfArray several => several.Items.Select(reader.Resolve).OfType<PdfStream>().ToArray(),
            _ => Array.Empty<PdfStream>()
        };
        using var whole = new MemoryStream();
        foreach (var part in parts)
        {
            if (reader.TryDecode(part) is not { } bytes) return null;
            whole.Write(bytes.Span);
            whole.WriteByte(10);
        }
        return whole.ToArray();
    }

    static PdfDictionary? Inherited(PdfObjectReader reader, PdfDictionary page, string key)
    {
        var node = page;
        for (var depth = 0; node is not null && depth <= PdfLimits.TreeDepth; depth++, node = reader.Resolve(node["Parent"]) as PdfDictionary)
            if (reader.Resolve(node[key]) is PdfDictionary found) return found;
        return null;
    }
}

/// <summary>A rectangle by its corners.</summary>
internal readonly record struct Box(double Left, double Bottom, double Right, double Top)
{
    public bool IsEmpty => Left >= Right || Bottom >= Top;

    public bool IsFinite => double.IsFinite(Left) && double.IsFinite(Bottom) && double.IsFinite(Right) && double.IsFinite(Top);

    public double Width => Right - Left;

    public double Height => Top - Bottom;

    public static Box Around(params ReadOnlySpan<(double X, double Y)> points)
    {
        var box = new Box(double.PositiveInfinity, double.PositiveInfinity, double.NegativeInfinity, double.NegativeInfinity);
        foreach (var (x, y) in points) box = new Box(Math.Min(box.Left, x), Math.Min(box.Bottom, y), Math.Max(box.Right, x), Math.Max(box.Top, y));
        return box;
    }

    /// <summary>Null when it is no rectangle.</summary>
    public static Box? Read(PdfObjectReader reader, PdfObject? value)
    {
        if (reader.Resolve(value) is not PdfArray { Items.Count: 4 } sides) return null;
        var numbers = sides.Items.Select(side => reader.Resolve(side) is PdfNumber number ? number.Value : double.NaN).ToArray();
        return numbers.All(double.IsFinite) ? Around((numbers[0], numbers[1]), (numbers[2], numbers[3])) : null;
    }

    public Box Grown(double by) => new(Left - by, Bottom - by, Right + by, Top + by);

    /// <summary>Touching is not meeting.</summary>
    public bool Meets(Box other) => Left < other.Right && other.Left < Right && Bottom < other.Top && other.Bottom < Top;

    public bool Holds(Box other) => Left <= other.Left && Bottom <= other.Bottom && Right >= other.Right && Top >= other.Top;
}

/// <summary>A transformation of the plane, as six numbers (ISO 32000-2, 8.3.4).</summary>
internal readonly record struct Plane(double A, double B, double C, double D, double E, double F)
{
    public static readonly Plane Still = new(1, 0, 0, 1, 0, 0);

    /// <summary>This first, then the other.</summary>
    public Plane Then(Plane next) => new(
        A * next.A + B * next.C, A * next.B + B * next.D, C * next.A + D * next.C, C * next.B + D * next.D,
        E * next.A + F * next.C + next.E, E * next.B + F * next.D + next.F);

    public (double X, double Y) Of(double x, double y) => (x * A + y * C + E, x * B + y * D + F);

    public Box Of(Box box) => Box.Around(Of(box.Left, box.Bottom), Of(box.Left, box.Top), Of(box.Right, box.Bottom), Of(box.Right, box.Top));

    /// <summary>How much longer a line becomes at most.</summary>
    public double Stretch => Math.Max(Math.Abs(A) + Math.Abs(C), Math.Abs(B) + Math.Abs(D));

    public static Plane? Read(PdfObjectReader reader, PdfObject? value) => reader.Resolve(value) is PdfArray { Items.Count: 6 } numbers
        && numbers.Items.Select(reader.Resolve).ToArray() is [PdfNumber a, PdfNumber b, PdfNumber c, PdfNumber d, PdfNumber e, PdfNumber f]
        ? new Plane(a.Value, b.Value, c.Value, d.Value, e.Value, f.Value) : null;
}
