using System.Collections.Concurrent;
using Balie.Api.Platform;
using Balie.Grains.Interfaces.Platform;

namespace Balie.Api.Calls;

/// <summary>
/// Every five seconds says to each visit which browsers are still here. A room that had to open again elsewhere learns so who is in it, and takes
/// its media over; browsers of a web node that was killed are no longer spoken of, and the room lets go of them. Each visit is told by itself: a room
/// that does not answer keeps no other from hearing of its people in time.
/// </summary>
public sealed class PresenceTeller(LiveRooms live, IGrainFactory grains, TimeProvider clock, ILogger<PresenceTeller> log) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    /// <summary>A room that hangs is spoken to again in the next round: by then it may live elsewhere.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    private readonly ConcurrentDictionary<GrainKey, Task> _telling = new();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            foreach (var visit in live.Viewers.GroupBy(v => v.Visit))
            {
                if (_telling.TryGetValue(visit.Key, out var last) && !last.IsCompleted) continue;
                _telling[visit.Key] = Task.WhenAll(visit.Select(v => TellAsync(v.Visit, v.Connection, v.Caller, stoppingToken)));
            }

            foreach (var (visit, told) in _telling.Where(t => t.Value.IsCompleted)) _telling.TryRemove(new(visit, told));
        }
    }

    private async Task TellAsync(GrainKey visit, string connection, Caller caller, CancellationToken ct)
    {
        try
        {
            Caller.Current = caller;
            var call = grains.Call(visit.Tenant, visit.Id);
            await call.Connected(connection, up: true).WaitAsync(Patience, clock, ct);
            // It left in the meantime, and its goodbye may have come before our word.
            if (!live.Has(connection)) await call.Connected(connection, up: false).WaitAsync(Patience, clock, ct);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // This process stops; whoever takes over speaks of its own browsers.
        }
        catch (Exception cause)
        {
            // The room cannot be reached now; the next round tells it again, and one visit's trouble is not the others'.
            log.LogWarning(cause, "Could not tell {Tenant}/{Visit} that a browser is still here.", visit.Tenant, visit.Id);
        }
    }
}
