using System.Globalization;
using Balie.Grains.Interfaces.Impact;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Interfaces.Tenancy;
using Balie.Grains.Platform;
using NodaTime;
using NodaTime.Text;
using Npgsql;
using Orleans.Concurrency;

namespace Balie.Grains.Impact;

/// <summary>Reads the ledger of a period and counts. Keeps nothing.</summary>
[StatelessWorker]
public sealed class ImpactGrain(NpgsqlDataSource database) : Grain, IImpactGrain
{
    private static readonly BalieError Period = BalieError.Invalid("impact.period", "Kies een begin en een einde, het begin eerst, hoogstens tien jaar uit elkaar.", "from");

    private GrainKey Key => GrainKey.Parse(this.GetPrimaryKeyString());

    public async Task<ImpactView> Figures(string from, string to, CancellationToken ct = default)
    {
        if (LocalDatePattern.Iso.Parse(from) is not { Success: true, Value: var first } || LocalDatePattern.Iso.Parse(to) is not { Success: true, Value: var last }
            || last < first || last > first.PlusYears(10))
            throw new BalieException(Period);
        var settings = await GrainFactory.GetGrain<ITenantGrain>(GrainKey.Of(Key.Tenant, "tenant").ToString()).Settings(ct);
        var zone = DateTimeZoneProviders.Tzdb[settings.TimeZone];
        return ImpactFigures.Of(from, to, await Visits(zone, zone.AtStartOfDay(first), zone.AtStartOfDay(last.PlusDays(1)), ct), settings);
    }

    private async Task<IReadOnlyList<ImpactVisit>> Visits(DateTimeZone zone, ZonedDateTime from, ZonedDateTime to, CancellationToken ct)
    {
        await using var command = database.CreateCommand("""
            select booked_at, closed_at, done_in_one_go, kilometres_one_way, grams_co2_per_kilometre, score
            from impact_visit where tenant = $1 and closed_at >= $2 and closed_at < $3 order by closed_at
            """).With(Key.Tenant, from.ToDateTimeUtc(), to.ToDateTimeUtc());
        await using var rows = await command.ExecuteReaderAsync(ct);
        var visits = new List<ImpactVisit>();
        while (await rows.ReadAsync(ct))
        {
            var (booked, closed) = (rows.GetDateTime(0), rows.GetDateTime(1));
            var month = Instant.FromDateTimeUtc(closed).InZone(zone).ToString("uuuu-MM", CultureInfo.InvariantCulture);
            visits.Add(new ImpactVisit(month, closed - booked, rows.GetBoolean(2), rows.GetDecimal(3), rows.GetDecimal(4), rows.IsDBNull(5) ? null : rows.GetInt32(5)));
        }

        return visits;
    }
}
