using Balie.Grains.Interfaces.Platform;

namespace Balie.Api.Calls;

/// <summary>
/// Every two seconds tells the viewers on this node the head versions of their visits, read from the journal in one go for all visits: a
/// change whose live event was lost is found too. It is told half a second after it was read, so that what was still on its way then is not taken for lost:
/// else a busy node would be asked for everything anew just when it is busy.
/// </summary>
public sealed class HeadTeller(LiveRooms live, IServiceProvider services, TimeProvider clock, ILogger<HeadTeller> log)
    : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan OnItsWay = TimeSpan.FromMilliseconds(500);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (services.GetService<IJournalHeads>() is not { } journal) return;
        using var timer = new PeriodicTimer(Every, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await TellAsync(journal, live.Watching, stoppingToken);
            }
            catch (Exception cause) when (!stoppingToken.IsCancellationRequested)
            {
                log.LogWarning(cause, "The journal's heads could not be read; the next round tries again.");
            }
        }
    }

    private async Task TellAsync(IJournalHeads journal, IReadOnlyList<GrainKey> watching, CancellationToken ct)
    {
        if (watching.Count == 0) return;
        var read = await journal.HeadsAsync(watching, ct);
        await Task.Delay(OnItsWay, clock, ct);
        foreach (var (visit, heads) in read) live.Tell(visit, heads);
    }
}
