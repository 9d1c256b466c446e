using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace Balie.Grains.Documents.Conversion;

/// <summary>Puts plain text into OpenDocument text and takes it out again (OpenDocument 1.3 part 3, 6.1: white space collapses unless marked).</summary>
public static class ReportText
{
    /// <summary>
    /// The text as it will stand in the report: every line end is \n, and what has no place on paper is dropped: control characters, characters
    /// XML cannot carry, lone surrogates, and the marks that turn the reading direction (they can make a signed sentence look like another).
    /// </summary>
    public static string Clean(string value)
    {
        var text = new StringBuilder(value.Length);
        for (var i = 0; i < value.Length; i++)
        {
            var c = value[i];
            if (c == '\r' && i + 1 < value.Length && value[i + 1] == '\n') continue;
            if (c is '\r' or '\n' or '\u0085' or '\u2028' or '\u2029') text.Append('\n');
            else if (char.IsHighSurrogate(c) && i + 1 < value.Length && char.IsLowSurrogate(value[i + 1])) text.Append(c).Append(value[++i]);
            else if (c == '\t' || (!char.IsControl(c) && !TurnsDirection(c) && XmlConvert.IsXmlChar(c))) text.Append(c);
        }

        return text.ToString();
    }

    private static bool TurnsDirection(char c) => c is (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069');

    /// <summary>Cleaned text as the content of one paragraph: line breaks, tabs and runs of spaces become their elements.</summary>
    internal static IEnumerable<XNode> ToNodes(string text)
    {
        var run = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            var element = text[i] switch
            {
                '\n' => new XElement(Odf.Text + "line-break"),
                '\t' => new XElement(Odf.Text + "tab"),
                ' ' when Collapses(text, i) => new XElement(Odf.Text + "s"),
                _ => null,
            };
            if (element is null)
            {
                run.Append(text[i]);
                continue;
            }

            if (run.Length > 0) yield return new XText(run.ToString());
            run.Clear();
            yield return element;
        }

        if (run.Length > 0) yield return new XText(run.ToString());
    }

    private static bool Collapses(string text, int at) =>
        at == 0 || at == text.Length - 1 || text[at - 1] is ' ' or '\n' or '\t' || text[at + 1] is '\n' or '\t';

    /// <summary>The plain text of an element's content, the reverse of <see cref="ToNodes"/>.</summary>
    public static string Read(XElement element) => string.Concat(element.Nodes().Select(node => node switch
    {
        XText text => text.Value,
        XElement child when child.Name == Odf.Text + "line-break" => "\n",
        XElement child when child.Name == Odf.Text + "tab" => "\t",
        XElement child when child.Name == Odf.Text + "s" => new string(' ', (int?)child.Attribute(Odf.Text + "c") ?? 1),
        XElement child => Read(child),
        _ => "",
    }));
}
