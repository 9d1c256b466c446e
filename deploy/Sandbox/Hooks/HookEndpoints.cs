using System.Text;
using System.Text.RegularExpressions;
using Balie.Sandbox.Pages;

namespace Balie.Sandbox.Hooks;

/// <summary>A back office that receives webhooks, shows them, and answers as told.</summary>
public static partial class HookEndpoints
{
    private const int MaxBodyBytes = 1024 * 1024;

    public static void MapHooks(this WebApplication app)
    {
        app.MapGet("/hooks", (HookStore store) => Page(store));
        app.MapPost("/hooks/{name}", Receive);
        app.MapGet("/hooks/api/{name}", async (HookStore store, string name, string? after, int? wait, CancellationToken ct) =>
            Results.Json(await store.Arrivals.Until(() => store.List(name, after), TimeSpan.FromSeconds(Math.Clamp(wait ?? 0, 0, 60)), ct)));
        app.MapPut("/hooks/api/{name}", Configure);
    }

    private static async Task<IResult> Receive(HttpRequest request, HookStore store, string name, CancellationToken ct)
    {
        if (!HookName().IsMatch(name))
            return Results.NotFound();
        if (request.ContentLength > MaxBodyBytes)
            return Results.StatusCode(StatusCodes.Status413PayloadTooLarge);
        using var body = new MemoryStream();
        var chunk = new byte[16 * 1024];
        for (int read; (read = await request.Body.ReadAsync(chunk, ct)) > 0;)
        {
            if (body.Length + read > MaxBodyBytes)
                return Results.StatusCode(StatusCodes.Status413PayloadTooLarge);
            body.Write(chunk, 0, read);
        }
        return Results.StatusCode(store.Receive(name, request.Headers, body.ToArray()).Status);
    }

    private static IResult Configure(HookStore store, string name, HookSetting setting)
    {
        if (!HookName().IsMatch(name))
            return Results.NotFound();
        try
        {
            store.Set(name, setting);
            return Results.NoContent();
        }
        catch (FormatException)
        {
            return Results.Problem("secret must be base64, with or without whsec_ before it.", statusCode: StatusCodes.Status400BadRequest);
        }
    }

    private static IResult Page(HookStore store)
    {
        var all = store.List().Reverse().ToList();
        var body = new StringBuilder("""<p class="lead">Alles wat op <code>/hooks/NAAM</code> aankomt, nieuwste eerst.</p>""");
        if (all.Count == 0)
            body.Append("""<p class="notice">Er is nog niets afgeleverd.</p>""");
        foreach (var one in all)
            body.Append($"""
                <section data-delivery="{one.Id}" aria-labelledby="d-{one.Id}"><h2 id="d-{one.Id}">{Html.Text(one.Hook)} <span class="small">{one.ReceivedAt:yyyy-MM-dd HH:mm:ss} UTC</span></h2>
                <p><span class="tag {(one.Signature.Refused ? "tag-bad" : one.Signature.Outcome == "valid" ? "tag-good" : "")}">{Name(one.Signature)}</span>
                <span class="tag">antwoord {one.Status}</span>{(one.Repeat ? " <span class=\"tag\">herhaling</span>" : "")}</p>
                <pre>{Html.Text(one.Body)}</pre></section>
                """);
        return Html.Page("Webhooks", body.ToString(), "Oefenontvanger").AsResult();
    }

    private static string Name(Verdict verdict) => verdict.Outcome switch
    {
        "valid" => "handtekening klopt",
        "invalid" => $"handtekening geweigerd: {Html.Text(verdict.Reason)}",
        _ => "handtekening niet nagekeken",
    };

    [GeneratedRegex(@"^(?!api\z)[a-z0-9][a-z0-9-]{0,63}\z")]
    private static partial Regex HookName();
}
