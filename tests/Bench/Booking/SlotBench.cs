using System.Diagnostics;
using Balie.Grains.Interfaces.Booking;
using Balie.Grains.Interfaces.Platform;

namespace Balie.Bench;

/// <summary>Looking for free moments in a big town: the whole answer, from the claims in the database to the list of days.</summary>
internal sealed class SlotBench : IBench
{
    private const int Staff = 200;
    private const int Days = 60;
    private const int Searches = 200;

    // Every day each member of staff has 16 half hours; 8 of them, spread by a fixed rule, are taken. A fifth of those are holds that still run.
    private const string HalfFull = """
        insert into slot_claim (tenant, staff, visit, kind, period, expires_at)
        select $1, 'm' || lpad(s::text, 3, '0'), 'v' || s || '-' || d || '-' || h, case when (s + h) % 5 = 0 then 'hold' else 'appointment' end,
               tstzrange(at, at + interval '30 minutes', '[)'), case when (s + h) % 5 = 0 then now() + interval '1 hour' end
        from generate_series(0, $2 - 1) s, generate_series(1, $3) d, generate_series(0, 15) h,
             lateral (select ((now() at time zone 'Europe/Brussels')::date + d + time '09:00' + h * interval '30 minutes') at time zone 'Europe/Brussels' as at) m
        where (s * 7 + d * 3 + h * 5) % 16 < 8
        """;

    public string Name => "slots";

    public string About => "slot search, 200 staff, 60 days, half full";

    public async Task<IReadOnlyList<Row>> RunAsync(CancellationToken ct = default)
    {
        await using var database = await BenchDatabase.StartAsync(ct);
        await using var silo = await BenchSilo.StartAsync(database, ct: ct);
        await Town.SetUpAsync(silo, Town.Of(Staff), ct);
        await using (var fill = database.Source.CreateCommand(HalfFull))
        {
            foreach (var value in new object[] { BenchSilo.Tenant, Staff, Days }) fill.Parameters.Add(new() { Value = value });
            await fill.ExecuteNonQueryAsync(ct);
        }

        BenchSilo.Be(Caller.Visitor(BenchSilo.Tenant));
        var runs = new List<double>();
        var all = new List<double>();
        var moments = 0;
        for (var run = 0; run <= Figures.Runs; run++)
        {
            var took = new List<double>(Searches);
            for (var i = 0; i < Searches; i++)
            {
                await ChangeAsync(database, run * Searches + i, ct);
                var clock = Stopwatch.StartNew();
                var offer = await silo.Grain<ISlotFinderGrain>("slots").Find(new SlotQuery { Product = Town.Product, Days = Days }, ct);
                took.Add(clock.Elapsed.TotalMilliseconds);
                moments = offer.Days.Sum(d => d.Slots.Length);
            }

            // The first run warms up.
            if (run == 0) continue;
            runs.Add(Figures.Percentile(took, 0.99));
            all.AddRange(took);
        }

        if (moments == 0) throw new InvalidOperationException("The search found no moment.");
        return
        [
            Row.Budget("slot search p99", "ms", runs, Target.AtMost(10),
                $"p99 of {Searches} searches in a row by one caller, each after another claim was made or let go; 60 days asked at once, {Staff} staff, 96,000 claims, {moments} moments found; median of {Figures.Runs} runs; grain call in process, PostgreSQL with fsync",
                $"half of the searches took {Figures.Median(all):0.0} ms or less; the rest waited for the machine"),
        ];
    }

    /// <summary>Somebody else takes or frees a moment, so that every search meets news.</summary>
    private static async Task ChangeAsync(BenchDatabase database, int number, CancellationToken ct)
    {
        var freed = $"v{number % Staff}-{1 + (number / Staff % Days)}-%";
        await using var command = database.Source.CreateCommand("delete from slot_claim where tenant = $1 and visit = (select visit from slot_claim where tenant = $1 and staff = $2 and visit like $3 order by visit limit 1)");
        foreach (var value in new object[] { BenchSilo.Tenant, Town.StaffId(number % Staff), freed }) command.Parameters.Add(new() { Value = value });
        await command.ExecuteNonQueryAsync(ct);
    }
}
