using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Balie.Grains.Platform;

/// <summary>Keeps this process's <see cref="JournalClock"/> with the database's clock, so that all silos agree for as long as they run, also after a machine slept.</summary>
public sealed partial class ClockKeeper(JournalClock clock, NpgsqlDataSource database, ILogger<ClockKeeper> log) : BackgroundService
{
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(30);

    /// <summary>Clocks drift by less between two looks; more means that one of them was set.</summary>
    private static readonly TimeSpan Drift = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken)) await LookAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The silo stops.
        }
    }

    private async Task LookAsync(CancellationToken ct)
    {
        try
        {
            var apart = await clock.RealignAsync(database, ct);
            if (apart > Drift) LogBehind(apart);
            else if (apart < -Drift) LogAhead(-apart);
        }
        catch (Exception away) when (!ct.IsCancellationRequested)
        {
            // Without the database time goes on as it did; the next look asks again.
            LogAway(away);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The database's clock went {Apart} ahead; Balie follows it.")]
    private partial void LogBehind(TimeSpan apart);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The database's clock went {Apart} back; Balie's runs at half speed until they agree. A restart takes over the database's time at once.")]
    private partial void LogAhead(TimeSpan apart);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The database's clock could not be read.")]
    private partial void LogAway(Exception problem);
}
