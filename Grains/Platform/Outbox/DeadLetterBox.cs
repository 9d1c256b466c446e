using Npgsql;

namespace Balie.Grains.Platform;

/// <summary>Messages that were given up, for the operator: once the cause is gone they are sent again.</summary>
public sealed class DeadLetterBox(NpgsqlDataSource database, TimeProvider clock)
{
    /// <summary>Dead letters by kind, with what was last wrong with one of them.</summary>
    public async Task<IReadOnlyList<(string Kind, long Count, string Reason)>> LookAsync(CancellationToken ct = default)
    {
        await using var command = database.CreateCommand("select kind, count(*), max(last_error) from outbox where dead_at is not null group by kind order by kind");
        await using var reader = await command.ExecuteReaderAsync(ct);
        var found = new List<(string, long, string)>();
        while (await reader.ReadAsync(ct)) found.Add((reader.GetString(0), reader.GetInt64(1), reader.IsDBNull(2) ? "" : reader.GetString(2)));
        return found;
    }

    /// <summary>Puts dead letters (of one kind, or all) back in the queue, with as many attempts before them as a new message; the number of them.</summary>
    public async Task<int> RequeueAsync(string? kind = null, CancellationToken ct = default)
    {
        await using var command = database.CreateCommand("""
            update outbox set dead_at = null, attempts = 0, not_before = $1, requeued = requeued + 1
            where dead_at is not null and ($2::text is null or kind = $2)
            """).With(clock.GetUtcNow(), kind);
        return await command.ExecuteNonQueryAsync(ct);
    }
}
