using Balie.Pdf;

namespace Balie.Pades;

/// <summary>
/// Whether the look that a mark brings along (ISO 32000-2, 12.5.5 and 12.5.6.10) is that of a mark: a light tint that multiplies, or thin lines.
/// Letters, pictures, patterns and dark areas are refused, for they can say something.
/// </summary>
internal sealed class MarkLook(PdfObjectReader reader)
{
    const double Thinnest = 4, Lightest = 0.5, LargestNote = 36;
    const int DeepestForm = 4, PathsPerQuad = 3, MostPathsOfNote = 60, MostOperators = 20_000;

    int paths, depth, operators;
    bool isTint, isDrawing;

    /// <summary>Lines and areas that a note's picture may have anywhere in its small square.</summary>
    public bool IsIcon(PdfDictionary annotation) => Box.Read(reader, annotation["Rect"]) is { Width: <= LargestNote, Height: <= LargestNote }
        && Look(annotation) is { } look && Holds(look, MostPathsOfNote, drawing: true);

    public bool IsMark(PdfDictionary annotation, string kind)
    {
        var quads = reader.Resolve(annotation["QuadPoints"]) is PdfArray { Items.Count: > 0 } points ? points.Items.Count / 8 : 0;
        if (quads == 0 || Look(annotation) is not { } look || !KeepsItsSize(annotation, look)) return false;
        isTint = kind == "Highlight";
        return Holds(look, quads * PathsPerQuad, drawing: false);
    }

    bool Holds(PdfStream look, int most, bool drawing)
    {
        isDrawing = drawing;
        try
        {
            return IsPlain(look, multiplies: false, Plane.Still) && paths <= most;
        }
        catch (PdfRefusedException)
        {
            return false; // no content at all
        }
    }

    /// <summary>One look for every occasion: what appears only under the pointer would be seen by one and not by another.</summary>
    PdfStream? Look(PdfDictionary annotation) => reader.Resolve(annotation["AP"]) is PdfDictionary looks && looks["R"] is null && looks["D"] is null && annotation["AS"] is null
        ? reader.Resolve(looks["N"]) as PdfStream : null;

    /// <summary>What is drawn thin would be thick if its box were blown up.</summary>
    bool KeepsItsSize(PdfDictionary annotation, PdfStream look)
    {
        if (Box.Read(reader, annotation["Rect"]) is not { IsEmpty: false } place || Box.Read(reader, look.Dictionary["BBox"]) is not { IsEmpty: false } box) return false;
        var drawn = (Plane.Read(reader, look.Dictionary["Matrix"]) ?? Plane.Still).Of(box);
        return Math.Abs(drawn.Width - place.Width) <= 0.1 * drawn.Width + 1 && Math.Abs(drawn.Height - place.Height) <= 0.1 * drawn.Height + 1;
    }

    bool IsPlain(PdfStream form, bool multiplies, Plane outer)
    {
        if (++depth > DeepestForm || form.Dictionary["OC"] is not null || form.Dictionary["Ref"] is not null || reader.TryDecode(form) is not { } content) return false;
        var resources = reader.Resolve(form.Dictionary["Resources"]) as PdfDictionary;
        var plane = (Plane.Read(reader, form.Dictionary["Matrix"]) ?? Plane.Still).Then(outer);
        var drawer = new Drawer(multiplies, asGroup: multiplies && form.Dictionary["Group"] is not null, plane);
        foreach (var (name, operands) in ContentOperators.Read(content))
            if (++operators > MostOperators || !Follow(drawer, name, operands, resources)) return false;
        depth--;
        return true;
    }

    /// <summary>What a content stream has set so far.</summary>
    /// <param name="asGroup">What it paints is put together first and then multiplied as a whole (11.4).</param>
    sealed class Drawer(bool multiplies, bool asGroup, Plane plane)
    {
        public readonly bool AsGroup = asGroup;
        public readonly Stack<(bool Multiplies, bool Light, double Width, Plane Plane)> Saved = [];
        public readonly List<(double X, double Y)> Path = [];
        public bool Multiplies = multiplies, Light;
        public double Width = 1;
        public Plane Plane = plane;
    }

