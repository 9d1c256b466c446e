using Balie.Api.Pages;
using Balie.Grains.Interfaces.Platform;

namespace Balie.Api.Platform.Operator;

/// <summary>The page of whoever is paged at night: how the cluster fares in sentences, what is wrong first, each with its runbook. No content of anybody.</summary>
public static class OperatorDoor
{
    public const string Home = "/operator";

    public static void MapOperator(this IEndpointRouteBuilder app)
    {
        var pages = app.MapGroup(Home).Access(Access.Operator).ExcludeFromDescription();
        pages.MapGet("", Page);
        pages.MapGet("/health", Health);
        pages.MapGet("/draaiboek/{name}", Runbook);
    }

    private static Task<ClusterHealth> Health(IGrainFactory grains, CancellationToken ct) => grains.GetGrain<IOperatorGrain>(IOperatorGrain.Key).Health(ct);

    /// <summary>Asks itself again every ten seconds; <c>?stil=1</c> keeps it still for who reads slowly or listens (WCAG 2.2.2).</summary>
    private static async Task<IResult> Page(IGrainFactory grains, TimeProvider clock, HttpContext http, bool stil = false, CancellationToken ct = default)
    {
        var sentences = await SentencesAsync(grains, ct);
        var troubles = sentences.Count(s => s.Level != Level.Fine);
        var title = troubles switch { 0 => "Alles werkt", 1 => "1 ding vraagt aandacht", _ => $"{troubles} dingen vragen aandacht" };
        var rows = string.Concat(sentences.Select(Row));
        var still = stil
            ? $"<a href=\"{Home}\">Ververs vanzelf</a>"
            : $"Deze pagina ververst elke tien seconden. <a href=\"{Home}?stil=true\">Laat ze stilstaan</a>";
        if (!stil) http.Response.Headers["Refresh"] = "10";
        return PlainPage.Of(title, $"""
            <ul class="health">{rows}</ul>
            <p class="small">Gezien om {TimeZoneInfo.ConvertTime(clock.GetUtcNow(), Brussels):HH:mm:ss}. {still}. Draaiboeken: {Runbooks.List()}. <a href="{Home}/health">Dezelfde cijfers als JSON</a>.</p>
            """);
    }

    private static async Task<IReadOnlyList<Sentence>> SentencesAsync(IGrainFactory grains, CancellationToken ct)
    {
        try
        {
            return Sentences.Of(await Health(grains, ct));
        }
        catch (Exception problem) when (problem is Orleans.Runtime.OrleansException or TimeoutException)
        {
            return [new(Level.Broken, "Er is geen enkel knooppunt met kamers bereikbaar.", "balie")];
        }
    }

    private static string Row(Sentence sentence)
    {
        var (style, word) = sentence.Level switch { Level.Fine => ("fine", "In orde"), Level.Attention => ("attention", "Let op"), _ => ("broken", "Stuk") };
        var link = sentence.Runbook is null ? "" : $" <a href=\"{Home}/draaiboek/{sentence.Runbook}\">Wat te doen</a>";
        return $"<li class=\"{style}\"><strong>{word}</strong> <span>{PlainPage.Text(sentence.Text)}{link}</span></li>";
    }

    private static IResult Runbook(string name) => Runbooks.Read(name) is { } found
        ? PlainPage.Of(found.Title, $"<div class=\"text\">{found.Html}</div><p><a href=\"{Home}\">Terug naar het overzicht</a></p>")
        : throw DoorErrors.Unknown();

    private static readonly TimeZoneInfo Brussels = TimeZoneInfo.FindSystemTimeZoneById("Europe/Brussels");
}
