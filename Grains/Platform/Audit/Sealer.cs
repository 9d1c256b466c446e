using System.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Balie.Grains.Platform;

/// <summary>
/// Chains the heads of each tenant's streams into checkpoints, once a minute when something happened. From then on, removing the end of a stream shows.
/// Every checkpoint's hash also goes to the log, which lives elsewhere: so does removing the last checkpoints. Gauge <c>balie.audit.lag</c> (meter
/// <c>Balie.Audit</c>): seconds since the last complete round.
/// </summary>
public sealed partial class Sealer : BackgroundService
{
    public const string MeterName = "Balie.Audit";
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    // A commit may come a little after the instant its events carry, so each look reaches back beyond the last checkpoint.
    private static readonly TimeSpan Overlap = TimeSpan.FromMinutes(5);

    private readonly NpgsqlDataSource _database;
    private readonly JournalClock _clock;
    private readonly ILogger<Sealer> _log;
    private DateTimeOffset _lastRound;

    public Sealer(NpgsqlDataSource database, JournalClock clock, IMeterFactory meters, ILogger<Sealer> log)
    {
        (_database, _clock, _log, _lastRound) = (database, clock, log, clock.GetUtcNow());
        meters.Create(MeterName).CreateObservableGauge("balie.audit.lag", () => Lag.TotalSeconds, "s", "How long ago the journal was last sealed as a whole.");
    }

    public TimeSpan Lag => _clock.GetUtcNow() - _lastRound;

    /// <summary>Seals every tenant whose streams grew; the number of checkpoints made.</summary>
    public async Task<int> SealAsync(CancellationToken ct = default)
    {
        var made = 0;
        foreach (var tenant in await GrownTenantsAsync(ct))
        {
            if (await SealTenantAsync(tenant, ct)) made++;
        }

        _lastRound = _clock.GetUtcNow();
        return made;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, _clock);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await timer.WaitForNextTickAsync(stoppingToken);
                await SealAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception problem)
            {
                // Whatever it was: a sealer that has ended is noticed only when it is needed.
                LogNotSealed(problem);
            }
        }
    }

    private async Task<bool> SealTenantAsync(string tenant, CancellationToken ct)
    {
        await using var connection = await _database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        // One node at a time seals a tenant; the others find nothing left to do.
        await using (var turn = new NpgsqlCommand("select pg_advisory_xact_lock(hashtextextended('balie.seal.' || $1, 0))", connection).With(tenant)) await turn.ExecuteNonQueryAsync(ct);
        var (number, previous, since) = await LastAsync(connection, tenant, ct);
        var heads = await GrownAsync(connection, tenant, since, ct);
        if (heads.Count == 0) return false;

        var at = _clock.GetUtcNow();
        var hash = Checkpoint.Hash(previous, tenant, number + 1, at, heads);
        await using (var insert = new NpgsqlCommand("insert into audit_checkpoint (tenant, number, at, prev_hash, hash) values ($1, $2, $3, $4, $5)", connection).With(tenant, number + 1, at, previous, hash))
            await insert.ExecuteNonQueryAsync(ct);
        await using (var insert = new NpgsqlCommand("insert into audit_head (tenant, number, stream, version, hash) select $1, $2, h.* from unnest($3::text[], $4::bigint[], $5::bytea[]) h", connection)
            .With(tenant, number + 1, heads.Select(h => h.Stream).ToArray(), heads.Select(h => h.Version).ToArray(), heads.Select(h => h.Hash).ToArray()))
            await insert.ExecuteNonQueryAsync(ct);
        await transaction.CommitAsync(ct);
        LogSealed(tenant, number + 1, heads.Count, Convert.ToHexStringLower(hash));
        return true;
    }

    private static async Task<(long Number, byte[] Hash, DateTimeOffset Since)> LastAsync(NpgsqlConnection connection, string tenant, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("select number, hash, at from audit_checkpoint where tenant = $1 order by number desc limit 1", connection).With(tenant);
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct)
            ? (reader.GetInt64(0), reader.GetFieldValue<byte[]>(1), reader.GetFieldValue<DateTimeOffset>(2) - Overlap)
            : (0, EventHash.Start, DateTimeOffset.UnixEpoch);
    }

    private static async Task<List<SealedHead>> GrownAsync(NpgsqlConnection connection, string tenant, DateTimeOffset since, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("""
            select distinct on (e.stream) e.stream, e.version, e.hash from journal_event e
            where e.tenant = $1 and e.at >= $2
              and not exists (select 1 from audit_head h where h.tenant = e.tenant and h.stream = e.stream and h.version >= e.version)
            order by e.stream, e.version desc
            """, connection).With(tenant, since);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var heads = new List<SealedHead>();
        while (await reader.ReadAsync(ct)) heads.Add(new SealedHead(reader.GetString(0), reader.GetInt64(1), reader.GetFieldValue<byte[]>(2)));
        return heads;
    }

    /// <summary>Tenants in which something happened since they were sealed last.</summary>
    private async Task<List<string>> GrownTenantsAsync(CancellationToken ct)
    {
        // Jumps from tenant to tenant along the primary key instead of reading every event, and looks at the newest of each.
        await using var command = _database.CreateCommand("""
            with recursive t as (
                select min(tenant) as tenant from journal_event
                union all
                select (select min(e.tenant) from journal_event e where e.tenant > t.tenant) from t where t.tenant is not null)
            select tenant from t where tenant is not null and exists (
                select 1 from journal_event e where e.tenant = t.tenant and e.at >= coalesce(
                    (select c.at from audit_checkpoint c where c.tenant = t.tenant order by c.number desc limit 1) - $1, '-infinity'))
            """).With(Overlap);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var tenants = new List<string>();
        while (await reader.ReadAsync(ct)) tenants.Add(reader.GetString(0));
        return tenants;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Checkpoint {Number} of {Tenant} seals {Streams} streams: {Hash}")]
    private partial void LogSealed(string tenant, long number, int streams, string hash);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The journal could not be sealed now.")]
    private partial void LogNotSealed(Exception problem);
}
