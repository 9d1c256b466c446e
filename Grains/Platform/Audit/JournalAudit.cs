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
/// everything, one event at a time, in one snapshot.
/// </summary>
public sealed class JournalAudit(NpgsqlDataSource database)
{
    public async Task<AuditReport> VerifyAsync(string tenant, CancellationToken ct = default)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var snapshot = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, ct);
        var findings = new List<AuditFinding>();
        var heads = await HeadsAsync(connection, tenant, ct);
        var checkpoints = await VerifyCheckpointsAsync(connection, tenant, heads, findings, ct);
        var sealedHeads = heads.Values.SelectMany(h => h).ToDictionary(h => (h.Stream, h.Version), h => h.Hash);
        var (events, last) = await VerifyStreamsAsync(connection, tenant, sealedHeads, findings, ct);

        foreach (var (stream, version) in sealedHeads.Keys.GroupBy(k => k.Stream).Select(g => (g.Key, g.Max(k => k.Version))))
        {
            if (last.GetValueOrDefault(stream) < version) findings.Add(new AuditFinding(stream, version, "was sealed and is gone: the stream was cut off"));
        }

        return new AuditReport(tenant, events, last.Count, checkpoints, findings);
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

    private static async Task<(long Events, Dictionary<string, long> Last)> VerifyStreamsAsync(
        NpgsqlConnection connection, string tenant, Dictionary<(string, long), byte[]> sealedHeads, List<AuditFinding> findings, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("""
            select stream, version, name, at, actor, command_id, payload, prev_hash, hash from journal_event
            where tenant = $1 order by stream collate "C", version
            """, connection).With(tenant);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var last = new Dictionary<string, long>();
        var (events, previous) = (0L, EventHash.Start);
        while (await reader.ReadAsync(ct))
        {
            var e = new RecordedEvent(
                reader.GetString(0), reader.GetInt64(1), reader.GetString(2), reader.GetFieldValue<DateTimeOffset>(3), reader.GetString(4), reader.GetGuid(5), reader.GetString(6));
            var (before, hash) = (reader.GetFieldValue<byte[]>(7), reader.GetFieldValue<byte[]>(8));
            if (!last.ContainsKey(e.Stream)) previous = EventHash.Start;
            if (e.Version != last.GetValueOrDefault(e.Stream) + 1) findings.Add(new AuditFinding(e.Stream, e.Version, "an event before it is missing"));
            else if (!before.AsSpan().SequenceEqual(previous)) findings.Add(new AuditFinding(e.Stream, e.Version, "does not follow from the event before it"));
            if (!EventHash.Next(before, tenant, e).AsSpan().SequenceEqual(hash)) findings.Add(new AuditFinding(e.Stream, e.Version, "was changed"));
            if (sealedHeads.TryGetValue((e.Stream, e.Version), out var was) && !was.AsSpan().SequenceEqual(hash)) findings.Add(new AuditFinding(e.Stream, e.Version, "is not what was sealed"));
            (last[e.Stream], previous, events) = (e.Version, hash, events + 1);
        }

        return (events, last);
    }

    private static async Task<long> VerifyCheckpointsAsync(
        NpgsqlConnection connection, string tenant, Dictionary<long, List<SealedHead>> heads, List<AuditFinding> findings, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("select number, at, prev_hash, hash from audit_checkpoint where tenant = $1 order by number", connection).With(tenant);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var (count, previous) = (0L, EventHash.Start);
        while (await reader.ReadAsync(ct))
        {
            var (number, at, hash) = (reader.GetInt64(0), reader.GetFieldValue<DateTimeOffset>(1), reader.GetFieldValue<byte[]>(3));
            if (number != ++count || !reader.GetFieldValue<byte[]>(2).AsSpan().SequenceEqual(previous)) findings.Add(new AuditFinding("checkpoint", number, "does not follow from the one before it"));
            var content = heads.GetValueOrDefault(number) ?? [];
            if (!Checkpoint.Hash(reader.GetFieldValue<byte[]>(2), tenant, number, at, content).AsSpan().SequenceEqual(hash)) findings.Add(new AuditFinding("checkpoint", number, "was changed"));
            (previous, count) = (hash, number);
        }

        return count;
    }

    private static async Task<Dictionary<long, List<SealedHead>>> HeadsAsync(NpgsqlConnection connection, string tenant, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("select number, stream, version, hash from audit_head where tenant = $1", connection).With(tenant);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var heads = new Dictionary<long, List<SealedHead>>();
        while (await reader.ReadAsync(ct))
        {
            if (!heads.TryGetValue(reader.GetInt64(0), out var list)) heads.Add(reader.GetInt64(0), list = []);
            list.Add(new SealedHead(reader.GetString(1), reader.GetInt64(2), reader.GetFieldValue<byte[]>(3)));
        }

        return heads;
    }
}
