using Balie.Pdf;

namespace Balie.Pades;

/// <summary>
/// Follows what a page's content paints and notes the boxes. Widths of letters are not looked up: each counts as wide as the widest, so that
/// the boxes are too large, never too small.
/// </summary>
internal sealed class ContentPainter(PdfObjectReader reader, PaintedAreas areas)
{
    const int DeepestForm = 8, MostOperators = 1_000_000;

    sealed record State(Plane Plane, bool WhiteFill, bool WhiteStroke, double LineWidth, FontExtent? Font, double FontSize, double Leading, double Scale, double LetterSpace, double WordSpace, double Rise);

    State state = new(Plane.Still, false, false, 1, null, 0, 0, 1, 0, 0, 0);
    readonly Stack<State> saved = [];
    readonly List<(double X, double Y)> path = [];
    Plane line = Plane.Still;
    double from, to;
    int depth, operators;

    public void Paint(ReadOnlyMemory<byte> content, PdfDictionary? resources)
    {
        foreach (var (name, operands) in ContentOperators.Read(content))
        {
            if (++operators > MostOperators) areas.Everything();
            if (areas.IsEverything) return;
            var numbers = ContentOperators.Numbers(operands) ?? [];
            if (!(Graphics(name, numbers, operands, resources) || Colour(name, numbers) || Path(name, numbers) || Text(name, operands, numbers, resources) || Object(name, operands, resources) || IsWithoutMark(name)))
                areas.Everything();
        }
    }

    /// <summary>Operators that paint nothing by themselves: clipping only makes less of it.</summary>
    static bool IsWithoutMark(string name) => name is "W" or "W*" or "BMC" or "BDC" or "EMC" or "MP" or "DP" or "BX" or "EX" or "i" or "j" or "J" or "M" or "d" or "ri" or "Tr";

    bool Graphics(string name, double[] n, IReadOnlyList<PdfObject> operands, PdfDictionary? resources)
    {
        switch (name)
        {
            case "q": if (saved.Count > 512) areas.Everything(); else saved.Push(state); return true;
            case "Q": if (saved.TryPop(out var before)) state = before; return true;
            case "cm" when n.Length == 6: state = state with { Plane = new Plane(n[0], n[1], n[2], n[3], n[4], n[5]).Then(state.Plane) }; return true;
            case "w" when n.Length == 1: state = state with { LineWidth = Math.Abs(n[0]) }; return true;
            case "gs": Settings(Resource(resources, "ExtGState", operands) as PdfDictionary); return true;
            default: return false;
        }
    }

    void Settings(PdfDictionary? settings)
    {
        // White that is not simply laid over may show.
        if (settings?["Font"] is not null || settings?["BM"] is not (null or PdfName { Value: "Normal" or "Compatible" or "Multiply" or "Darken" })) areas.Everything();
        if (reader.Resolve(settings?["LW"]) is PdfNumber width) state = state with { LineWidth = Math.Abs(width.Value) };
    }

    bool Colour(string name, double[] n)
    {
        var white = name is "k" or "K" ? n.Length == 4 && n.All(part => part == 0) : n.Length > 0 && n.All(part => part == 1);
        switch (name)
        {
            case "g" or "rg" or "k": state = state with { WhiteFill = white }; return true;
            case "G" or "RG" or "K": state = state with { WhiteStroke = white }; return true;
            case "cs" or "sc" or "scn": state = state with { WhiteFill = false }; return true;
            case "CS" or "SC" or "SCN": state = state with { WhiteStroke = false }; return true;
            default: return false;
        }
    }

    bool Path(string name, double[] n)
    {
        switch (name)
        {
            case "m" or "l" or "c" or "v" or "y" when n.Length is 2 or 4 or 6:
                for (var i = 0; i + 1 < n.Length; i += 2) path.Add(state.Plane.Of(n[i], n[i + 1]));
                break;
            case "re" when n.Length == 4:
                path.AddRange([state.Plane.Of(n[0], n[1]), state.Plane.Of(n[0] + n[2], n[1]), state.Plane.Of(n[0], n[1] + n[3]), state.Plane.Of(n[0] + n[2], n[1] + n[3])]);
                break;
            case "h": break;
            case "n": path.Clear(); break;
            case "S" or "s": Painted(fill: false, stroke: true); break;
            case "f" or "F" or "f*": Painted(fill: true, stroke: false); break;
            case "B" or "B*" or "b" or "b*": Painted(fill: true, stroke: true); break;
            default: return false;
        }
        if (path.Count > 200_000) areas.Everything();
        return true;
    }

    void Painted(bool fill, bool stroke)
    {
        var shows = fill && !state.WhiteFill || stroke && !state.WhiteStroke;
        // Even a thin line is a pixel wide, and mitred corners reach further than their points.
        if (shows && path.Count > 0) areas.Add(Box.Around(path.ToArray()).Grown(stroke ? Math.Max(0.5, 2 * state.LineWidth * state.Plane.Stretch) : 0.01));
        path.Clear();
    }

