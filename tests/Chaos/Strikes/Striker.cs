using System.Diagnostics;
using Balie.Chaos.Play;
using Balie.Chaos.Topology;

namespace Balie.Chaos.Strikes;

/// <summary>One strike as it was done: when (since the start of the run), at what, how long the part was left down, how long until it served again.</summary>
public sealed record Strike(TimeSpan At, string Part, TimeSpan Down, TimeSpan? Back, string? Problem)
{
    public override string ToString() => $"{At.TotalSeconds,7:0.00} s  {Part,-12} down {Down.TotalSeconds:0.0} s  {(Problem is null ? $"back after {Back!.Value.TotalSeconds:0.0} s" : $"FAILED {Problem}")}";
}

/// <summary>
/// Strikes at random moments while visits run. Parts, waits and down times follow from the seed; at which step of a visit a strike falls is the
/// machine's timing and does not repeat.
/// </summary>
public sealed class Striker(ITopology topology, Func<IReadOnlyList<VisitPlay>> visits, int seed, IReadOnlyDictionary<string, int> weights)
{
    /// <summary>A browser of a visit is killed: its connection breaks off without a goodbye.</summary>
    public const string Browser = "browser";

    /// <summary>One in so many strikes falls on two parts at once.</summary>
    private const int OneInTwins = 6;
    private readonly Random _random = new(seed);
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly List<Strike> _strikes = [];

    public IReadOnlyList<Strike> Strikes => _strikes;

    /// <summary>Parts that were not running when their turn came (LibreOffice when nothing is converted): not counted as strikes.</summary>
    public int Missed { get; private set; }

    /// <summary>Strikes until there were enough, or until nobody plays any more.</summary>
    public async Task RunAsync(int most, Func<bool> over)
    {
        while (_strikes.Count < most && !over())
        {
            var (wait, down) = (TimeSpan.FromMilliseconds(_random.Next(300, 3000)), TimeSpan.FromMilliseconds(_random.Next(0, 2500)));
            var (name, which) = (Choose(), _random.Next());
            var twin = _random.Next(OneInTwins) == 0 ? Choose() : name;
            await Task.Delay(wait);
            if (over()) break;
            foreach (var strike in await Task.WhenAll(new[] { name, twin }.Distinct().Select(part => StrikeAsync(part, which, down)))) Note(strike);
        }
    }

    private void Note(Strike? strike)
    {
        if (strike is null)
        {
            Missed++;
            return;
        }

        _strikes.Add(strike);
        Console.WriteLine($"  {strike}");
    }

    private string Choose()
    {
        var turn = _random.Next(weights.Values.Sum());
        foreach (var (name, weight) in weights.OrderBy(w => w.Key, StringComparer.Ordinal))
        {
            if ((turn -= weight) < 0) return name;
        }

        throw new InvalidOperationException("The weights do not add up.");
    }

    private async Task<Strike?> StrikeAsync(string name, int which, TimeSpan down)
    {
        var at = _watch.Elapsed;
        if (name == Browser)
        {
            var playing = visits();
            return playing.Count > 0 && playing[which % playing.Count].BreakOff(which / playing.Count) ? new Strike(at, name, TimeSpan.Zero, TimeSpan.Zero, null) : null;
        }

        var part = topology.Parts.First(p => p.Name == name);
        if (!await topology.StrikeAsync(part)) return null;
        if (part.Heals) down = TimeSpan.Zero;
        try
        {
            var wrong = await topology.LookAsync(part);
            await Task.Delay(down);
            var since = _watch.Elapsed;
            await topology.ReviveAsync(part);
            return new Strike(at, name, down, _watch.Elapsed - since, wrong.Count == 0 ? null : string.Join("; ", wrong));
        }
        catch (Exception problem) when (problem is TimeoutException or InvalidOperationException)
        {
            return new Strike(at, name, down, null, problem.Message);
        }
    }
}
