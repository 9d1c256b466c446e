using System.Collections.Immutable;
using System.Globalization;
using Balie.Grains.Interfaces.Impact;
using Balie.Grains.Interfaces.Tenancy;

namespace Balie.Grains.Impact;

/// <summary>One visit that took place. <see cref="Month"/> is "yyyy-MM" of its closing on the municipality's wall clock.</summary>
public sealed record ImpactVisit(string Month, TimeSpan Turnaround, bool DoneInOneGo, decimal KilometresOneWay, decimal GramsCo2PerKilometre, int? Score)
{
    /// <summary>There and back.</summary>
    public decimal Kilometres => 2 * KilometresOneWay;

    public decimal KilogramsCo2 => Kilometres * GramsCo2PerKilometre / 1000;
}

/// <summary>Six figures from the visits of a period, each with its formula in words and filled in. Pure.</summary>
public static class ImpactFigures
{
    private static readonly CultureInfo Dutch = CultureInfo.GetCultureInfo("nl-BE");

    public static ImpactView Of(string from, string to, IReadOnlyList<ImpactVisit> visits, TenantSettings settings) => new()
    {
        From = from,
        To = to,
        Figures = [Visits(visits), OneGo(visits), Turnaround(visits), Kilometres(visits, settings), Co2(visits, settings), Satisfaction(visits)],
        Months = [.. visits.GroupBy(v => v.Month).OrderBy(m => m.Key, StringComparer.Ordinal).Select(m => Row(m.Key, [.. m]))],
    };

    /// <summary>Middle of the sorted values; mean of the middle two when their number is even.</summary>
    public static decimal? Median(IEnumerable<decimal> values)
    {
        var sorted = values.Order().ToList();
        if (sorted.Count == 0) return null;
        var half = sorted.Count / 2;
        return sorted.Count % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }

    private static ImpactFigure Visits(IReadOnlyList<ImpactVisit> visits) =>
        Figure("visits", "Gesprekken", visits.Count, "gesprekken", $"Aantal gesprekken dat begon en werd afgesloten = {visits.Count}", "Balie: afgesloten afspraken");

    private static ImpactFigure OneGo(IReadOnlyList<ImpactVisit> visits)
    {
        var done = visits.Count(v => v.DoneInOneGo);
        return Figure("one-go", "In één keer klaar", visits.Count == 0 ? null : Round(100m * done / visits.Count), "%",
            visits.Count == 0 ? "Gesprekken waarna niets meer nodig was ÷ alle gesprekken × 100" : $"Gesprekken waarna niets meer nodig was ÷ alle gesprekken × 100 = {done} ÷ {visits.Count} × 100",
            "Balie: wat de medewerker bij het afsluiten aanduidt");
    }

    private static ImpactFigure Turnaround(IReadOnlyList<ImpactVisit> visits) =>
        Figure("turnaround", "Van vraag tot klaar", Minutes(visits), "minuten",
            $"Middelste waarde van (moment van afsluiten − moment van boeken) over {visits.Count} gesprekken", "Balie: tijdstippen van boeken en afsluiten");

    private static ImpactFigure Kilometres(IReadOnlyList<ImpactVisit> visits, TenantSettings settings) =>
        Figure("kilometres", "Vermeden kilometers", Round(visits.Sum(v => v.Kilometres)), "km",
            $"Som van 2 × afstand van de postcode tot de balie = 2 × {Text(visits.Sum(v => v.KilometresOneWay))} km",
            $"Afstanden per postcode zoals {settings.View.Name} ze instelde; {Text(settings.DefaultKilometres)} km voor andere postcodes");

    private static ImpactFigure Co2(IReadOnlyList<ImpactVisit> visits, TenantSettings settings)
    {
        var factors = visits.Select(v => v.GramsCo2PerKilometre).DefaultIfEmpty(settings.GramsCo2PerKilometre).Distinct().Order().ToList();
        var grams = string.Join(" of ", factors.Select(Text));
        return Figure("co2", "Vermeden CO₂", Round(visits.Sum(v => v.KilogramsCo2)), "kg",
            $"Vermeden kilometers × gram CO₂ per kilometer ÷ 1000 = {Text(visits.Sum(v => v.Kilometres))} × {grams} ÷ 1000", settings.Co2Source);
    }

    private static ImpactFigure Satisfaction(IReadOnlyList<ImpactVisit> visits)
    {
        var scores = visits.Select(v => v.Score).OfType<int>().ToList();
        return Figure("satisfaction", "Tevredenheid", Mean(visits), "op 5",
            scores.Count == 0 ? "Som van de scores ÷ aantal scores" : $"Som van de scores ÷ aantal scores = {scores.Sum()} ÷ {scores.Count}", "Balie: de ene vraag na het gesprek");
    }

    private static ImpactRow Row(string month, IReadOnlyList<ImpactVisit> visits) => new()
    {
        Month = month,
        Visits = visits.Count,
        DoneInOneGo = visits.Count(v => v.DoneInOneGo),
        TurnaroundMinutes = Minutes(visits),
        Kilometres = Round(visits.Sum(v => v.Kilometres)),
        KilogramsCo2 = Round(visits.Sum(v => v.KilogramsCo2)),
        Satisfaction = Mean(visits),
    };

    private static decimal? Minutes(IEnumerable<ImpactVisit> visits) => Median(visits.Select(v => (decimal)v.Turnaround.TotalMinutes)) is { } minutes ? Round(minutes) : null;

    private static decimal? Mean(IEnumerable<ImpactVisit> visits)
    {
        var scores = visits.Select(v => v.Score).OfType<int>().ToList();
        return scores.Count == 0 ? null : Round((decimal)scores.Sum() / scores.Count);
    }

    private static decimal Round(decimal value) => Math.Round(value, 1, MidpointRounding.AwayFromZero);

    private static string Text(decimal value) => value.ToString("#,0.##", Dutch);

    private static ImpactFigure Figure(string code, string label, decimal? value, string unit, string formula, string source) =>
        new() { Code = code, Label = label, Value = value, Unit = unit, Formula = formula, Source = source };
}
