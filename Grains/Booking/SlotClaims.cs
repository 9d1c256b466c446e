using System.Collections.Concurrent;
using Balie.Grains.Interfaces.Booking;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Platform;
using NodaTime;
using Npgsql;
using NpgsqlTypes;

namespace Balie.Grains.Booking;

/// <summary>Time of staff that is taken, as the database knows it. Written in the agenda's transactions only.</summary>
public sealed class SlotClaims(NpgsqlDataSource database)
{
    /// <summary>The exclusion constraint that makes double booking impossible.</summary>
    public const string Once = "slot_claim_once";

    private readonly ConcurrentDictionary<string, ClaimBook> _books = new();

    /// <summary>What is taken of everybody's time from now on, as committed when the call began.</summary>
    public Task<BusyTimes> BusyAsync(string tenant, DateTimeOffset now, CancellationToken ct = default) =>
        _books.GetOrAdd(tenant, t => new ClaimBook(database, t)).TimesAsync(Instant.FromDateTimeOffset(now), ct);

    /// <summary>Month of the agenda in which a visit's time stands; null when it was let go, or taken over after it expired.</summary>
    public async Task<string?> MonthAsync(string tenant, string staff, string visit, CancellationToken ct = default)
    {
        await using var command = database.CreateCommand("select lower(period) from slot_claim where tenant = $1 and staff = $2 and visit = $3").With(tenant, staff, visit);
        return await command.ExecuteScalarAsync(ct) is DateTime start ? AgendaMonth.Of(new DateTimeOffset(start, TimeSpan.Zero)) : null;
    }

    /// <summary>Adds to the transaction what an event of an agenda means for the claims. A hold first removes the holds that were over by then.</summary>
    public static void Project(JournalWrite write, GrainKey agenda, IDomainEvent happened, AgendaTime? time = null)
    {
        switch (happened)
        {
            case SlotHeld e:
                var period = Range(e.Start, e.Until);
                write.Project("delete from slot_claim where tenant = $1 and staff = $2 and period && $3 and expires_at <= $4", agenda.Tenant, agenda.Id, period, write.At);
                write.Project("insert into slot_claim (tenant, staff, visit, kind, period, expires_at) values ($1, $2, $3, 'hold', $4, $5)", agenda.Tenant, agenda.Id, e.Visit, period, e.ExpiresAt);
                break;
            case HoldConfirmed e when time is not null:
                // An insert, not an update: should the row be gone and somebody else have the time, the constraint says so.
                write.Project("""
                    insert into slot_claim (tenant, staff, visit, kind, period, expires_at) values ($1, $2, $3, 'appointment', $4, null)
                    on conflict (tenant, visit) do update set kind = 'appointment', expires_at = null
                    """, agenda.Tenant, agenda.Id, e.Visit, Range(time.Start, time.Until));
                break;
            case HoldReleased e:
                Remove(write, agenda, e.Visit);
                break;
            case SlotFreed e:
                Remove(write, agenda, e.Visit);
                break;
        }
    }

    private static void Remove(JournalWrite write, GrainKey agenda, string visit) =>
        write.Project("delete from slot_claim where tenant = $1 and staff = $2 and visit = $3", agenda.Tenant, agenda.Id, visit);

    private static NpgsqlRange<DateTime> Range(DateTimeOffset start, DateTimeOffset end) => new(start.UtcDateTime, true, end.UtcDateTime, false);
}
