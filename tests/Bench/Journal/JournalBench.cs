using System.Diagnostics;
using System.Security.Cryptography;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Platform;
using Microsoft.Extensions.Logging.Abstractions;

namespace Balie.Bench;

/// <summary>The journal itself: many rooms that each write one command after the other, against what pgbench does with the same rows.</summary>
internal sealed class JournalBench : IBench
{
    private const int MostTogether = 128;
    private const int Writers = 2;
    private static readonly TimeSpan Time = TimeSpan.FromSeconds(1);

    public string Name => "journal";

    public string About => "commands/s through the journal at 1, 32, 128 and 1,000 rooms, against pgbench with the same inserts";

    public async Task<IReadOnlyList<Row>> RunAsync(CancellationToken ct = default)
    {
        await using var database = await BenchDatabase.StartAsync(ct);
        await using var journal = new Grains.Platform.Journal(database.Source, await JournalClock.AlignAsync(database.Source, TimeProvider.System, ct), new OutboxSignal(), NullLogger<Grains.Platform.Journal>.Instance);
        var floor = new JournalFloor(new PgBench(database.ConnectionString));
        var rows = new List<Row>();
        foreach (var count in new[] { 1, 32, 128, 1000 })
        {
            var rooms = Enumerable.Range(0, count).Select(_ => new Room(journal)).ToList();
            var late = new List<double>();
            // The floor has as many commands on the way at a time as there are rooms, up to what the journal takes together.
            var connections = Math.Min(count, Writers);
            var together = Math.Min(count / connections, MostTogether);
            var conditions = Conditions(connections);
            var batched = await Figures.InTurnsAsync(() => OursAsync(rooms, late, ct), () => floor.RunAsync(together, connections, Time, ct));
            rows.Add(Row.Against($"journal {count} rooms", "commands/s", batched, together == 1 ? "pgbench, one a transaction" : $"pgbench, {together} a transaction", Target.AtLeast(0.8), conditions, Reason(count)));
            rows.Add(Row.Budget($"journal {count} rooms p99", "ms", late, Target.Stated, "p99 of the time from asking to the answer after the commit, same runs"));
            if (count != 128) continue;
            var alone = await Figures.InTurnsAsync(() => OursAsync(rooms, [], ct), () => floor.RunAsync(1, connections, Time, ct));
            rows.Add(Row.Against($"journal {count} rooms, unbatched floor", "commands/s", alone, "pgbench, one a transaction", Target.AtLeast(3), conditions));
            var crowd = await Figures.InTurnsAsync(() => OursAsync(rooms, [], ct), () => floor.RunAsync(1, 40, Time, ct));
            rows.Add(Row.Against($"journal {count} rooms, many connections", "commands/s", crowd, "pgbench, one a transaction on 40 connections", Target.Stated, conditions));
        }

        return rows;
    }

    private static string Reason(int rooms) => rooms < 128
        ? "with few rooms the wait for the disk is most of the time, and every command also passes from the room to the writer and back between two threads"
        : "both sides share the machine's cores with the database; ours also chains hashes and answers every room by itself";

    private static string Conditions(int connections) =>
        $"each room writes its next command after the answer to the last; both sides: one command row and one event row of {JournalFloor.Payload.Length} characters, {connections} connection(s), fsync on, synchronous_commit on; {Time.TotalSeconds:0} s a run, {Figures.Runs} runs in turns";

    /// <summary>All rooms write for a while; commands a second. Adds the p99 in milliseconds.</summary>
    private static async Task<double> OursAsync(List<Room> rooms, List<double> late, CancellationToken ct)
    {
        var times = rooms.Select(_ => new List<double>()).ToList();
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(rooms.Select((room, i) => Task.Run(() => room.WriteUntilAsync(clock, Time, times[i], ct), ct)));
        var seconds = clock.Elapsed.TotalSeconds;
        late.Add(Figures.Percentile([.. times.SelectMany(t => t)], 0.99));
        return times.Sum(t => t.Count) / seconds;
    }

    private sealed class Room(IJournal journal)
    {
        private static readonly byte[] Hash = SHA256.HashData("x"u8);
        private readonly string _stream = $"bench/{Guid.NewGuid():N}";
        private long _version;

        public async Task WriteUntilAsync(Stopwatch clock, TimeSpan end, List<double> times, CancellationToken ct)
        {
            while (clock.Elapsed < end)
            {
                var asked = clock.Elapsed;
                var write = new JournalWrite { Tenant = "ours", CommandId = Guid.NewGuid(), Actor = "staff:an.peeters", PayloadHash = Hash, At = journal.Now };
                write.Appends.Add(new PendingAppend { Stream = _stream, ExpectedVersion = _version, Events = [new PendingEvent("bench.noted.v1", JournalFloor.Payload)] });
                await journal.AppendAsync(write, ct);
                _version++;
                times.Add((clock.Elapsed - asked).TotalMilliseconds);
            }
        }
    }
}
