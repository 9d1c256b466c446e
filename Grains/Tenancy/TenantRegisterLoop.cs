using Balie.Grains.Platform;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Balie.Grains.Tenancy;

/// <summary>Keeps this node's copy of the register fresh: a municipality set up through another node is known here within <see cref="Every"/>.</summary>
public sealed partial class TenantRegisterLoop(TenantRegister register, JournalClock time, ILogger<TenantRegisterLoop> log) : BackgroundService
{
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(15);

    /// <summary>Comes back with a first copy: pages are served after this, and a municipality that exists is found.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await RefreshAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        while (await timer.WaitForNextTickAsync(stoppingToken)) await RefreshAsync(stoppingToken);
    }

    private async Task RefreshAsync(CancellationToken ct)
    {
        try
        {
            await register.RefreshAsync(ct);
        }
        catch (Exception problem) when (!ct.IsCancellationRequested)
        {
            // The copy stays as it is, whatever it was; the next round tries again.
            LogStale(problem);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The list of municipalities could not be read.")]
    private partial void LogStale(Exception problem);
}
