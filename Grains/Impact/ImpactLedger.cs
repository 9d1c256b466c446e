using Balie.Grains.Interfaces.Impact;
using Balie.Grains.Platform;
using Npgsql;

namespace Balie.Grains.Impact;

/// <summary>Writes what visits saved. Writing the same twice changes nothing.</summary>
public sealed class ImpactLedger(NpgsqlDataSource database)
{
    public async Task PutAsync(string tenant, VisitDone visit, CancellationToken ct = default)
    {
        await using var command = database.CreateCommand("""
            insert into impact_visit (tenant, visit, product, booked_at, closed_at, done_in_one_go, kilometres_one_way, grams_co2_per_kilometre, score)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (tenant, visit) do nothing
            """).With(tenant, visit.Visit, visit.Product, visit.BookedAt, visit.ClosedAt, visit.DoneInOneGo, visit.KilometresOneWay, visit.GramsCo2PerKilometre, visit.Score);
        await command.ExecuteNonQueryAsync(ct);
    }

    public async Task ScoreAsync(string tenant, VisitScored scored, CancellationToken ct = default)
    {
        await using var command = database.CreateCommand("update impact_visit set score = $3 where tenant = $1 and visit = $2").With(tenant, scored.Visit, scored.Score);
        await command.ExecuteNonQueryAsync(ct);
    }
}
