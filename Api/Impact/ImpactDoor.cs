using System.Globalization;
using System.Text;
using Balie.Api.Platform;
using Balie.Grains.Interfaces.Impact;

namespace Balie.Api.Impact;

/// <summary>The figures of the municipality, as JSON and as a table for a spreadsheet.</summary>
public static class ImpactDoor
{
    public static void MapImpact(this IEndpointRouteBuilder api)
    {
        var room = api.MapGroup("/api/{tenant}").WithTags("Impact").Access(Access.Staff).AddEndpointFilter<RetryOnceFilter>();
        room.MapGet("/impact", Figures).WithName("GetImpact");
        room.MapGet("/impact.csv", Table).Produces<string>(contentType: "text/csv").WithName("GetImpactCsv");
    }

    private static Task<ImpactView> Figures(string tenant, string from, string to, IGrainFactory grains, CancellationToken ct) =>
        grains.Impact(tenant).Figures(from, to, ct);

    private static async Task<IResult> Table(string tenant, string from, string to, IGrainFactory grains, CancellationToken ct)
    {
        var view = await grains.Impact(tenant).Figures(from, to, ct);
        var bytes = new UTF8Encoding(true) is var utf8 ? (byte[])[.. utf8.GetPreamble(), .. utf8.GetBytes(ImpactCsv.Of(view))] : [];
        return Results.File(bytes, "text/csv; charset=utf-8", $"impact-{tenant}-{view.From}-{view.To}.csv");
    }
}

/// <summary>RFC 4180 with semicolons and decimal commas, as a Belgian spreadsheet reads it.</summary>
public static class ImpactCsv
{
    private static readonly CultureInfo Belgian = CultureInfo.GetCultureInfo("nl-BE");

    public static string Of(ImpactView view)
    {
        var text = new StringBuilder();
        Line(text, "Maand", "Bezoeken", "In een keer klaar", "Doorlooptijd (minuten, mediaan)", "Kilometers vermeden", "Kilogram CO2 vermeden", "Tevredenheid (1 tot 5)");
        foreach (var month in view.Months)
            Line(text, month.Month, Number(month.Visits), Number(month.DoneInOneGo), Number(month.TurnaroundMinutes), Number(month.Kilometres), Number(month.KilogramsCo2), Number(month.Satisfaction));
        Line(text);
        Line(text, "Cijfer", "Waarde", "Eenheid", "Formule", "Bron");
        foreach (var figure in view.Figures)
            Line(text, figure.Label, Number(figure.Value), figure.Unit, figure.Formula, figure.Source);
        return text.ToString();
    }

    private static string Number(decimal? value) => value?.ToString("0.##", Belgian) ?? "";

    private static void Line(StringBuilder text, params string[] cells) => text.AppendJoin(';', cells.Select(Cell)).Append("\r\n");

    /// <summary>Quoted where needed; a leading sign that a spreadsheet would calculate with is made text.</summary>
    private static string Cell(string value)
    {
        var safe = value is ['=' or '+' or '@', ..] ? "'" + value : value;
        return safe.AsSpan().IndexOfAny(";\"\r\n") < 0 ? safe : $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
