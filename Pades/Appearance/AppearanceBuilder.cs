using Balie.Pdf;

namespace Balie.Pades.Appearance;

/// <summary>Draws an appearance as one form XObject with embedded fonts and vector strokes, in RGB.</summary>
internal sealed class AppearanceBuilder
{
    const double Padding = 3, LargestText = 9, ReadableText = 7.5, SmallestText = 2, Leading = 1.22, LargestHand = 26;
    const int TypicalContent = 1024;
    const string Ink = "0.063 0.129 0.369", Text = "0.13 0.13 0.13", Rule = "0.55 0.57 0.62";

    readonly EmbeddedFont plain = new(TrueTypeFont.Plain, "F1");
    readonly EmbeddedFont hand = new(TrueTypeFont.Handwriting, "F2");
    readonly PdfOutput content = new(TypicalContent);
    readonly SignatureAppearance appearance;
    readonly double width, height;

    AppearanceBuilder(SignatureAppearance appearance, double width, double height) =>
        (this.appearance, this.width, this.height) = (appearance, width, height);

    /// <summary>An appearance for a field that nobody has signed yet: PDF/A wants one, and there is nothing to show.</summary>
    public static PdfReference AddEmpty(IncrementalUpdate update, double width, double height, int rotation) =>
        update.Add(Form([], new PdfDictionary(), width, height, rotation));

    public static PdfReference Add(IncrementalUpdate update, SignatureAppearance appearance, double width, double height, int rotation)
    {
        AppearanceRules.Check(appearance, width, height);
        var builder = new AppearanceBuilder(appearance, width, height);
        builder.Draw();
        var fonts = new PdfDictionary();
        if (appearance.Lines.Count > 0) fonts = fonts.With(builder.plain.ResourceName, builder.plain.AddTo(update));
        if (appearance.Hand is TypedHand) fonts = fonts.With(builder.hand.ResourceName, builder.hand.AddTo(update));
        var resources = new PdfDictionary(("Font", fonts));
        return update.Add(Form(builder.content.ToArray(), resources, width, height, rotation));
    }

    static PdfStream Form(byte[] content, PdfDictionary resources, double width, double height, int rotation)
    {
        var form = EmbeddedFont.Deflated(content,
            ("Type", new PdfName("XObject")), ("Subtype", new PdfName("Form")),
            ("BBox", new PdfArray(new PdfNumber(0), new PdfNumber(0), PdfNumber.Points(width), PdfNumber.Points(height))),
            ("Resources", resources));
        return Turn.Matrix(rotation) is { } matrix ? new PdfStream(form.Dictionary.With("Matrix", matrix), form.Raw) : form;
    }

    /// <summary>Hand above the lines with a rule between; on the left of them where the field is wide enough to keep the text readable.</summary>
    void Draw()
    {
        if (appearance.Hand is null) { DrawLines(0, 0, width, height, middle: true); return; }
        var split = width * 0.42;
        if (appearance.Lines.Count > 0 && TextSize(width - split - Padding, height) >= ReadableText)
        {
            DrawHand(0, 0, split, height);
            Line(split, Padding, split, height - Padding);
            DrawLines(split + Padding, 0, width - split - Padding, height, middle: true);
            return;
        }
        var share = appearance.Lines.Count == 0 ? 0 : Math.Min(0.5, 0.14 * appearance.Lines.Count + 0.06);
        DrawHand(0, height * share, width, height * (1 - share));
        if (share == 0) return;
        Line(Padding, height * share, width - Padding, height * share);
        DrawLines(0, 0, width, height * share, middle: false);
    }

    void DrawLines(double x, double y, double w, double h, bool middle)
    {
        var lines = appearance.Lines;
        if (lines.Count == 0) return;
        var size = TextSize(w, h);
        var block = lines.Count * size * Leading;
        var top = middle ? y + (h + block) / 2 : y + h - Padding / 2;
        Begin(Text, "rg");
        Select(plain, size);
        for (var i = 0; i < lines.Count; i++)
        {
            Op("Tm", 1, 0, 0, 1, x + Padding, top - i * size * Leading - size * 0.95);
            Show(plain, lines[i]);
        }
        Op("ET Q");
    }

    double TextSize(double w, double h)
    {
        var widest = appearance.Lines.Max(TrueTypeFont.Plain.Measure);
        var size = Math.Min(LargestText, (h - Padding) / (appearance.Lines.Count * Leading));
        if (widest > 0) size = Math.Min(size, (w - 2 * Padding) / widest);
        return Math.Max(size, SmallestText);
    }

    void DrawHand(double x, double y, double w, double h)
    {
        if (appearance.Hand is TypedHand typed) DrawTyped(typed.Name, x, y, w, h);
        else if (appearance.Hand is DrawnHand drawn) DrawStrokes(drawn, x + Padding, y + Padding, w - 2 * Padding, h - 2 * Padding);
    }

