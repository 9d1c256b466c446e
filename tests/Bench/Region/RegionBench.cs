using System.Collections.Concurrent;
using System.Diagnostics;
using Balie.Grains.Interfaces.Booking;
using Balie.Grains.Interfaces.Calls;
using Balie.Grains.Interfaces.Documents;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Platform.Blobs;
using Balie.Grains.Platform.Keys;
using Microsoft.Extensions.DependencyInjection;

namespace Balie.Bench;

/// <summary>
/// A working day of a whole region in one process: every municipality books its visits and holds them, eight hours in forty seconds. No browsers and no
/// media: rooms, agendas, events and the database.
/// </summary>
internal sealed class RegionBench : IBench
{
    private const int Municipalities = 300;
    private const int Staff = 3;
    private const int VisitsEach = 8;
    private const int SavesAVisit = 8;
    private static readonly TimeSpan Day = TimeSpan.FromSeconds(40);

    /// <summary>Half an hour of the eight.</summary>
    private static readonly TimeSpan Talk = Day / 16;

    private readonly ConcurrentQueue<double> _late = new();
    private int _open;
    private int _peak;
    private int _taken;

    public string Name => "region";

    public string About => "a working day of 300 municipalities in one process, compressed in time";

    public async Task<IReadOnlyList<Row>> RunAsync(CancellationToken ct = default)
    {
        var blobs = Directory.CreateTempSubdirectory("balie-region-").FullName;
        try
        {
            await using var database = await BenchDatabase.StartAsync(ct);
            await using var silo = await BenchSilo.StartAsync(database, s => s.Services.AddSingleton<IBlobStore>(p => new FileBlobStore(blobs, p.GetRequiredService<IKeyRing>(), TimeProvider.System)), ct);
            var towns = Enumerable.Range(0, Municipalities).Select(i => $"gemeente-{i:000}").ToList();
            foreach (var some in towns.Chunk(20)) await Task.WhenAll(some.Select(town => Task.Run(() => Town.SetUpAsync(silo, Town.Of(Staff, town), ct), ct)));
            return await LiveAsync(silo, towns, ct);
        }
        finally
        {
            Directory.Delete(blobs, recursive: true);
        }
    }

    private async Task<IReadOnlyList<Row>> LiveAsync(BenchSilo silo, List<string> towns, CancellationToken ct)
    {
        var (memory, clock) = (0L, Stopwatch.StartNew());
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var watch = WatchAsync(bytes => memory = Math.Max(memory, bytes), over.Token);
        await Task.WhenAll(towns.SelectMany((town, t) => Enumerable.Range(0, VisitsEach).Select(v => Task.Run(() => VisitAsync(silo, town, t, v, clock, ct), ct))));
        var took = clock.Elapsed;
        await over.CancelAsync();
        await watch;
        var events = await silo.Database.ScalarAsync<long>("select count(*) from journal_event", ct);
        var conditions = $"{Municipalities} municipalities of {Staff} staff, {VisitsEach} visits each, each visit: search, hold, book, call and dossier opened, {SavesAVisit} saved sections in half an hour; eight hours in {Day.TotalSeconds:0} s ({took.TotalSeconds:0} s it took), one process, PostgreSQL with fsync; no browsers, no media";
        return
        [
            Row.Budget("region, peak of visits under way", "visits", [_peak], Target.Stated, conditions),
            Row.Budget("region, events", "events/s", [events / took.TotalSeconds], Target.Stated, conditions),
            Row.Budget("region, memory of the process", "MB", [memory / 1048576.0], Target.Stated, conditions),
            Row.Budget("region, command p99", "ms", [Figures.Percentile([.. _late], 0.99)], Target.Stated, $"{conditions}; {_late.Count} calls; {_taken} times a moment was just taken"),
        ];
    }

    private static async Task WatchAsync(Action<long> seen, CancellationToken ct)
    {
        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(500));
        try
        {
            while (await look.WaitForNextTickAsync(ct)) seen(Environment.WorkingSet);
        }
        catch (OperationCanceledException)
        {
            // The day is over.
        }
    }

    private async Task VisitAsync(BenchSilo silo, string town, int number, int visit, Stopwatch clock, CancellationToken ct)
    {
        // Visits begin spread over the day; those of one municipality do not begin together.
        var begin = (Day - Talk) * (((visit * Municipalities) + number) / (double)(VisitsEach * Municipalities));
        await Task.Delay(begin, ct);
        Peak(Interlocked.Increment(ref _open));
        BenchSilo.Be(Caller.Visitor(town));
        var id = await BookAsync(silo, town, visit, ct);
        BenchSilo.Be(BenchSilo.Officer(town));
        await TimedAsync(() => silo.Grain<ICallRoomGrain>(id, town).View(ct));
        for (var save = 0; save < SavesAVisit; save++)
        {
            await TimedAsync(() => silo.Grain<IDossierGrain>(id, town).SaveSection(new SaveSection { CommandId = Guid.NewGuid(), Section = "feiten", Text = $"De burger vertelt, deel {save}.", BasedOn = save, CallSecond = save }, ct));
            await Task.Delay(Talk / SavesAVisit, ct);
        }

        Interlocked.Decrement(ref _open);
    }

    private async Task<string> BookAsync(BenchSilo silo, string town, int visit, CancellationToken ct)
    {
        var finder = silo.Grain<ISlotFinderGrain>("slots", town);
        while (true)
        {
            var offer = await TimedAsync(() => finder.Find(new SlotQuery { Product = Town.Product, Days = 4 }, ct));
            var moments = offer.Days.SelectMany(d => d.Slots).ToList();
            var start = moments[visit * 4 % moments.Count].Start;
            try
            {
                var hold = await TimedAsync(() => finder.Hold(new HoldSlot { CommandId = Guid.NewGuid(), Product = Town.Product, Start = start }, ct));
                var id = hold.Hold[(hold.Hold.IndexOf('.') + 1)..];
                await TimedAsync(() => silo.Grain<IAppointmentGrain>(id, town).Book(
                    new BookAppointment { CommandId = Guid.NewGuid(), Hold = hold.Hold, Name = "Gerrit Maes", Email = "gerrit@voorbeeld.example", Language = "nl", PostalCode = "2990", BaseAddress = "https://balie.example" }, ct));
                return id;
            }
            catch (BalieException taken) when (taken.Error.Code == "slot.taken")
            {
                Interlocked.Increment(ref _taken);
            }
        }
    }

    private async Task<T> TimedAsync<T>(Func<Task<T>> call)
    {
        var asked = Stopwatch.GetTimestamp();
        var answer = await call();
        _late.Enqueue(Stopwatch.GetElapsedTime(asked).TotalMilliseconds);
        return answer;
    }

    private void Peak(int open)
    {
        for (var peak = _peak; open > peak; peak = _peak)
        {
            if (Interlocked.CompareExchange(ref _peak, open, peak) == peak) return;
        }
    }
}
