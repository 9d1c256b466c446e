using Balie.Grains.Interfaces.Platform;
using Microsoft.AspNetCore.SignalR;

namespace Balie.Api.Calls;

/// <summary>Owns this node's bridge from the queues to officers' desks: one stream subscription a tenant with desks here.</summary>
public sealed class LiveQueues(IClusterClient client, IHubContext<DeskHub, IDeskClient> hub, ILogger<LiveQueues> log)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Watched> _tenants = [];
    private readonly Dictionary<string, string> _connections = [];

    public async Task JoinAsync(string tenant, string connection, CancellationToken ct = default)
    {
        StreamPost post;
        lock (_lock)
        {
            if (!_tenants.TryGetValue(tenant, out var watched))
                _tenants[tenant] = watched = new Watched(new StreamPost(client, LiveFeed.Queue, $"{tenant}/queue", _ => TellAsync(tenant), log), []);
            watched.Desks.Add(connection);
            _connections[connection] = tenant;
            post = watched.Post;
        }
        await post.ListenAsync(ct);
    }

    public async Task LeaveAsync(string connection)
    {
        StreamPost? empty = null;
        lock (_lock)
        {
            if (!_connections.Remove(connection, out var tenant)) return;
            var watched = _tenants[tenant];
            watched.Desks.Remove(connection);
            if (watched.Desks.Count == 0)
            {
                _tenants.Remove(tenant);
                empty = watched.Post;
            }
        }
        if (empty is not null) await empty.DisposeAsync();
    }

    private Task TellAsync(string tenant)
    {
        string[] desks;
        lock (_lock) desks = _tenants.TryGetValue(tenant, out var watched) ? [.. watched.Desks] : [];
        return desks.Length == 0 ? Task.CompletedTask : hub.Clients.Clients(desks).QueueChanged();
    }

    private sealed record Watched(StreamPost Post, HashSet<string> Desks);
}
