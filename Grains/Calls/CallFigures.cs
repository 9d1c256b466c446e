using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Platform;
using Npgsql;

namespace Balie.Grains.Calls;

/// <summary>How busy the counters are, over all municipalities.</summary>
public sealed class CallFigures(NpgsqlDataSource database, JournalClock clock) : IClusterFigures
{
    public const string Running = "balie.calls.running", Tenants = "balie.calls.tenants", Waiting = "balie.calls.waiting", LongestWait = "balie.calls.longest-wait";

    public async Task<IReadOnlyList<Figure>> ReadAsync(CancellationToken ct = default)
    {
        await using var command = database.CreateCommand("""
            select count(*) filter (where in_call), count(distinct tenant) filter (where in_call), coalesce(sum(waiting_count), 0), min(waiting_since)
            from call_waiting where in_call or waiting_count > 0
            """);
        await using var reader = await command.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        var longest = reader.IsDBNull(3) ? 0 : Math.Max(0, (clock.GetUtcNow() - reader.GetFieldValue<DateTimeOffset>(3)).TotalSeconds);
        return [new(Running, reader.GetInt64(0)), new(Tenants, reader.GetInt64(1)), new(Waiting, reader.GetInt64(2)), new(LongestWait, longest)];
    }
}