    void DrawTyped(string name, double x, double y, double w, double h)
    {
        var measured = TrueTypeFont.Handwriting.Measure(name);
        var size = Math.Min(LargestHand, (h - 2 * Padding) / 1.15);
        if (measured > 0) size = Math.Min(size, (w - 2 * Padding) / measured);
        Begin(Ink, "rg");
        Select(hand, size);
        Op("Tm", 1, 0, 0, 1, x + Padding, y + (h - size) / 2 + size * 0.24);
        Show(hand, name);
        Op("ET Q");
    }

    void DrawStrokes(DrawnHand drawn, double x, double y, double w, double h)
    {
        double drawnWidth = Math.Min(w, h * drawn.Aspect), drawnHeight = drawnWidth / drawn.Aspect;
        double left = x + (drawnWidth < w ? Math.Min(4, w - drawnWidth) : 0), bottom = y + (h - drawnHeight) / 2;
        Begin(Ink, "RG");
        Op("w 1 J 1 j", Math.Clamp(drawnHeight / 40, 0.5, 1.6));
        foreach (var stroke in drawn.Strokes.Where(stroke => stroke.Count > 0))
            DrawStroke([.. stroke.Select(point => (left + point.X * drawnWidth, bottom + (1 - point.Y) * drawnHeight))]);
        Op("Q");
    }

    /// <summary>A smooth curve through all points (Catmull-Rom as Bezier curves); a single point becomes a dot.</summary>
    void DrawStroke((double X, double Y)[] points)
    {
        Op("m", points[0].X, points[0].Y);
        if (points.Length == 1) Op("l", points[0].X, points[0].Y);
        for (var i = 0; i + 1 < points.Length; i++)
        {
            var (before, from, to, after) = (points[Math.Max(i - 1, 0)], points[i], points[i + 1], points[Math.Min(i + 2, points.Length - 1)]);
            Op("c", from.X + (to.X - before.X) / 6, from.Y + (to.Y - before.Y) / 6, to.X - (after.X - from.X) / 6, to.Y - (after.Y - from.Y) / 6, to.X, to.Y);
        }
        Op("S");
    }

    void Line(double x1, double y1, double x2, double y2)
    {
        Begin(Rule, "RG");
        Op("w", 0.5);
        Op("m", x1, y1);
        Op("l", x2, y2);
        Op("S Q");
    }

    void Begin(string colour, string paint)
    {
        content.Bytes("q "u8);
        content.Latin(colour);
        content.Bytes(" "u8);
        Op(paint);
    }

    void Select(EmbeddedFont font, double size)
    {
        content.Bytes("BT /"u8);
        content.Latin(font.ResourceName);
        content.Bytes(" "u8);
        Op("Tf", size);
    }

    void Show(EmbeddedFont font, string text)
    {
        font.Show(text, content);
        content.Bytes("\n"u8);
    }

    /// <summary>An operator after its operands, which are rounded to a thousandth of a point.</summary>
    void Op(string name, params ReadOnlySpan<double> operands)
    {
        foreach (var operand in operands)
        {
            content.Points(operand);
            content.Bytes(" "u8);
        }
        content.Latin(name);
        content.Bytes("\n"u8);
    }
}

/// <summary>What an appearance may ask for, so that one signature cannot fill a file.</summary>
internal static class AppearanceRules
{
    const int MostLines = 8, LongestLine = 200, MostPoints = 20_000;

    public static void Check(SignatureAppearance appearance, double width, double height)
    {
        if (width < 20 || height < 10) throw new SignatureRefusedException("appearance-too-small", "A visible signature needs a field of at least 20 by 10 points.");
        if (appearance.Lines.Count > MostLines || appearance.Lines.Any(line => line.Length > LongestLine))
            throw new SignatureRefusedException("appearance-too-long", $"A visible signature holds at most {MostLines} lines of {LongestLine} characters.");
        if (appearance.Lines.Count == 0 && appearance.Hand is null)
            throw new SignatureRefusedException("appearance-empty", "A visible signature shows at least a line or a hand.");
        if (appearance.Hand is TypedHand { Name: var name } && (string.IsNullOrWhiteSpace(name) || name.Length > LongestLine))
            throw new SignatureRefusedException("appearance-hand", "A typed hand is a name of at most 200 characters.");
        if (appearance.Hand is DrawnHand drawn) CheckStrokes(drawn);
    }

    static void CheckStrokes(DrawnHand drawn)
    {
        var points = drawn.Strokes.Sum(stroke => (long)stroke.Count);
        if (points is 0 or > MostPoints) throw new SignatureRefusedException("appearance-hand", $"A drawn hand has between 1 and {MostPoints} points.");
        if (!(drawn.Aspect is >= 0.05 and <= 20)) throw new SignatureRefusedException("appearance-hand", "A drawing surface is between 1:20 and 20:1.");
        if (drawn.Strokes.Any(stroke => stroke.Any(point => !(point.X is >= 0 and <= 1 && point.Y is >= 0 and <= 1))))
            throw new SignatureRefusedException("appearance-hand", "Points of a drawn hand lie between 0 and 1.");
    }
}
