using Balie.Grains.Platform;
using NodaTime;
using Npgsql;

namespace Balie.Grains.Booking;

/// <summary>
/// The claims of one municipality in this node's memory. A look first reads what changed since the last one, so it sees everything that was committed
/// before it began; who wrote it, and where, does not matter.
/// </summary>
internal sealed class ClaimBook
{
    private static readonly Duration PruneEvery = Duration.FromHours(1);
    private readonly NpgsqlDataSource _database;
    private readonly string _tenant;
    private readonly SharedLook<Instant, BusyTimes> _looks;
    private readonly Dictionary<string, Dictionary<string, BusyTime>> _byStaff = [];
    private readonly Dictionary<string, string> _staffOf = [];
    private BusyTimes _times = BusyTimes.None;
    private ulong _readBefore;
    private Instant _pruned = Instant.MinValue;

    public ClaimBook(NpgsqlDataSource database, string tenant) => (_database, _tenant, _looks) = (database, tenant, new(asked => LookAsync(asked[0])));

    /// <summary>What stands; one look serves everybody who asked before it began.</summary>
    public Task<BusyTimes> TimesAsync(Instant now, CancellationToken ct) => _looks.AskAsync(now, ct);

    private async Task<BusyTimes> LookAsync(Instant now)
    {
        var touched = new HashSet<string>();
        if (now - _pruned > PruneEvery) Prune(now, touched);
        var readBefore = await ReadAsync(now, touched);
        if (touched.Count > 0) _times = _times.With(touched.Select(s => (s, (IEnumerable<BusyTime>)_byStaff[s].Values)));
        _readBefore = readBefore;
        return _times;
    }

    /// <summary>
    /// Takes in what is new. Every transaction before the answer had ended when the look began, so its changes were seen; later ones are looked at again.
    /// </summary>
    private async Task<ulong> ReadAsync(Instant now, HashSet<string> touched)
    {
        await using var connection = await _database.MeetAsync();
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(new NpgsqlBatchCommand("select pg_snapshot_xmin(pg_current_snapshot())"));
        // At the first look what is over or gone is of no use.
        batch.BatchCommands.Add(new NpgsqlBatchCommand(
            "select visit, staff, lower(period), upper(period), expires_at, gone from slot_change where tenant = $1 and change >= $2 and ($2 > '0'::xid8 or (not gone and upper(period) > $3))")
        {
            Parameters =
            {
                new() { Value = _tenant },
                new() { Value = _readBefore, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Xid8 },
                new() { Value = now.ToDateTimeUtc() },
            },
        });
        await using var rows = await batch.ExecuteReaderAsync();
        await rows.ReadAsync();
        var readBefore = rows.GetFieldValue<ulong>(0);
        await rows.NextResultAsync();
        while (await rows.ReadAsync()) Take(rows, touched);
        return readBefore;
    }

    private void Take(NpgsqlDataReader row, HashSet<string> touched)
    {
        var (visit, staff) = (row.GetString(0), row.GetString(1));
        if (_staffOf.Remove(visit, out var before))
        {
            _byStaff[before].Remove(visit);
            touched.Add(before);
        }

        if (row.GetBoolean(5)) return;
        if (!_byStaff.TryGetValue(staff, out var times)) _byStaff[staff] = times = [];
        times[visit] = new BusyTime(staff, At(row, 2), At(row, 3), row.IsDBNull(4) ? null : At(row, 4));
        _staffOf[visit] = staff;
        touched.Add(staff);
    }

    private void Prune(Instant now, HashSet<string> touched)
    {
        foreach (var (staff, times) in _byStaff)
        {
            foreach (var over in times.Where(t => t.Value.End < now || t.Value.Expires < now).Select(t => t.Key).ToList())
            {
                times.Remove(over);
                _staffOf.Remove(over);
                touched.Add(staff);
            }
        }

        _pruned = now;
    }

    private static Instant At(NpgsqlDataReader row, int column) => Instant.FromDateTimeUtc(row.GetDateTime(column));
}
