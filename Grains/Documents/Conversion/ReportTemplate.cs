using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;
using Balie.Grains.Interfaces.Platform;

namespace Balie.Grains.Documents.Conversion;

/// <summary>
/// A flat ODT text with places to fill: <c>{{naam}}</c> in running text, and <c>{{#secties}}</c> ... <c>{{/secties}}</c>, each alone in its paragraph or
/// table row, around what repeats. Values are plain text and stay that: markup or placeholders in them appear as typed. Pure.
/// </summary>
public static partial class ReportTemplate
{
    private const string Folder = "Balie.Grains.Documents.Conversion.Templates.";

    /// <summary>The templates that come with Balie: <c>hoorzitting</c> and <c>verslag</c>.</summary>
    public static IReadOnlyList<string> Shipped { get; } = ["hoorzitting", "verslag"];

    /// <summary>Text of a shipped template.</summary>
    /// <exception cref="ArgumentException">No template of that name.</exception>
    public static string Load(string name)
    {
        using var stream = typeof(ReportTemplate).Assembly.GetManifestResourceStream($"{Folder}{name}.fodt")
            ?? throw new ArgumentException($"There is no template '{name}'.", nameof(name));
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <summary>
    /// What is wrong with a template, as sentences; empty when it may be saved. Refused are unknown names, repeating parts that do not close,
    /// placeholders that formatting cuts in two, scripts, links to other files, and the lack of a place for both signatures.
    /// </summary>
    /// <param name="template">A flat ODT document.</param>
    /// <param name="allowedNames">Fields and parts, fields within a part as <c>part.field</c>; see <see cref="ReportNames.Visit"/>.</param>
    public static IReadOnlyList<string> Check(string template, IReadOnlySet<string> allowedNames)
    {
        XDocument document;
        try { document = Parse(template); }
        catch (XmlException problem) { return [$"Het sjabloon is geen geldig XML (regel {problem.LineNumber})."]; }
        return new ReportTemplateCheck(document, allowedNames).Problems();
    }

    /// <summary>The template filled in: a flat ODT document in UTF-8.</summary>
    /// <exception cref="BalieException"><c>report.missing-values</c> lists every name that has no value; <c>report.template</c>: the template itself is wrong.</exception>
    public static byte[] Fill(string template, ReportValues values)
    {
        var document = ParseOrRefuse(template);
        var missing = new SortedSet<string>(StringComparer.Ordinal);
        FillIn(document.Root!, new Scope(values, null, ""), missing);
        if (missing.Count > 0)
            throw new BalieException(BalieError.Invalid("report.missing-values", $"Het verslag mist: {string.Join(", ", missing)}."));
        using var stream = new MemoryStream();
        using (var writer = XmlWriter.Create(stream, new XmlWriterSettings { Indent = false, NewLineHandling = NewLineHandling.Entitize }))
            document.Save(writer);
        return stream.ToArray();
    }

    internal static XDocument Parse(string template)
    {
        var settings = new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null };
        using var reader = XmlReader.Create(new StringReader(template), settings);
        return XDocument.Load(reader, LoadOptions.PreserveWhitespace);
    }

    /// <summary>The name of the part that this element opens ('#') or closes ('/'): it holds that marker and nothing else.</summary>
    internal static string? Marker(XElement element, char kind) =>
        BlockMarker().Match(element.Value.Trim()) is { Success: true } match && match.Groups["kind"].Value[0] == kind ? match.Groups["name"].Value : null;

    /// <summary>The elements from after <paramref name="open"/> up to its end marker; null when that does not follow.</summary>
    internal static (IReadOnlyList<XElement> Inside, XElement Close)? Part(XElement open, string name)
    {
        var inside = new List<XElement>();
        foreach (var next in open.ElementsAfterSelf())
        {
            if (Marker(next, '/') == name) return (inside, next);
            inside.Add(next);
        }

        return null;
    }

    [GeneratedRegex(@"\{\{(?<name>[a-z][a-z0-9_-]*)\}\}")]
    internal static partial Regex Placeholder();

