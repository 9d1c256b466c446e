using System.Collections.Immutable;
using Balie.Grains.Interfaces.Platform;
using Microsoft.AspNetCore.SignalR;

namespace Balie.Api.Calls;

/// <summary>
/// Every two seconds tells the viewers on this node the head versions of their visits, read from the journal in one go for all visits: a
/// change whose live event was lost is found too.
/// </summary>
public sealed class HeadTeller(LiveRooms live, IHubContext<VisitHub, IVisitClient> hub, IServiceProvider services, TimeProvider clock, ILogger<HeadTeller> log)
    : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(2);

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

    private async Task TellAsync(IJournalHeads journal, IReadOnlyDictionary<GrainKey, ImmutableArray<string>> watching, CancellationToken ct)
    {
        if (watching.Count == 0) return;
        var heads = await journal.HeadsAsync([.. watching.Keys], ct);
        foreach (var (visit, connections) in watching)
        {
            if (heads.TryGetValue(visit, out var rooms)) await hub.Clients.Clients(connections).Heads(rooms);
        }
    }
}
