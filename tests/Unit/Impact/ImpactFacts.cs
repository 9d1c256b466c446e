using Balie.Grains.Impact;
using Balie.Grains.Interfaces.Impact;
using Balie.Unit.Tests.Booking;

namespace Balie.Unit.Tests.Impact;

public sealed class ImpactFacts
{
    private static readonly ImpactVisit[] Visits =
    [
        new("2026-10", TimeSpan.FromMinutes(100), true, 3, 150, 5),
        new("2026-11", TimeSpan.FromMinutes(300), false, 6.5m, 150, null),
        new("2026-11", TimeSpan.FromMinutes(200), true, 5, 150, 4),
    ];

    [Fact]
    public void Six_figures_with_their_formula_filled_in()
    {
        var figures = Of(Visits).Figures.ToDictionary(f => f.Code);

        figures["visits"].Value.ShouldBe(3);
        figures["one-go"].Value.ShouldBe(66.7m);
        figures["one-go"].Formula.ShouldEndWith("2 ÷ 3 × 100");
        figures["turnaround"].Value.ShouldBe(200);
        figures["kilometres"].Value.ShouldBe(29);
        figures["kilometres"].Formula.ShouldEndWith("2 × 14,5 km");
        figures["co2"].Value.ShouldBe(4.4m);
        figures["co2"].Formula.ShouldEndWith("29 × 150 ÷ 1000");
        figures["satisfaction"].Value.ShouldBe(4.5m);
    }

    [Fact]
    public void Nothing_to_measure_is_not_zero()
    {
        var figures = Of([]).Figures.ToDictionary(f => f.Code);

        figures["visits"].Value.ShouldBe(0);
        foreach (var code in new[] { "one-go", "turnaround", "satisfaction" }) figures[code].Value.ShouldBeNull();
    }

    [Fact]
    public void A_row_a_month_newest_last()
    {
        var months = Of(Visits).Months;

        months.Select(m => (m.Month, m.Visits, m.DoneInOneGo, m.Kilometres)).ShouldBe([("2026-10", 1, 1, 6m), ("2026-11", 2, 1, 23m)]);
        months[1].TurnaroundMinutes.ShouldBe(250);
    }

    private static ImpactView Of(IReadOnlyList<ImpactVisit> visits) =>
        ImpactFigures.Of("2026-10-01", "2026-11-30", visits, SlotFacts.Settings() with { GramsCo2PerKilometre = 150, Co2Source = "bron" });
}
