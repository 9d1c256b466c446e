using Balie.Grains.Platform;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Balie.Grains.Tenancy;

/// <summary>Keeps this node's copy of the register fresh: a municipality set up through another node is known here within <see cref="Every"/>.</summary>
public sealed partial class TenantRegisterLoop(TenantRegister register, JournalClock time, ILogger<TenantRegisterLoop> log) : BackgroundService
{
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(15);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        do
        {
            try
            {
                await register.RefreshAsync(stoppingToken);
            }
            catch (NpgsqlException problem)
            {
                // The copy stays as it is; the next round tries again.
                LogStale(problem);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The list of municipalities could not be read.")]
    private partial void LogStale(Exception problem);
}