    bool Text(string name, IReadOnlyList<PdfObject> operands, double[] n, PdfDictionary? resources)
    {
        switch (name)
        {
            case "BT": Line(Plane.Still); break;
            case "ET": break;
            case "Tf": state = state with { Font = FontExtent.Read(reader, Resource(resources, "Font", operands) as PdfDictionary), FontSize = operands is [_, PdfNumber size] ? size.Value : 0 }; break;
            case "TL" when n.Length == 1: state = state with { Leading = n[0] }; break;
            case "Tc" when n.Length == 1: state = state with { LetterSpace = n[0] }; break;
            case "Tw" when n.Length == 1: state = state with { WordSpace = n[0] }; break;
            case "Tz" when n.Length == 1: state = state with { Scale = n[0] / 100 }; break;
            case "Ts" when n.Length == 1: state = state with { Rise = n[0] }; break;
            case "Td" when n.Length == 2: Move(n[0], n[1]); break;
            case "TD" when n.Length == 2: state = state with { Leading = -n[1] }; Move(n[0], n[1]); break;
            case "Tm" when n.Length == 6: Line(new Plane(n[0], n[1], n[2], n[3], n[4], n[5])); break;
            case "T*": Move(0, -state.Leading); break;
            case "Tj": Show(operands); break;
            case "TJ": Show((operands is [PdfArray parts] ? parts.Items : null) ?? []); break;
            case "'": Move(0, -state.Leading); Show(operands); break;
            case "\"": Move(0, -state.Leading); Show([.. operands.Skip(2)]); break;
            default: return false;
        }
        return true;
    }

    void Line(Plane plane) => (line, from, to) = (plane, 0, 0);

    void Move(double x, double y) => Line(new Plane(1, 0, 0, 1, x, y).Then(line));

    /// <summary>Where the next letter starts is known only between two bounds, which grow with each string on the line.</summary>
    void Show(IReadOnlyList<PdfObject> parts)
    {
        // Letters of unknown shape, mirrored or running the other way could be anywhere.
        if (state.Font is not { } font || state.FontSize < 0 || state.Scale <= 0) { areas.Everything(); return; }
        var scale = Math.Max(1, state.Scale);
        foreach (var part in parts)
        {
            var (right, left) = part switch
            {
                PdfNumber { Value: var shift } => (Math.Max(0, -shift) / 1000 * state.FontSize, Math.Max(0, shift) / 1000 * state.FontSize),
                PdfString text => Extent(font.Letters(text), font.Widest),
                _ => (0, 0)
            };
            (from, to) = (from - left * scale, to + right * scale);
        }
        var box = new Box(from + font.Left * state.FontSize, state.Rise + font.Bottom * state.FontSize, to + font.Right * state.FontSize, state.Rise + font.Top * state.FontSize);
        if (to > from && !box.IsEmpty) areas.Add(line.Then(state.Plane).Of(box));
    }

    (double Right, double Left) Extent(int letters, double widest) => (
        letters * (widest * state.FontSize + Math.Max(0, state.LetterSpace) + Math.Max(0, state.WordSpace)), letters * (Math.Max(0, -state.LetterSpace) + Math.Max(0, -state.WordSpace)));

    bool Object(string name, IReadOnlyList<PdfObject> operands, PdfDictionary? resources)
    {
        if (name != "Do") return false;
        if (Resource(resources, "XObject", operands) is not PdfStream stream) return true;
        switch ((reader.Resolve(stream.Dictionary["Subtype"]) as PdfName)?.Value)
        {
            case "Image": areas.Add(state.Plane.Of(new Box(0, 0, 1, 1))); break;
            case "Form": PaintForm(stream, resources); break;
            default: areas.Everything(); break;
        }
        return true;
    }

    void PaintForm(PdfStream form, PdfDictionary? outer)
    {
        if (++depth > DeepestForm || reader.TryDecode(form) is not { } content) areas.Everything();
        else
        {
            var (before, waiting) = (state, saved.ToArray());
            saved.Clear();
            state = state with { Plane = (Plane.Read(reader, form.Dictionary["Matrix"]) ?? Plane.Still).Then(state.Plane) };
            Paint(content, reader.Resolve(form.Dictionary["Resources"]) as PdfDictionary ?? outer);
            saved.Clear();
            foreach (var one in waiting.Reverse()) saved.Push(one);
            (state, line) = (before, Plane.Still);
            path.Clear();
        }
        depth--;
    }

    PdfObject? Resource(PdfDictionary? resources, string kind, IReadOnlyList<PdfObject> operands) =>
        operands is [PdfName name, ..] ? reader.Resolve((reader.Resolve(resources?[kind]) as PdfDictionary)?[name.Value]) : null;
}
