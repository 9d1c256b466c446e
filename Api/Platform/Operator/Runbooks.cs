using System.Reflection;
using Markdig;

namespace Balie.Api.Platform.Operator;

/// <summary>The runbooks of <c>deploy/runbooks</c>, which travel with Balie: at night the page that complains also says what to do.</summary>
public static class Runbooks
{
    private const string Prefix = "runbook/", Suffix = ".md";
    private static readonly Assembly Here = typeof(Runbooks).Assembly;
    private static readonly MarkdownPipeline Markdown = new MarkdownPipelineBuilder().DisableHtml().UsePipeTables().Build();

    public static IReadOnlyList<string> Names { get; } =
        [.. Here.GetManifestResourceNames().Where(n => n.StartsWith(Prefix, StringComparison.Ordinal)).Select(n => n[Prefix.Length..^Suffix.Length]).Where(n => n != "README").Order(StringComparer.Ordinal)];

    /// <summary>Title and HTML of one runbook; null when there is none of that name.</summary>
    public static (string Title, string Html)? Read(string name)
    {
        if (!Names.Contains(name)) return null;
        using var reader = new StreamReader(Here.GetManifestResourceStream(Prefix + name + Suffix)!);
        var title = reader.ReadLine()!.TrimStart('#', ' ');
        return (title, Wide(Markdig.Markdown.ToHtml(reader.ReadToEnd().Replace(".md)", ")", StringComparison.Ordinal), Markdown)));
    }

    /// <summary>Tables and commands can be moved sideways on a phone, by keyboard too.</summary>
    private static string Wide(string html) => html
        .Replace("<table>", "<div class=\"wide\" role=\"group\" aria-label=\"Tabel\" tabindex=\"0\"><table>", StringComparison.Ordinal)
        .Replace("</table>", "</table></div>", StringComparison.Ordinal)
        .Replace("<pre>", "<pre tabindex=\"0\">", StringComparison.Ordinal);

    internal static string List() => string.Join(", ", Names.Select(n => $"<a href=\"{OperatorDoor.Home}/draaiboek/{n}\">{n}</a>"));
}
