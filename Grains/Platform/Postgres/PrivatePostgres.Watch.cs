using Microsoft.Extensions.Logging;
using Npgsql;

namespace Balie.Grains.Platform;

/// <content>Watches the server and starts it again when it has ended without being asked to.</content>
public sealed partial class PrivatePostgres
{
    /// <summary>What the server calls the connection whose end tells of its own.</summary>
    internal const string LineName = "Balie (watch)";

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(250), LongestPause = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource _unwatched = new();
    private Task _watching = Task.CompletedTask;

    /// <summary>
    /// From now until the stop a server that ended is started again: what was committed is there, what was under way is rolled back and told to who asked.
    /// Nobody tells us of its end, since it is not our child; a connection that does nothing breaks then.
    /// </summary>
    public void KeepRunning(TimeProvider clock) => _watching = WatchAsync(clock, _unwatched.Token);

    private async Task EndWatchAsync()
    {
        await _unwatched.CancelAsync();
        await _watching;
    }

    private async Task WatchAsync(TimeProvider clock, CancellationToken ct)
    {
        var pause = Look;
        try
        {
            while (true)
            {
                await UntilLostAsync(ct);
                ct.ThrowIfCancellationRequested();
                if (IsAlive(Pid) || await TryRestartAsync()) pause = Look;
                else pause = TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, LongestPause.Ticks));
                await Task.Delay(pause, clock, ct);
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // Balie stops; the server is stopped next.
        }
    }

    /// <summary>
    /// Whenever the server's first process ends, all others leave at once. Comes back too when only the connection's own process has ended, or when the server takes nobody in now: whoever
    /// asks looks at the first process itself.
    /// </summary>
    private async Task UntilLostAsync(CancellationToken ct)
    {
        try
        {
            await using var line = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(ConnectionString()) { Pooling = false, ApplicationName = LineName }.ConnectionString);
            await line.OpenAsync(ct);
            while (true) await line.WaitAsync(ct);
        }
        // Also while Balie stops: a line that breaks just then must not fail the stop.
        catch (Exception lost) when (lost is not OperationCanceledException || !ct.IsCancellationRequested)
        {
            LogLost(lost);
        }
    }

    /// <summary>Not cancelled half-way: a server that was started and not noted would stay behind. Only the wait for a long recovery is.</summary>
    private async Task<bool> TryRestartAsync()
    {
        LogEnded(Pid);
        try
        {
            await EndOrphansAsync(CancellationToken.None);
            await StartAsync(CancellationToken.None, _unwatched.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return true;
        }
        catch (Exception problem)
        {
            LogNotStarted(problem);
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "The connection that tells of PostgreSQL's end is lost, or there is none.")]
    private partial void LogLost(Exception lost);

    [LoggerMessage(Level = LogLevel.Error, Message = "PostgreSQL (process {Pid}) has ended; starting it again.")]
    private partial void LogEnded(int pid);

    [LoggerMessage(Level = LogLevel.Error, Message = "PostgreSQL does not start; trying again.")]
    private partial void LogNotStarted(Exception problem);
}
