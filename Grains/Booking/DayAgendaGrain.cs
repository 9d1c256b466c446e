using System.Collections.Immutable;
using Balie.Grains.Interfaces.Booking;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Interfaces.Tenancy;
using Balie.Grains.Platform;
using NodaTime;
using NodaTime.Text;
using Npgsql;
using Orleans.Concurrency;

namespace Balie.Grains.Booking;

/// <summary>Reads the list of appointments of a day. Keeps nothing.</summary>
[StatelessWorker]
public sealed class DayAgendaGrain(IJournal journal, NpgsqlDataSource database) : Grain, IDayAgendaGrain
{
    private GrainKey Key => GrainKey.Parse(this.GetPrimaryKeyString());

    public async Task<DayAgenda> Day(string? date, ImmutableArray<string> alsoVisits, CancellationToken ct = default)
    {
        var settings = await GrainFactory.GetGrain<ITenantGrain>(GrainKey.Of(Key.Tenant, "tenant").ToString()).Settings(ct);
        var zone = DateTimeZoneProviders.Tzdb[settings.TimeZone];
        var day = date is null ? Instant.FromDateTimeOffset(journal.Now).InZone(zone).Date
            : LocalDatePattern.Iso.Parse(date) is { Success: true } parsed ? parsed.Value
            : throw new BalieException(BalieError.Invalid("agenda.date", "Schrijf de dag als jaar-maand-dag.", "date"));
        var (start, end) = (zone.AtStartOfDay(day).ToInstant().ToDateTimeUtc(), zone.AtStartOfDay(day.PlusDays(1)).ToInstant().ToDateTimeUtc());

        await using var command = database.CreateCommand("""
            select visit, product, start_at, end_at, citizen_name, staff, staff_name, status from appointment
            where tenant = $1 and ((start_at >= $2 and start_at < $3) or visit = any ($4)) order by start_at, staff_name, visit
            """).With(Key.Tenant, start, end, alsoVisits.ToArray());
        await using var rows = await command.ExecuteReaderAsync(ct);
        var entries = ImmutableArray.CreateBuilder<AgendaEntry>();
        while (await rows.ReadAsync(ct)) entries.Add(Entry(rows));
        return new DayAgenda(LocalDatePattern.Iso.Format(day), entries.ToImmutable());
    }

    private static AgendaEntry Entry(NpgsqlDataReader row) => new()
    {
        Visit = row.GetString(0),
        Product = row.GetString(1),
        Start = row.GetFieldValue<DateTimeOffset>(2),
        End = row.GetFieldValue<DateTimeOffset>(3),
        CitizenName = row.GetString(4),
        Staff = row.GetString(5),
        StaffName = row.GetString(6),
        Status = Enum.Parse<VisitStatus>(row.GetString(7)),
    };
}
