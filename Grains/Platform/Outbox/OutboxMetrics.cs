using System.Diagnostics.Metrics;
using Npgsql;

namespace Balie.Grains.Platform;

/// <summary>
/// Meter <c>Balie.Outbox</c>: <c>balie.outbox.oldest</c> (seconds that the oldest due message waits), <c>balie.outbox.dead</c> (dead letters) and
/// <c>balie.outbox.requeued</c> (dead letters that were sent again, of those still remembered).
/// </summary>
public sealed class OutboxMetrics
{
    public const string MeterName = "Balie.Outbox";
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(15);
    private DateTimeOffset _measured;

    public OutboxMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        meter.CreateObservableGauge("balie.outbox.oldest", () => OldestSeconds, "s", "How long the oldest message that is due has waited.");
        meter.CreateObservableGauge("balie.outbox.dead", () => Dead, "{message}", "Messages that were given up.");
        meter.CreateObservableGauge("balie.outbox.requeued", () => Requeued, "{message}", "Messages that were given up and then sent again.");
    }

    public double OldestSeconds { get; private set; }

    public long Dead { get; private set; }

    public long Requeued { get; private set; }

    /// <summary>Looks at most every fifteen seconds.</summary>
    public async Task MeasureAsync(NpgsqlDataSource database, JournalClock clock, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        if (now - _measured < Every) return;
        _measured = now;
        await using var command = database.CreateCommand("""
            select (select min(created_at) from outbox where done_at is null and dead_at is null and (attempts > 0 or not_before <= $1)),
                   (select count(*) from outbox where dead_at is not null),
                   (select coalesce(sum(requeued), 0) from outbox where requeued > 0)
            """).With(now);
        await using var reader = await command.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        OldestSeconds = reader.IsDBNull(0) ? 0 : Math.Max(0, (now - reader.GetFieldValue<DateTimeOffset>(0)).TotalSeconds);
        Dead = reader.GetInt64(1);
        Requeued = reader.GetInt64(2);
    }
}
