using System.Diagnostics;
using Balie.Grains.Interfaces.Booking;
using Balie.Grains.Interfaces.Platform;
using Npgsql;

namespace Balie.Bench;

/// <summary>A hundred people who want the same ten moments, through Balie and straight into the constrained table.</summary>
internal sealed class BookingBench : IBench
{
    private const int Clients = 100;
    private const int Slots = 10;
    private const int RoundsARun = 8;

    public string Name => "booking";

    public string About => "contended bookings/s, 100 clients for 10 moments, against the bare constrained insert; doubles";

    public async Task<IReadOnlyList<Row>> RunAsync(CancellationToken ct = default)
    {
        await using var database = await BenchDatabase.StartAsync(ct);
        await using var silo = await BenchSilo.StartAsync(database, ct: ct);
        var rounds = (Figures.Runs + 1) * RoundsARun;
        // One person a day takes all ten moments; each round is for another day, so that rounds do not meet.
        await Town.SetUpAsync(silo, Town.Of(1), ct);
        var towns = new List<string>();
        for (var i = 0; i * Days < rounds; i++)
        {
            await Town.SetUpAsync(silo, Town.Of(1, $"stad-{i}"), ct);
            towns.Add($"stad-{i}");
        }

        using var one = new SemaphoreSlim(1, 1);
        var (ours, bare) = (0, 0);
        await database.ExecuteAsync("create table bare_claim (like slot_claim including all)", ct);
        await database.ExecuteAsync("alter table bare_claim add constraint bare_claim_once exclude using gist (tenant with =, staff with =, period with &&)", ct);
        var pairs = await Figures.InTurnsAsync(
            async () => await RunAsync(Enumerable.Range(0, RoundsARun).Select(_ => OursAsync(silo, towns[ours / Days], Day(ours++ % Days), ct))),
            async () => await RunAsync(Enumerable.Range(0, RoundsARun).Select(_ => BareAsync(database, one, $"stad-{bare / Days}", Day(bare++ % Days), ct))));
        var doubles = await database.ScalarAsync<long>("select count(*) from slot_claim a join slot_claim b on a.tenant = b.tenant and a.staff = b.staff and a.visit < b.visit and a.period && b.period", ct);
        var booked = await database.ScalarAsync<long>("select count(*) from slot_claim", ct);
        return
        [
            Row.Against("contended bookings", "bookings/s", pairs, "bare insert under the same constraint", Target.AtLeast(0.8),
                $"{Clients} clients at once, ten for each of {Slots} moments of one person; 90 are refused; ours: hold by grain call, events, command and claim in one commit; floor: one insert a client on one connection, which is its fastest (on more, inserts of one moment wait for each other until the database finds the deadlock after a second); both fsync on; {RoundsARun} rounds a run, {Figures.Runs} runs in turns",
                "every client's question also passes two grains, and each booking writes two rows and a change more than the bare insert"),
            Row.Budget("double bookings", "bookings", [doubles], Target.AtMost(0), $"{booked} holds made by {rounds} rounds of {Clients} clients; overlapping claims of one person"),
        ];
    }

    private const int Days = 50;

    private static DateTimeOffset Day(int number) => new(DateOnly.FromDateTime(DateTime.UtcNow).AddDays(number + 2), new TimeOnly(10, 0), TimeSpan.Zero);

    /// <summary>Rounds one after the other; moments taken a second.</summary>
    private static async Task<double> RunAsync(IEnumerable<Task<(int Taken, TimeSpan Took)>> rounds)
    {
        var (taken, took) = (0, TimeSpan.Zero);
        foreach (var round in rounds)
        {
            var one = await round;
            if (one.Taken != Slots) throw new InvalidOperationException($"{one.Taken} moments were taken instead of {Slots}.");
            (taken, took) = (taken + one.Taken, took + one.Took);
        }

        return taken / took.TotalSeconds;
    }

    private static Task<(int Taken, TimeSpan Took)> OursAsync(BenchSilo silo, string town, DateTimeOffset day, CancellationToken ct)
    {
        BenchSilo.Be(Caller.Visitor(town));
        return RoundAsync(async client =>
        {
            try
            {
                var hold = new HoldSlot { CommandId = Guid.NewGuid(), Product = Town.Product, Start = day.AddMinutes(client % Slots * Town.Minutes) };
                await silo.Grain<ISlotFinderGrain>("slots", town).Hold(hold, ct);
                return true;
            }
            catch (BalieException refusal) when (refusal.Error.Code == "slot.taken")
            {
                return false;
            }
        });
    }

    private static Task<(int Taken, TimeSpan Took)> BareAsync(BenchDatabase database, SemaphoreSlim one, string town, DateTimeOffset day, CancellationToken ct) => RoundAsync(async client =>
    {
        var start = day.AddMinutes(client % Slots * Town.Minutes).UtcDateTime;
        await one.WaitAsync(ct);
        try
        {
            await using var command = database.Source.CreateCommand("insert into bare_claim (tenant, staff, visit, kind, period, expires_at) values ($1, 'm000', $2, 'hold', tstzrange($3, $4, '[)'), $4)");
            foreach (var value in new object[] { town, Guid.NewGuid().ToString("N"), start, start.AddMinutes(Town.Minutes) }) command.Parameters.Add(new() { Value = value });
            await command.ExecuteNonQueryAsync(ct);
            return true;
        }
        catch (PostgresException refusal) when (refusal.SqlState == PostgresErrorCodes.ExclusionViolation)
        {
            return false;
        }
        finally
        {
            one.Release();
        }
    });

    private static async Task<(int Taken, TimeSpan Took)> RoundAsync(Func<int, Task<bool>> client)
    {
        var clock = Stopwatch.StartNew();
        var taken = await Task.WhenAll(Enumerable.Range(0, Clients).Select(client));
        return (taken.Count(t => t), clock.Elapsed);
    }
}
