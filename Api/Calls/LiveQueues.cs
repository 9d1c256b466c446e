using Balie.Grains.Interfaces.Platform;
using Microsoft.AspNetCore.SignalR;

namespace Balie.Api.Calls;

/// <summary>Owns this node's bridge from the queues to officers' desks: one watched feed a tenant with desks here.</summary>
public sealed class LiveQueues(IClusterClient client, IHubContext<DeskHub, IDeskClient> hub, TimeProvider clock, ILogger<LiveQueues> log)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Watched> _tenants = [];
    private readonly Dictionary<string, string> _connections = [];

    public async Task JoinAsync(string tenant, string connection, CancellationToken ct = default)
    {
        FeedWatch feed;
        lock (_lock)
        {
            if (!_tenants.TryGetValue(tenant, out var watched))
                _tenants[tenant] = watched = new Watched(new FeedWatch(client, GrainKey.Of(tenant, "queue"), _ => Tell(tenant), () => Tell(tenant), clock, log), []);
            watched.Desks.Add(connection);
            _connections[connection] = tenant;
            feed = watched.Feed;
        }
        await feed.ListenAsync(ct);
    }

    public async Task LeaveAsync(string connection)
    {
        FeedWatch? empty = null;
        lock (_lock)
        {
            if (!_connections.Remove(connection, out var tenant)) return;
            var watched = _tenants[tenant];
            watched.Desks.Remove(connection);
            if (watched.Desks.Count == 0)
            {
                _tenants.Remove(tenant);
                empty = watched.Feed;
            }
        }
        if (empty is not null) await empty.DisposeAsync();
    }

    /// <summary>No desk is waited for: one that reads slowly holds up none of the others.</summary>
    private void Tell(string tenant)
    {
        string[] desks;
        lock (_lock) desks = _tenants.TryGetValue(tenant, out var watched) ? [.. watched.Desks] : [];
        if (desks.Length > 0) _ = TellAsync(desks);
    }

    private async Task TellAsync(string[] desks)
    {
        try
        {
            await hub.Clients.Clients(desks).QueueChanged();
        }
        catch (Exception cause)
        {
            log.LogWarning(cause, "Not every desk could be told that the queue changed.");
        }
    }

    private sealed record Watched(FeedWatch Feed, HashSet<string> Desks);
}
