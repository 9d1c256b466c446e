using Npgsql;

namespace Balie.Grains.Platform;

/// <summary>What verifying a tenant's journal found; whole when <see cref="Findings"/> is empty.</summary>
public sealed record AuditReport(string Tenant, long Events, long Streams, long Checkpoints, IReadOnlyList<AuditFinding> Findings)
{
    public bool IsWhole => Findings.Count == 0;
}

/// <summary>Stream (or <c>checkpoint</c>), version (or number), and what is wrong there.</summary>
public sealed record AuditFinding(string Stream, long Version, string What);

/// <summary>
/// Verifies a tenant's journal: each stream's chain from its first event, the chain of checkpoints, and that what was sealed is still there. Reads
/// everything, one event and one checkpoint at a time, in one snapshot.
/// </summary>
public sealed class JournalAudit(NpgsqlDataSource database)
{
    public async Task<AuditReport> VerifyAsync(string tenant, CancellationToken ct = default)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var snapshot = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, ct);
        var findings = new List<AuditFinding>();
        var checkpoints = await VerifyCheckpointsAsync(connection, tenant, findings, ct);
        var (events, streams) = await VerifyStreamsAsync(connection, tenant, findings, ct);
        await VerifyEndsAsync(connection, tenant, findings, ct);
        return new AuditReport(tenant, events, streams, checkpoints, findings);
    }

    /// <summary>Tenants that have anything to verify, also one of which only the checkpoints are left.</summary>
    public async Task<IReadOnlyList<string>> TenantsAsync(CancellationToken ct = default)
    {
        await using var command = database.CreateCommand("select tenant from journal_event union select tenant from audit_checkpoint order by 1");
        await using var reader = await command.ExecuteReaderAsync(ct);
        var tenants = new List<string>();
        while (await reader.ReadAsync(ct)) tenants.Add(reader.GetString(0));
        return tenants;
    }

    private static async Task<(long Events, long Streams)> VerifyStreamsAsync(NpgsqlConnection connection, string tenant, List<AuditFinding> findings, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("""
            select e.stream, e.version, e.name, e.at, e.actor, e.command_id, e.payload, e.prev_hash, e.hash, h.hash from journal_event e
            left join audit_head h on h.tenant = e.tenant and h.stream = e.stream and h.version = e.version
            where e.tenant = $1 order by e.stream collate "C", e.version
            """, connection).With(tenant);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var (events, streams, stream, version, previous) = (0L, 0L, (string?)null, 0L, EventHash.Start);
        while (await reader.ReadAsync(ct))
        {
            var e = new RecordedEvent(
                reader.GetString(0), reader.GetInt64(1), reader.GetString(2), reader.GetFieldValue<DateTimeOffset>(3), reader.GetString(4), reader.GetGuid(5), reader.GetString(6));
            var (before, hash) = (reader.GetFieldValue<byte[]>(7), reader.GetFieldValue<byte[]>(8));
            if (e.Stream != stream) (stream, version, previous, streams) = (e.Stream, 0, EventHash.Start, streams + 1);
            if (e.Version != version + 1) findings.Add(new AuditFinding(e.Stream, e.Version, "an event before it is missing"));
            else if (!before.AsSpan().SequenceEqual(previous)) findings.Add(new AuditFinding(e.Stream, e.Version, "does not follow from the event before it"));
            if (!EventHash.Next(before, tenant, e).AsSpan().SequenceEqual(hash)) findings.Add(new AuditFinding(e.Stream, e.Version, "was changed"));
            if (!reader.IsDBNull(9) && !reader.GetFieldValue<byte[]>(9).AsSpan().SequenceEqual(hash)) findings.Add(new AuditFinding(e.Stream, e.Version, "is not what was sealed"));
            (version, previous, events) = (e.Version, hash, events + 1);
        }

        return (events, streams);
    }

    /// <summary>Each stream is at least as long as it was when it was sealed last.</summary>
    private static async Task VerifyEndsAsync(NpgsqlConnection connection, string tenant, List<AuditFinding> findings, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("""
            select h.stream, max(h.version) from audit_head h where h.tenant = $1 group by h.stream
            having max(h.version) > coalesce((select max(e.version) from journal_event e where e.tenant = $1 and e.stream = h.stream), 0)
            """, connection).With(tenant);
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct)) findings.Add(new AuditFinding(reader.GetString(0), reader.GetInt64(1), "was sealed and is gone: the stream was cut off"));
    }

    private static async Task<long> VerifyCheckpointsAsync(NpgsqlConnection connection, string tenant, List<AuditFinding> findings, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("""
            select c.number, c.at, c.prev_hash, c.hash, h.stream, h.version, h.hash from audit_checkpoint c
            left join audit_head h on h.tenant = c.tenant and h.number = c.number
            where c.tenant = $1 order by c.number
            """, connection).With(tenant);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var (count, previous) = (0L, EventHash.Start);
        var more = await reader.ReadAsync(ct);
        while (more)
        {
            var (number, at, before, hash) = (reader.GetInt64(0), reader.GetFieldValue<DateTimeOffset>(1), reader.GetFieldValue<byte[]>(2), reader.GetFieldValue<byte[]>(3));
            var heads = new List<SealedHead>();
            do
            {
                if (!reader.IsDBNull(4)) heads.Add(new SealedHead(reader.GetString(4), reader.GetInt64(5), reader.GetFieldValue<byte[]>(6)));
                more = await reader.ReadAsync(ct);
            }
            while (more && reader.GetInt64(0) == number);

            if (number != count + 1 || !before.AsSpan().SequenceEqual(previous)) findings.Add(new AuditFinding("checkpoint", number, "does not follow from the one before it"));
            if (!Checkpoint.Hash(before, tenant, number, at, heads).AsSpan().SequenceEqual(hash)) findings.Add(new AuditFinding("checkpoint", number, "was changed"));
            (previous, count) = (hash, number);
        }

        return count;
    }
}
