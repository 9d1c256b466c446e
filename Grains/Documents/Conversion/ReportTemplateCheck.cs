using System.Xml.Linq;

namespace Balie.Grains.Documents.Conversion;

/// <summary>One look over a template that is about to be saved.</summary>
internal sealed class ReportTemplateCheck(XDocument document, IReadOnlySet<string> allowed)
{
    private readonly List<string> _problems = [];

    public IReadOnlyList<string> Problems()
    {
        var root = document.Root!;
        if (root.Name != Odf.Office + "document" || (string?)root.Attribute(Odf.Office + "mimetype") != Odf.TextType)
            return ["Het sjabloon is geen tekstdocument in flat ODT (.fodt)."];
        Walk(root, []);
        LookForOutside(root);
        LookForSignatures(root);
        return [.. _problems.Distinct()];
    }

    private void Walk(XElement element, string[] parts)
    {
        for (var child = element.Elements().FirstOrDefault(); child is not null; child = child.ElementsAfterSelf().FirstOrDefault())
        {
            if (ReportTemplate.Marker(child, '/') is { } stray) _problems.Add($"Het deel {stray} wordt gesloten maar is niet geopend.");
            else if (ReportTemplate.Marker(child, '#') is { } name) child = WalkPart(child, name, parts);
            else if (child.Name == Odf.Paragraph || child.Name == Odf.Heading) CheckNames(child, parts);
            else Walk(child, parts);
        }

        if (!element.HasElements) CheckNames(element, parts);
    }

    private XElement WalkPart(XElement open, string name, string[] parts)
    {
        if (!Allowed(name, parts)) _problems.Add($"Onbekende naam: {name}.");
        if (ReportTemplate.Part(open, name) is not var (inside, close))
        {
            _problems.Add($"Het deel {name} wordt niet gesloten.");
            return open;
        }

        // The same walk over a copy that stands alone, now within the part.
        Walk(new XElement("part", inside), [.. parts, name]);
        return close;
    }

    private void CheckNames(XElement element, string[] parts)
    {
        var rest = "";
        foreach (var text in element.DescendantNodes().OfType<XText>())
        {
            foreach (var name in ReportTemplate.Placeholder().Matches(text.Value).Select(m => m.Groups["name"].Value))
                if (!Allowed(name, parts)) _problems.Add($"Onbekende naam: {name}.");
            rest += ReportTemplate.Placeholder().Replace(text.Value, "\u0001");
        }

        if (rest.Contains("{{", StringComparison.Ordinal) || rest.Contains("}}", StringComparison.Ordinal))
            _problems.Add($"Onleesbare plaats: \"{Shorten(element.Value)}\". Schrijf de accolades en de naam in een keer, zonder opmaak ertussen.");
        if (element.DescendantsAndSelf().Attributes().Any(a => a.Value.Contains("{{", StringComparison.Ordinal)))
            _problems.Add("Een naam tussen accolades kan alleen in tekst staan.");
    }

    private bool Allowed(string name, string[] parts) =>
        allowed.Contains(name) || Enumerable.Range(1, parts.Length).Any(n => allowed.Contains($"{string.Join('.', parts[..n])}.{name}"));

    private void LookForOutside(XElement root)
    {
        foreach (var element in root.DescendantsAndSelf())
        {
            if (element.Name == Odf.Office + "scripts" && element.HasElements || element.Name.Namespace == Odf.Script || element.Name.LocalName.StartsWith("dde-", StringComparison.Ordinal))
                _problems.Add("Het sjabloon bevat een script; dat mag niet.");
            if ((string?)element.Attribute(Odf.Link + "href") is { } href && !href.StartsWith('#'))
                _problems.Add($"Het sjabloon verwijst naar iets buiten zichzelf: {Shorten(href)}.");
        }
    }

    private void LookForSignatures(XElement root)
    {
        var marks = root.Descendants(Odf.Text + "bookmark").Select(b => (string?)b.Attribute(Odf.Text + "name")).ToList();
        foreach (var name in new[] { SignatureBoxes.Citizen, SignatureBoxes.Officer })
            if (marks.Count(m => m == name) != 1) _problems.Add($"Het sjabloon heeft precies een plaats nodig met de bladwijzer {name}.");
    }

    private static string Shorten(string text) => text.Trim() is { Length: > 60 } t ? t[..60] + "..." : text.Trim();
}
