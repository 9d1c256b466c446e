using System.Text.Json;
using Balie.Grains.Interfaces.Booking;
using Balie.Grains.Interfaces.Calls;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Platform;
using Balie.Grains.Platform.Keys;
using Microsoft.Extensions.DependencyInjection;

namespace Balie.Bench;

/// <summary>What an idle open call room keeps in memory, beyond what Orleans keeps for any grain.</summary>
internal sealed class MemoryBench : IBench
{
    private const int Rooms = 3000;

    public string Name => "memory";

    public string About => "managed memory of an idle open call room beyond a bare activation";

    public async Task<IReadOnlyList<Row>> RunAsync(CancellationToken ct = default)
    {
        await using var database = await BenchDatabase.StartAsync(ct);
        await using var silo = await BenchSilo.StartAsync(database, s => s.Services.AddSingleton(new EventAssembly(typeof(Noted).Assembly)), ct);
        BenchSilo.Be(BenchSilo.Officer());
        for (var run = 0; run <= Figures.Runs; run++) await FillAsync(silo, run, ct);
        var extra = new List<double>();
        var (bare, whole) = (0.0, 0.0);
        for (var run = 0; run <= Figures.Runs; run++)
        {
            bare = await GrowthAsync(i => silo.Grain<IBareGrain>($"b{run}-{i}").Touch(ct));
            whole = await GrowthAsync(i => silo.Grain<ICallRoomGrain>(Visit(run, i)).View(ct));
            if (run > 0) extra.Add((whole - bare) / 1024);
        }

        return
        [
            Row.Budget("memory of an idle open room", "KB", extra, Target.AtMost(8),
                $"growth of the managed heap after a full collection, {Rooms} call rooms with a citizen waiting and an officer in (three events each), no viewers, minus {Rooms} grains without state; {Figures.Runs} runs; last run {whole / 1024:0.0} KB against {bare / 1024:0.0} KB",
                "what the room keeps while nobody speaks"),
        ];
    }

    /// <summary>The rooms' past, straight into the journal.</summary>
    private static async Task FillAsync(BenchSilo silo, int run, CancellationToken ct)
    {
        var (keys, events) = (silo.Services.GetRequiredService<IKeyRing>(), silo.Services.GetRequiredService<EventSerializer>());
        await Parallel.ForEachAsync(Enumerable.Range(0, Rooms), new ParallelOptions { MaxDegreeOfParallelism = 32, CancellationToken = ct }, async (i, token) =>
        {
            var key = await keys.DossierKeyAsync(BenchSilo.Tenant, Visit(run, i), token);
            var write = new JournalWrite { Tenant = BenchSilo.Tenant, CommandId = Guid.NewGuid(), Actor = "system:bench", PayloadHash = [1], At = silo.Journal.Now };
            IDomainEvent[] past =
            [
                new ParticipantWaiting { Participant = "p1", Role = ParticipantRole.Citizen, Name = "Gerrit Maes", Session = Guid.NewGuid().ToString("N"), Camera = true, Microphone = true },
                new OfficerJoined { Staff = "an.peeters", Name = "An Peeters", Session = Guid.NewGuid().ToString("N"), Camera = true, Microphone = true },
                new PresenceChanged("an.peeters", true, false, false),
            ];
            write.Appends.Add(new PendingAppend { Stream = $"call/{Visit(run, i)}", ExpectedVersion = 0, Events = [.. past.Select(e => events.Serialize(e, key))] });
            await silo.Journal.AppendAsync(write, token);
        });
    }

    private static string Visit(int run, int number) => $"v{run}-{number}";

    /// <summary>Bytes of managed memory that one activation adds.</summary>
    private static async Task<double> GrowthAsync(Func<int, Task> activate)
    {
        var before = Heap();
        for (var i = 0; i < Rooms; i += 100) await Task.WhenAll(Enumerable.Range(i, 100).Select(activate));
        return (double)(Heap() - before) / Rooms;
    }

    private static long Heap()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: true);
        return GC.GetTotalMemory(forceFullCollection: false);
    }
}
