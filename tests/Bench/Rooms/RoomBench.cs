using System.Diagnostics;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Platform;
using Microsoft.Extensions.DependencyInjection;

namespace Balie.Bench;

/// <summary>The same as the journal's bench through whole rooms: grain call, fingerprint, sealing, decision, append, apply, telling viewers.</summary>
internal sealed class RoomBench : IBench
{
    private const int Writers = 2;
    private const int MostTogether = 128;
    private static readonly TimeSpan Time = TimeSpan.FromSeconds(1);
    private static readonly string Text = new('x', 200);

    public string Name => "room";

    public string About => "commands/s through whole rooms on a silo at 1, 32, 128 and 1,000 rooms, against pgbench with the same inserts";

    public async Task<IReadOnlyList<Row>> RunAsync(CancellationToken ct = default)
    {
        await using var database = await BenchDatabase.StartAsync(ct);
        await using var silo = await BenchSilo.StartAsync(database, s => s.Services.AddSingleton(new EventAssembly(typeof(Noted).Assembly)), ct);
        var floor = new JournalFloor(new PgBench(database.ConnectionString));
        BenchSilo.Be(BenchSilo.Officer());
        var rows = new List<Row>();
        foreach (var count in new[] { 1, 32, 128, 1000 })
        {
            var rooms = Enumerable.Range(0, count).Select(i => silo.Grain<INoteGrain>($"n{count}-{i}")).ToList();
            var late = new List<double>();
            var connections = Math.Min(count, Writers);
            var together = Math.Min(count / connections, MostTogether);
            var pairs = await Figures.InTurnsAsync(() => OursAsync(rooms, late, ct), () => floor.RunAsync(together, connections, Time, ct));
            rows.Add(Row.Against($"room {count} rooms", "commands/s", pairs, $"pgbench, {together} a transaction", Target.Stated, Conditions(connections)));
            rows.Add(Row.Budget($"room {count} rooms p99", "ms", late, Target.Stated, "p99 of the time from the grain call to its answer after the commit, same runs"));
            if (count != 128) continue;
            var alone = await Figures.InTurnsAsync(() => OursAsync(rooms, [], ct), () => floor.RunAsync(1, connections, Time, ct));
            rows.Add(Row.Against($"room {count} rooms, unbatched floor", "commands/s", alone, "pgbench, one a transaction", Target.AtLeast(3), Conditions(connections),
                "the grain's own work (call, fingerprint, sealing) shares the cores with the database"));
        }

        return rows;
    }

    private static string Conditions(int connections) =>
        $"each room is asked its next command after the answer to the last; ours: {Text.Length} characters of personal text sealed under a key a room; both sides: one command row and one event row of about 330 characters, {connections} connection(s), fsync on; {Time.TotalSeconds:0} s a run, {Figures.Runs} runs in turns";

    private static async Task<double> OursAsync(List<INoteGrain> rooms, List<double> late, CancellationToken ct)
    {
        var times = rooms.Select(_ => new List<double>()).ToList();
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(rooms.Select((room, i) => Task.Run(() => WriteAsync(room, clock, times[i], ct), ct)));
        var seconds = clock.Elapsed.TotalSeconds;
        late.Add(Figures.Percentile([.. times.SelectMany(t => t)], 0.99));
        return times.Sum(t => t.Count) / seconds;
    }

    private static async Task WriteAsync(INoteGrain room, Stopwatch clock, List<double> times, CancellationToken ct)
    {
        while (clock.Elapsed < Time)
        {
            var asked = clock.Elapsed;
            await room.Note(new WriteNote { CommandId = Guid.NewGuid(), Text = Text }, ct);
            times.Add((clock.Elapsed - asked).TotalMilliseconds);
        }
    }
}
