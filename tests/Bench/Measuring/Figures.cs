namespace Balie.Bench;

/// <summary>Runs of two sides, taken in turns.</summary>
public sealed record Pairs(IReadOnlyList<double> Ours, IReadOnlyList<double> Floor);

public static class Figures
{
    /// <summary>Runs of each side in a row.</summary>
    public const int Runs = 5;

    /// <summary>
    /// Runs both sides in turns, <see cref="Runs"/> times each after one run each that does not count. Who goes first changes every time, so that neither
    /// always meets the machine as the other left it.
    /// </summary>
    public static async Task<Pairs> InTurnsAsync(Func<Task<double>> ours, Func<Task<double>> floor, int runs = Runs, bool warmUp = true)
    {
        var (mine, theirs) = await InTurnsAsync<double>(ours, floor, runs, warmUp);
        return new Pairs(mine, theirs);
    }

    /// <summary>As above, where a run gives more than one figure.</summary>
    public static async Task<(List<T> Ours, List<T> Floor)> InTurnsAsync<T>(Func<Task<T>> ours, Func<Task<T>> floor, int runs = Runs, bool warmUp = true)
    {
        if (warmUp)
        {
            await ours();
            await floor();
        }

        var (mine, theirs) = (new List<T>(runs), new List<T>(runs));
        for (var i = 0; i < runs; i++)
        {
            if (i % 2 == 0) mine.Add(await ours());
            theirs.Add(await floor());
            if (i % 2 == 1) mine.Add(await ours());
        }

        return (mine, theirs);
    }

    public static double Median(IReadOnlyCollection<double> values) => Percentile(values, 0.5);

    /// <summary>By nearest rank, except the median of an even number, which lies halfway.</summary>
    public static double Percentile(IReadOnlyCollection<double> values, double part)
    {
        if (values.Count == 0) throw new ArgumentException("There are no values.", nameof(values));
        var sorted = values.Order().ToArray();
        if (part == 0.5 && sorted.Length % 2 == 0) return (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
        return sorted[Math.Clamp((int)Math.Ceiling(part * sorted.Length) - 1, 0, sorted.Length - 1)];
    }
}
