using System.Globalization;

namespace Balie.Bench;

/// <summary>What Balie itself takes of a core while one call runs, against Janus, which carries it.</summary>
internal sealed class CpuBench : IBench
{
    /// <summary>Whole rounds of everything that Balie does at intervals: the longest of them is ten seconds.</summary>
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    /// <summary>How long the first call lasts, and how long nobody is there after it.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The runtime compiles a method anew in the background once it has run thirty times, twice over, and most of what Balie does it does once a second or less: four minutes after a
    /// start that still took as much of the processor as Balie itself. A process of days has it behind it. Here it comes at the second time, and without the profile that would make it better still.
    /// </summary>
    private static readonly Dictionary<string, string> AsAfterDays = new() { ["DOTNET_TC_CallCountThreshold"] = "2", ["DOTNET_TieredPGO"] = "0" };

    public string Name => "cpu";

    public string About => "CPU of Balie for one running call, against the CPU of Janus for it";

    public async Task<IReadOnlyList<Row>> RunAsync(CancellationToken ct = default)
    {
        await using var stage = await MediaStage.StartAsync(ct);
        await using var town = await BalieTown.StartAsync(stage, ct, AsAfterDays);
        await using var bare = await BareSilo.StartAsync(AsAfterDays, ct);
        await using (var first = await town.PrepareAsync(ct))
        {
            await first.LetInAsync(ct);
            await Task.Delay(Settling, ct);
        }

        await Task.Delay(Settling, ct);
        var idle = await WatchAsync(town, bare, Figures.Runs, ct);
        List<Used> busy;
        await using (var call = await town.PrepareAsync(ct))
        {
            await call.LetInAsync(ct);
            await Task.Delay(Window, ct);
            busy = await WatchAsync(town, bare, Figures.Runs, ct);
        }

        await Task.Delay(Window, ct);
        return Rows([.. idle, .. await WatchAsync(town, bare, Figures.Runs, ct)], busy);
    }

    private static async Task<List<Used>> WatchAsync(BalieTown town, BareSilo bare, int runs, CancellationToken ct)
    {
        var seen = new List<Used>();
        for (var run = 0; run < runs; run++) seen.Add(await WatchAsync(town, bare, ct));
        return seen;
    }

    private static IReadOnlyList<Row> Rows(List<Used> idle, List<Used> busy)
    {
        var still = Figures.Median([.. idle.Select(used => used.Balie)]);
        var conditions = $"one call of two Chromium (640x360 at 24/s, VP8 and Opus), published output, one process; user and system time of the process over {Window.TotalSeconds:0} s, {Figures.Runs} times, both in the same windows, without PostgreSQL; methods are compiled for good at their second call and without a profile ({string.Join(", ", AsAfterDays.Select(set => $"{set.Key}={set.Value}"))}), to stand for a process of days: one that has just started takes more";
        var told = string.Create(CultureInfo.InvariantCulture, $"with nobody there Balie takes {still:0.00} % of a core: Orleans, Kestrel and the rounds it makes (a bare silo takes {Figures.Median([.. idle.Select(used => used.Bare)]):0.00} %); the call itself adds {Figures.Median([.. busy.Select(used => used.Balie)]) - still:0.00} %");
        IReadOnlyList<double> janus = [.. busy.Select(used => used.Janus)];
        return
        [
            Row.Against("CPU while one call runs", "% of a core", new Pairs([.. busy.Select(used => used.Balie)], janus), "Janus", Target.AtMost(0.1), $"{conditions}; everything that Balie does in that time", told),
            Row.Against("CPU that one call adds", "% of a core", new Pairs([.. busy.Select(used => used.Balie - still)], janus), "Janus", Target.AtMost(0.1), $"{conditions}; less what Balie takes when nobody is there (median of {2 * Figures.Runs} such windows, before and after)"),
            Row.Against("CPU of Balie with nobody there", "% of a core", new Pairs([.. idle.Select(used => used.Balie)], [.. idle.Select(used => used.Bare)]), "a bare silo", Target.Stated, $"the same process before and after the call, {Window.TotalSeconds:0} s each; the bare silo is a process with Orleans and Kestrel that nobody asks anything, with the same settings of the runtime, in the same windows"),
            Row.Budget("CPU of PostgreSQL while one call runs", "% of a core", [.. busy.Select(used => used.Postgres)], Target.Stated, "Balie's own PostgreSQL with all its processes, in the same windows"),
        ];
    }

    private static async Task<Used> WatchAsync(BalieTown town, BareSilo bare, CancellationToken ct)
    {
        var (balie, janus, postgres) = (town.Balie.Pid, town.JanusPid, town.PostgresPid);
        var before = (Balie: CpuClock.Of(balie), Bare: CpuClock.Of(bare.Pid), Janus: CpuClock.Of(janus), Postgres: CpuClock.OfFamily(postgres));
        var clock = System.Diagnostics.Stopwatch.StartNew();
        await Task.Delay(Window, ct);
        var part = 100 / clock.Elapsed.TotalSeconds;
        return new((CpuClock.Of(balie) - before.Balie) * part, (CpuClock.Of(bare.Pid) - before.Bare) * part, (CpuClock.Of(janus) - before.Janus) * part, (CpuClock.OfFamily(postgres) - before.Postgres) * part);
    }

    /// <summary>Percent of a core.</summary>
    private sealed record Used(double Balie, double Bare, double Janus, double Postgres);
}
