using System.Globalization;
using Balie.Pades.Appearance;
using Balie.Pdf;

namespace Balie.Pades.Cleaning;

/// <summary>What a form field shows: its own appearance, or its value drawn anew where readers would do so too (ISO 32000-2, 12.7.4.3).</summary>
internal sealed class FieldLooks(IncrementalUpdate update)
{
    const double Margin = 2, Largest = 11, Smallest = 4, Leading = 1.2;
    const int LongestText = 20_000;

    readonly bool drawsAnew = update.Document.AcroForm is { } form && update.Document.Reader.Resolve(form["NeedAppearances"]) is PdfBoolean { Value: true };

    public PdfReference? LookOf(PdfDictionary widget)
    {
        var (kind, value) = (Kind(widget), Text(widget));
        var own = Own(widget);
        return kind is "Tx" or "Ch" && value.Length > 0 && (drawsAnew || own is null) ? Drawn(widget, value) : own;
    }

    PdfReference? Own(PdfDictionary widget)
    {
        var normal = update.CurrentDictionary(widget["AP"])?["N"];
        if (update.Current(normal) is PdfDictionary states && Inherited(widget, "AS") is PdfName state) normal = states[state.Value];
        if (update.Current(normal) is not PdfStream stream) return null;
        var form = new PdfStream(stream.Dictionary.With("Type", new PdfName("XObject")).With("Subtype", new PdfName("Form")), stream.Raw);
        return normal is PdfReference reference ? update.Set(reference, form) : update.Add(form);
    }

    string? Kind(PdfDictionary widget) => (Inherited(widget, "FT") as PdfName)?.Value;

    string Text(PdfDictionary widget) => Inherited(widget, "V") switch
    {
        PdfString text => Shortened(PdfText.Decode(text.Bytes)),
        PdfArray several => Shortened(string.Join(", ", several.Items.Select(item => update.Current(item)).OfType<PdfString>().Select(text => PdfText.Decode(text.Bytes)))),
        _ => ""
    };

    static string Shortened(string text) => text.Length <= LongestText ? text : text[..LongestText];

    PdfObject? Inherited(PdfDictionary widget, string key)
    {
        var node = widget;
        for (var depth = 0; node is not null && depth <= PdfLimits.TreeDepth; depth++, node = update.CurrentDictionary(node["Parent"]))
            if (update.Current(node[key]) is { } found) return found;
        return null;
    }

    PdfReference? Drawn(PdfDictionary widget, string value)
    {
        if (update.Current(widget["Rect"]) is not PdfArray { Items.Count: 4 } sides) return null;
        var s = sides.Items.Select(side => (update.Current(side) as PdfNumber)?.Value ?? 0).ToArray();
        double width = Math.Abs(s[2] - s[0]), height = Math.Abs(s[3] - s[1]);
        if (width <= 2 * Margin || height <= 2 * Margin) return null;
        var (lines, size) = Fit(value, width - 2 * Margin, height - 2 * Margin);
        var font = new EmbeddedFont(TrueTypeFont.Plain, "F1");
        var content = new PdfOutput();
        content.Latin(string.Create(CultureInfo.InvariantCulture, $"q 0 g BT /F1 {size:0.##} Tf {size * Leading:0.##} TL {Margin} {height - Margin - size:0.##} Td\n"));
        foreach (var line in lines)
        {
            font.Show(line, content);
            content.Bytes(" T*\n"u8);
        }
        content.Bytes("ET Q"u8);
        return update.Add(EmbeddedFont.Deflated(content.ToArray(),
            ("Type", new PdfName("XObject")), ("Subtype", new PdfName("Form")),
            ("BBox", new PdfArray(new PdfNumber(0), new PdfNumber(0), PdfNumber.Points(width), PdfNumber.Points(height))),
            ("Resources", new PdfDictionary(("Font", new PdfDictionary(("F1", font.AddTo(update))))))));
    }

    /// <summary>The largest size at which everything is shown; nothing of a value is left out.</summary>
    static (IReadOnlyList<string> Lines, double Size) Fit(string value, double width, double height)
    {
        for (var size = Largest; ; size -= 0.5)
        {
            var lines = value.ReplaceLineEndings("\n").Split('\n').SelectMany(line => Wrapped(line, width / size)).ToArray();
            if (size <= Smallest || lines.Length * size * Leading <= height + size * (Leading - 1)) return (lines, size);
        }
    }

    static IEnumerable<string> Wrapped(string line, double ems)
    {
        var current = "";
        foreach (var word in line.Split(' '))
        {
            var longer = current.Length == 0 ? word : $"{current} {word}";
            if (current.Length > 0 && TrueTypeFont.Plain.Measure(longer) > ems)
            {
                yield return current;
                current = word;
            }
            else current = longer;
        }
        yield return current;
    }
}
