using System.Globalization;

namespace Balie.Chaos;

/// <summary>How a run was asked for.</summary>
/// <param name="Visits">Played at the same time.</param>
/// <param name="Strikes">At most; a run ends when all visits are over.</param>
/// <param name="Parts">What is struck; empty: everything the topology has, and browsers.</param>
/// <param name="Roll">Replaces every part in turn while the visits run, instead of striking (topology B).</param>
/// <param name="Keep">Leaves the data folder for a look.</param>
public sealed record ChaosOptions(int Visits, int Seed, int Strikes, string Topology, IReadOnlyList<string> Parts, bool Keep, bool Roll = false)
{
    private const string Usage = """
        tests/chaos [--visits N] [--seed S] [--strikes N] [--topology A|B] [--parts balie,postgres,...] [--roll] [--keep]
        """;

    /// <summary>Null when it was asked wrongly; the usage was printed.</summary>
    public static ChaosOptions? Read(string[] args)
    {
        var options = new ChaosOptions(6, Random.Shared.Next(1, 1_000_000), 12, "A", [], false);
        for (var i = 0; i < args.Length; i++)
        {
            var value = args[i] is "--keep" or "--roll" ? "" : i + 1 < args.Length ? args[++i] : "";
            var read = args[i - (value.Length > 0 ? 1 : 0)] switch
            {
                "--visits" when Number(value) is { } visits => options with { Visits = visits },
                "--seed" when Number(value) is { } seed => options with { Seed = seed },
                "--strikes" when Number(value) is { } strikes => options with { Strikes = strikes },
                "--topology" when value is "A" or "B" => options with { Topology = value },
                "--parts" when value.Length > 0 => options with { Parts = value.Split(',') },
                "--keep" => options with { Keep = true },
                "--roll" => options with { Roll = true },
                _ => null,
            };
            if (read is null)
            {
                Console.Error.WriteLine(Usage);
                return null;
            }

            options = read;
        }

        return options;
    }

    private static int? Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
