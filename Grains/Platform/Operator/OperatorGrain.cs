using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json;
using Balie.Grains.Interfaces.Platform;
using Microsoft.Extensions.Logging;
using Npgsql;
using Orleans.Runtime;

namespace Balie.Grains.Platform;

/// <summary>Gathers what processes and rooms say of themselves. Keeps nothing.</summary>
public sealed partial class OperatorGrain(NpgsqlDataSource database, JournalClock clock, IEnumerable<IClusterFigures> rooms, ILogger<OperatorGrain> log) : Grain, IOperatorGrain
{
    public const string OutboxOldest = "balie.outbox.oldest", OutboxDue = "balie.outbox.due";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Forgotten = TimeSpan.FromDays(1);

    public async Task<ClusterHealth> Health(CancellationToken ct = default)
    {
        var known = new ClusterHealth { At = clock.GetUtcNow(), ActiveSilos = await ActiveSilosAsync() };
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(Patience);
        try
        {
            return await FromDatabaseAsync(known, limit.Token);
        }
        catch (Exception problem) when (problem is NpgsqlException or TimeoutException || (problem is OperationCanceledException && !ct.IsCancellationRequested))
        {
            LogUnknown(problem);
            return known;
        }
    }

    private async Task<int> ActiveSilosAsync() => (await GrainFactory.GetGrain<IManagementGrain>(0).GetHosts(onlyActive: true)).Count;

    private async Task<ClusterHealth> FromDatabaseAsync(ClusterHealth known, CancellationToken ct)
    {
        var began = Stopwatch.GetTimestamp();
        var nodes = await NodesAsync(known.At, ct);
        var answered = Stopwatch.GetElapsedTime(began);
        var figures = new List<Figure>(await OutboxAsync(known.At, ct));
        foreach (var room in rooms) figures.AddRange(await room.ReadAsync(ct));
        return known with { DatabaseMilliseconds = answered.TotalMilliseconds, Nodes = nodes, Figures = [.. figures], Dead = await DeadAsync(ct) };
    }

    private async Task<ImmutableArray<NodeHealth>> NodesAsync(DateTimeOffset now, CancellationToken ct)
    {
        await using var command = database.CreateCommand("select node, roles, started_at, at, figures from node_report where at > $1 order by node").With(now - Forgotten);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var nodes = ImmutableArray.CreateBuilder<NodeHealth>();
        while (await reader.ReadAsync(ct))
        {
            var figures = JsonSerializer.Deserialize<Dictionary<string, double>>(reader.GetString(4))!;
            nodes.Add(new(reader.GetString(0), reader.GetString(1), reader.GetFieldValue<DateTimeOffset>(2), reader.GetFieldValue<DateTimeOffset>(3), [.. figures.Select(f => new Figure(f.Key, f.Value))]));
        }

        return nodes.ToImmutable();
    }

    private async Task<Figure[]> OutboxAsync(DateTimeOffset now, CancellationToken ct)
    {
        await using var command = database.CreateCommand("""
            select count(*), min(created_at) from outbox where done_at is null and dead_at is null and (attempts > 0 or not_before <= $1)
            """).With(now);
        await using var reader = await command.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        var oldest = reader.IsDBNull(1) ? 0 : Math.Max(0, (now - reader.GetFieldValue<DateTimeOffset>(1)).TotalSeconds);
        return [new(OutboxDue, reader.GetInt64(0)), new(OutboxOldest, oldest)];
    }

    private async Task<ImmutableArray<DeadLetters>> DeadAsync(CancellationToken ct)
    {
        await using var command = database.CreateCommand("""
            select kind, count(*), max(dead_at), (array_agg(last_error order by dead_at desc))[1] from outbox where dead_at is not null group by kind order by kind
            """);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var dead = ImmutableArray.CreateBuilder<DeadLetters>();
        while (await reader.ReadAsync(ct)) dead.Add(new(reader.GetString(0), (int)reader.GetInt64(1), reader.GetFieldValue<DateTimeOffset>(2), reader.IsDBNull(3) ? null : reader.GetString(3)));
        return dead.ToImmutable();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The database did not say how the cluster fares.")]
    private partial void LogUnknown(Exception problem);
}