    bool Follow(Drawer drawer, string name, IReadOnlyList<PdfObject> operands, PdfDictionary? resources)
    {
        var n = ContentOperators.Numbers(operands) ?? [];
        switch (name)
        {
            case "q": drawer.Saved.Push((drawer.Multiplies, drawer.Light, drawer.Width, drawer.Plane)); return drawer.Saved.Count < 64;
            case "Q": if (drawer.Saved.TryPop(out var before)) (drawer.Multiplies, drawer.Light, drawer.Width, drawer.Plane) = before; return true;
            case "cm": if (n.Length != 6) return false; drawer.Plane = new Plane(n[0], n[1], n[2], n[3], n[4], n[5]).Then(drawer.Plane); return true;
            case "w": drawer.Width = n is [var width] ? Math.Abs(width) : 1; return true;
            case "i" or "j" or "J" or "M" or "d" or "ri" or "W" or "W*" or "h": return true;
            case "n": drawer.Path.Clear(); return true;
            case "g" or "rg" or "k": drawer.Light = IsLight(name, n); return n.Length > 0;
            case "G" or "RG" or "K": return n.Length > 0;
            case "gs": return Settings(drawer, Resource(resources, "ExtGState", operands) as PdfDictionary);
            case "m" or "l" or "c" or "v" or "y":
                for (var i = 0; i + 1 < n.Length; i += 2) drawer.Path.Add(drawer.Plane.Of(n[i], n[i + 1]));
                return drawer.Path.Count < 10_000;
            case "re" when n.Length == 4:
                drawer.Path.AddRange([drawer.Plane.Of(n[0], n[1]), drawer.Plane.Of(n[0] + n[2], n[1] + n[3])]);
                return true;
            case "S" or "s": return Painted(drawer, stroke: true, fill: false);
            case "f" or "F" or "f*": return Painted(drawer, stroke: false, fill: true);
            case "B" or "B*" or "b" or "b*": return Painted(drawer, stroke: true, fill: true);
            case "Do": return Resource(resources, "XObject", operands) is PdfStream inner && reader.Resolve(inner.Dictionary["Subtype"]) is PdfName { Value: "Form" } && IsPlain(inner, drawer.Multiplies, drawer.Plane);
            default: return false;
        }
    }

    bool Painted(Drawer drawer, bool stroke, bool fill)
    {
        paths++;
        var box = Box.Around(drawer.Path.ToArray());
        drawer.Path.Clear();
        if (isDrawing) return true;
        if (isTint) return fill && !stroke && drawer is { Light: true, Multiplies: true };
        return Math.Min(box.Width, box.Height) + (stroke ? drawer.Width * drawer.Plane.Stretch : 0) <= Thinnest;
    }

    static bool IsLight(string name, double[] n) => name switch
    {
        "g" => n is [var grey] && grey >= Lightest,
        "rg" => n is [var red, var green, var blue] && 0.2126 * red + 0.7152 * green + 0.0722 * blue >= Lightest,
        _ => n is [var cyan, var magenta, var yellow, var black] && (1 - black) * (0.2126 * (1 - cyan) + 0.7152 * (1 - magenta) + 0.0722 * (1 - yellow)) >= Lightest
    };

    /// <summary>Opacity and blending only; masks and fonts could draw something.</summary>
    bool Settings(Drawer drawer, PdfDictionary? settings)
    {
        if (settings is null || settings.Entries.Any(entry => entry.Key is not ("Type" or "AIS" or "BM" or "CA" or "ca" or "SA" or "LW"))) return false;
        if (reader.Resolve(settings["BM"]) is PdfName { Value: var blending }) drawer.Multiplies = blending == "Multiply" || drawer.AsGroup && blending is ("Normal" or "Compatible");
        if (reader.Resolve(settings["LW"]) is PdfNumber width) drawer.Width = Math.Abs(width.Value);
        return true;
    }

    PdfObject? Resource(PdfDictionary? resources, string kind, IReadOnlyList<PdfObject> operands) =>
        operands is [PdfName name, ..] ? reader.Resolve((reader.Resolve(resources?[kind]) as PdfDictionary)?[name.Value]) : null;
}
