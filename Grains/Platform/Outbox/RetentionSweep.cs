using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Balie.Grains.Platform;

/// <summary>Rows of a table are forgotten so long after the instant in a column (or an SQL expression).</summary>
public sealed record Retention(string Table, string Instant, TimeSpan Keep);

/// <summary>
/// Forgets what nobody asks for any more, once an hour: messages that were carried out, dead letters that nobody wanted sent again, first results of
/// commands that nobody repeats any more (periods: <see cref="OutboxOptions"/>), and what rooms keep for a while. The journal itself is never shortened.
/// </summary>
public sealed partial class RetentionSweep(
    NpgsqlDataSource database, JournalClock clock, IOptions<OutboxOptions> options, IEnumerable<Retention> rooms, ILogger<RetentionSweep> log) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromHours(1);

    /// <summary>Rows that go in one statement: the tables stay free for others.</summary>
    private const int AtATime = 5000;

    /// <summary>One round; the number of rows that went.</summary>
    public async Task<int> SweepAsync(CancellationToken ct = default)
    {
        var (now, kept) = (clock.GetUtcNow(), options.Value);
        Retention[] all = [new("outbox", "done_at", kept.KeepDone), new("outbox", "dead_at", kept.KeepDead), new("command", "at", kept.KeepCommands), .. rooms];
        var gone = 0;
        foreach (var one in all) gone += await ForgetAsync(one.Table, one.Instant, now - one.Keep, ct);
        return gone;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                var gone = await SweepAsync(stoppingToken);
                if (gone > 0) LogSwept(gone);
            }
            catch (Exception problem) when (!stoppingToken.IsCancellationRequested)
            {
                LogNotSwept(problem);
            }
        }
    }

    /// <summary>Nodes that sweep at the same time pass each other's rows over.</summary>
    private async Task<int> ForgetAsync(string table, string column, DateTimeOffset before, CancellationToken ct)
    {
        var (gone, now) = (0, AtATime);
        while (now == AtATime)
        {
            await using var command = database.CreateCommand(
                $"delete from {table} where ctid = any (array(select ctid from {table} where {column} < $1 limit {AtATime} for update skip locked))").With(before);
            now = await command.ExecuteNonQueryAsync(ct);
            gone += now;
        }

        return gone;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Rows} rows past their time were forgotten.")]
    private partial void LogSwept(int rows);

    [LoggerMessage(Level = LogLevel.Warning, Message = "What is past its time could not be forgotten; the next round tries again.")]
    private partial void LogNotSwept(Exception problem);
}
