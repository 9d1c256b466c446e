using System.Globalization;
using System.Text.Json.Serialization;

namespace Balie.Bench;

/// <summary>
/// One figure. With a floor it is judged by <see cref="Ratio"/> (value / floor, both taken in turns in the same run); without one it is a budget and judged
/// by the value itself, which depends on the machine.
/// </summary>
public sealed record Row
{
    public required string Name { get; init; }

    public required double Value { get; init; }

    public required string Unit { get; init; }

    public double? Floor { get; init; }

    public string? FloorName { get; init; }

    public double? Ratio { get; init; }

    /// <summary>As text: <c>&lt;= 1.15</c>, <c>&gt;= 0.8</c>, or <c>stated</c> where a figure is only told.</summary>
    public required string Target { get; init; }

    public required bool Met { get; init; }

    /// <summary>Metric, concurrency, payload and durability on both sides.</summary>
    public required string Conditions { get; init; }

    /// <summary>Why a row misses; null when it meets its target.</summary>
    public string? Reason { get; init; }

    /// <summary>Every run's value, in order.</summary>
    public IReadOnlyList<double> Runs { get; init; } = [];

    public IReadOnlyList<double>? FloorRuns { get; init; }

    [JsonIgnore]
    public string Judged => Ratio is { } ratio ? ratio.ToString("0.00", CultureInfo.InvariantCulture) : "";

    /// <summary>A row against a floor; the medians are compared.</summary>
    /// <param name="reason">Said when the target is missed.</param>
    public static Row Against(string name, string unit, Pairs pairs, string floorName, Target target, string conditions, string? reason = null)
    {
        var (value, floor) = (Figures.Median(pairs.Ours), Figures.Median(pairs.Floor));
        var ratio = value / floor;
        return new Row
        {
            Name = name,
            Value = Round(value),
            Unit = unit,
            Floor = Round(floor),
            FloorName = floorName,
            Ratio = Math.Round(ratio, 3),
            Target = target.ToString(),
            Met = target.IsMetBy(ratio),
            Conditions = conditions,
            Reason = target.IsMetBy(ratio) ? null : reason,
            Runs = [.. pairs.Ours.Select(Round)],
            FloorRuns = [.. pairs.Floor.Select(Round)],
        };
    }

    /// <summary>A budget: the median of the runs is judged.</summary>
    public static Row Budget(string name, string unit, IReadOnlyList<double> runs, Target target, string conditions, string? reason = null)
    {
        var value = Figures.Median(runs);
        return new Row
        {
            Name = name,
            Value = Round(value),
            Unit = unit,
            Target = target.ToString(),
            Met = target.IsMetBy(value),
            Conditions = conditions,
            Reason = target.IsMetBy(value) ? null : reason,
            Runs = [.. runs.Select(Round)],
        };
    }

    private static double Round(double value) => Math.Abs(value) >= 100 ? Math.Round(value) : Math.Round(value, 3);
}

/// <summary>What a figure should be.</summary>
public readonly record struct Target
{
    private readonly string _sign;
    private readonly double _limit;

    private Target(string sign, double limit) => (_sign, _limit) = (sign, limit);

    /// <summary>No target: the figure is told.</summary>
    public static Target Stated { get; } = new("stated", 0);

    public static Target AtLeast(double limit) => new(">=", limit);

    public static Target AtMost(double limit) => new("<=", limit);

    public bool IsMetBy(double value) => _sign switch
    {
        ">=" => value >= _limit,
        "<=" => value <= _limit,
        _ => true,
    };

    public override string ToString() => _sign == "stated" ? _sign : string.Create(CultureInfo.InvariantCulture, $"{_sign} {_limit:0.####}");
}
