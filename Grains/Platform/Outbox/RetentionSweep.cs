using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Balie.Grains.Platform;

/// <summary>
/// Forgets what nobody asks for any more, once an hour: messages that were carried out, dead letters that nobody wanted sent again, first results of
/// commands that nobody repeats any more. Periods: <see cref="OutboxOptions"/>. The journal itself is never shortened.
/// </summary>
public sealed partial class RetentionSweep(NpgsqlDataSource database, JournalClock clock, IOptions<OutboxOptions> options, ILogger<RetentionSweep> log) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromHours(1);

    /// <summary>Rows that go in one statement: the tables stay free for others.</summary>
    private const int AtATime = 5000;

    /// <summary>One round; the number of rows that went.</summary>
    public async Task<int> SweepAsync(CancellationToken ct = default)
    {
        var (now, kept) = (clock.GetUtcNow(), options.Value);
        return await ForgetAsync("outbox", "done_at", now - kept.KeepDone, ct)
            + await ForgetAsync("outbox", "dead_at", now - kept.KeepDead, ct)
            + await ForgetAsync("command", "at", now - kept.KeepCommands, ct);
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
