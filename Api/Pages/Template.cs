using System.Text;
using System.Text.Json;

namespace Balie.Api.Pages;

/// <summary>HTML with holes, as the client's build cut it: what is fixed, what is filled in, and what is repeated for each item of a list.</summary>
public sealed class Template
{
    private readonly IReadOnlyList<Segment> _segments;

    private Template(IReadOnlyList<Segment> segments) => _segments = segments;

    /// <exception cref="JsonException">A segment of a kind that is not known here.</exception>
    public static Template Read(JsonElement segments) => new([.. segments.EnumerateArray().Select(ReadSegment)]);

    /// <exception cref="KeyNotFoundException">A hole or list that the filling does not have.</exception>
    public string Fill(Filling filling)
    {
        var html = new StringBuilder();
        foreach (var segment in _segments) segment.Write(html, filling);
        return html.ToString();
    }

    private static Segment ReadSegment(JsonElement segment) => segment switch
    {
        { ValueKind: JsonValueKind.String } => new Fixed(segment.GetString()!),
        _ when segment.TryGetProperty("hole", out var name) => new Hole(name.GetString()!),
        _ when segment.TryGetProperty("each", out var list) => new Each(list.GetString()!, Read(segment.GetProperty("of"))),
        _ => throw new JsonException($"A template has no segment such as {segment}."),
    };

    private abstract record Segment
    {
        public abstract void Write(StringBuilder html, Filling filling);
    }

    private sealed record Fixed(string Html) : Segment
    {
        public override void Write(StringBuilder html, Filling filling) => html.Append(Html);
    }

    private sealed record Hole(string Name) : Segment
    {
        public override void Write(StringBuilder html, Filling filling) => html.Append(filling.Html(Name));
    }

    private sealed record Each(string List, Template Of) : Segment
    {
        public override void Write(StringBuilder html, Filling filling)
        {
            foreach (var item in filling.Items(List)) html.Append(Of.Fill(item));
        }
    }
}

/// <summary>What goes into a template. Text is encoded on its way in, so that no value can become markup.</summary>
public sealed class Filling(Filling? around = null)
{
    private readonly Dictionary<string, string> _html = [];
    private readonly Dictionary<string, IReadOnlyList<Filling>> _lists = [];

    public Filling Text(string name, string value) => Markup(name, PlainPage.Text(value));

    /// <param name="name">The hole.</param>
    /// <param name="html">Made here, or encoded already.</param>
    public Filling Markup(string name, string html)
    {
        _html[name] = html;
        return this;
    }

    public Filling List<T>(string name, IEnumerable<T> items, Action<Filling, T> fill)
    {
        _lists[name] = [.. items.Select(item =>
        {
            var filling = new Filling(this);
            fill(filling, item);
            return filling;
        })];
        return this;
    }

    internal string Html(string name) =>
        _html.TryGetValue(name, out var html) ? html : (around ?? throw new KeyNotFoundException($"Nothing fills the hole {name}.")).Html(name);

    internal IReadOnlyList<Filling> Items(string name) => _lists[name];
}