    [GeneratedRegex(@"^\{\{(?<kind>[#/])(?<name>[a-z][a-z0-9_-]*)\}\}$")]
    private static partial Regex BlockMarker();

    private static XDocument ParseOrRefuse(string template)
    {
        try { return Parse(template); }
        catch (XmlException problem)
        {
            throw new BalieException(BalieError.Invalid("report.template", $"Het sjabloon is geen geldig XML (regel {problem.LineNumber})."));
        }
    }

    private static void FillIn(XElement element, Scope scope, SortedSet<string> missing)
    {
        for (var child = element.Elements().FirstOrDefault(); child is not null;)
        {
            if (Marker(child, '#') is { } name) child = Repeat(child, name, scope, missing);
            else
            {
                var next = child.ElementsAfterSelf().FirstOrDefault();
                FillIn(child, scope, missing);
                child = next;
            }
        }

        FillText(element, scope, missing);
    }

    /// <summary>Writes the part once for every item and takes the markers out; returns the element after it.</summary>
    private static XElement? Repeat(XElement open, string name, Scope scope, SortedSet<string> missing)
    {
        var (inside, close) = Part(open, name)
            ?? throw new BalieException(BalieError.Invalid("report.template", $"Het deel {name} wordt niet gesloten."));
        var next = close.ElementsAfterSelf().FirstOrDefault();
        if (scope.Items(name) is not { } items) missing.Add(name);
        else
            foreach (var item in items)
            {
                // A holder of its own, so that the copies are filled before they stand among elements of another scope.
                var holder = new XElement(open.Parent!.Name, inside);
                FillIn(holder, new Scope(item, scope, $"{name}."), missing);
                open.AddBeforeSelf(holder.Nodes());
            }

        foreach (var element in inside) element.Remove();
        open.Remove();
        close.Remove();
        return next;
    }

    private static void FillText(XElement element, Scope scope, SortedSet<string> missing)
    {
        if (element.Name == Odf.Paragraph && Placeholder().Match(element.Value.Trim()) is { Success: true } whole
            && whole.Length == element.Value.Trim().Length && element.Nodes().All(n => n is XText) && element.Parent is not null)
        {
            FillParagraphs(element, scope.Field(whole.Groups["name"].Value, missing));
            return;
        }

        foreach (var text in element.Nodes().OfType<XText>().Where(t => t.Value.Contains("{{", StringComparison.Ordinal)).ToList())
            text.ReplaceWith(Replace(text.Value, scope, missing));
    }

    /// <summary>A paragraph that holds one value only becomes as many paragraphs as the value has: blank lines part them.</summary>
    private static void FillParagraphs(XElement paragraph, string value)
    {
        var copies = value.Split("\n\n").Select(part => new XElement(paragraph.Name, paragraph.Attributes(), ReportText.ToNodes(part))).ToArray();
        paragraph.ReplaceWith(copies.Cast<object>().ToArray());
    }

    private static IEnumerable<XNode> Replace(string text, Scope scope, SortedSet<string> missing)
    {
        var at = 0;
        foreach (Match match in Placeholder().Matches(text))
        {
            if (match.Index > at) yield return new XText(text[at..match.Index]);
            foreach (var node in ReportText.ToNodes(scope.Field(match.Groups["name"].Value, missing))) yield return node;
            at = match.Index + match.Length;
        }

        if (at < text.Length) yield return new XText(text[at..]);
    }

    /// <summary>Values by name: those of the item first, then those around it.</summary>
    private sealed record Scope(ReportValues Values, Scope? Outer, string Prefix)
    {
        public string Field(string name, SortedSet<string> missing)
        {
            for (var scope = this; scope is not null; scope = scope.Outer)
                if (scope.Values.Fields.TryGetValue(name, out var value)) return ReportText.Clean(value);
            missing.Add(Prefix + name);
            return "";
        }

        public IReadOnlyList<ReportValues>? Items(string name)
        {
            for (var scope = this; scope is not null; scope = scope.Outer)
                if (scope.Values.Blocks.TryGetValue(name, out var items)) return items;
            return null;
        }
    }
}
