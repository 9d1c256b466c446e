using Balie.Api.Platform;
using Balie.Grains.Interfaces.Platform;

namespace Balie.Api.Calls;

/// <summary>
/// Every five seconds says to each visit which browsers are still here. A room that had to open again elsewhere learns so who is in it, and takes
/// its media over; browsers of a web node that was killed are no longer spoken of, and the room lets go of them.
/// </summary>
public sealed class PresenceTeller(LiveRooms live, IGrainFactory grains, TimeProvider clock, ILogger<PresenceTeller> log) : BackgroundService
{
    private const int AtATime = 16;
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await Parallel.ForEachAsync(
                live.Viewers,
                new ParallelOptions { MaxDegreeOfParallelism = AtATime, CancellationToken = stoppingToken },
                async (viewer, _) => await TellAsync(viewer.Visit, viewer.Connection, viewer.Caller));
        }
    }

    private async Task TellAsync(GrainKey visit, string connection, Caller caller)
    {
        try
        {
            Caller.Current = caller;
            var call = grains.Call(visit.Tenant, visit.Id);
            await call.Connected(connection, up: true);
            // It left in the meantime, and its goodbye may have come before our word.
            if (!live.Has(connection)) await call.Connected(connection, up: false);
        }
        catch (Exception cause)
        {
            // The room cannot be reached now; the next round tells it again, and one visit's trouble is not the others'.
            log.LogWarning(cause, "Could not tell {Tenant}/{Visit} that a browser is still here.", visit.Tenant, visit.Id);
        }
    }
}
