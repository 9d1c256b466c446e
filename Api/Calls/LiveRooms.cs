using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using Balie.Api.Platform;
using Balie.Grains.Interfaces.Calls;
using Balie.Grains.Interfaces.Platform;
using Microsoft.AspNetCore.SignalR;

namespace Balie.Api.Calls;

/// <summary>
/// Owns this node's bridge from visits to browsers: one stream subscription a visit with viewers here. Each change is redacted for each
/// viewer. Nothing relies on it being lossless; <see cref="HeadTeller"/> makes a gap visible.
/// </summary>
public sealed class LiveRooms(IClusterClient client, IHubContext<VisitHub, IVisitClient> hub, ILogger<LiveRooms> log)
{
    /// <summary>Meter <c>Balie.Live</c>.</summary>
    private static readonly Counter<long> Deliveries = new Meter("Balie.Live").CreateCounter<long>("balie.live.deliveries", "{delivery}", "Changes and signals that were sent to browsers.");

    private readonly Lock _lock = new();
    private readonly Dictionary<GrainKey, Watched> _rooms = [];
    private readonly Dictionary<string, GrainKey> _connections = [];

    /// <summary>The connections of each visit that has viewers on this node.</summary>
    public IReadOnlyDictionary<GrainKey, ImmutableArray<string>> Watching
    {
        get
        {
            lock (_lock) return _rooms.ToDictionary(r => r.Key, r => (ImmutableArray<string>)[.. r.Value.Viewers.Keys]);
        }
    }

    /// <summary>Every browser that is in a visit on this node, and whose it is.</summary>
    public IReadOnlyList<(GrainKey Visit, string Connection, Caller Caller)> Viewers
    {
        get
        {
            lock (_lock) return [.. _rooms.SelectMany(room => room.Value.Viewers.Select(viewer => (room.Key, viewer.Key, viewer.Value)))];
        }
    }

    /// <summary>True while the connection is in a visit here.</summary>
    public bool Has(string connection)
    {
        lock (_lock) return _connections.ContainsKey(connection);
    }

    /// <summary>Returns once the visit's changes reach this connection.</summary>
    public async Task JoinAsync(string tenant, string visit, string connection, Caller caller, CancellationToken ct = default)
    {
        var key = GrainKey.Of(tenant, visit);
        StreamPost post;
        lock (_lock)
        {
            if (!_rooms.TryGetValue(key, out var room))
                _rooms[key] = room = new Watched(new StreamPost(client, LiveFeed.Visit, key.ToString(), update => TellAsync(key, update), log));
            room.Viewers[connection] = caller;
            _connections[connection] = key;
            post = room.Post;
        }
        await post.ListenAsync(ct);
    }

    /// <summary>Tells which browsers have a seat; until something is known participants here are shown nothing of the rooms.</summary>
    public void Know(string tenant, string visit, CallView call)
    {
        lock (_lock)
        {
            if (_rooms.TryGetValue(GrainKey.Of(tenant, visit), out var room)) room.Know(call);
        }
    }

    /// <summary>True when the connection had entered a visit.</summary>
    public async Task<bool> LeaveAsync(string connection)
    {
        StreamPost? empty = null;
        lock (_lock)
        {
            if (!_connections.Remove(connection, out var key)) return false;
            var room = _rooms[key];
            room.Viewers.Remove(connection);
            if (room.Viewers.Count == 0)
            {
                _rooms.Remove(key);
                empty = room.Post;
            }
        }
        if (empty is not null) await empty.DisposeAsync();
        return true;
    }

    private async Task TellAsync(GrainKey key, LiveUpdate update)
    {
        KeyValuePair<string, Caller>[] viewers;
        CallView? call;
        lock (_lock)
        {
            if (!_rooms.TryGetValue(key, out var room)) return;
            if (update.View is CallView newer) room.Know(newer);
            call = room.Call;
            viewers = [.. room.Viewers];
        }
        foreach (var (connection, caller) in viewers)
        {
            if (update.To is null || update.To == caller.Id) await TellAsync(connection, caller, call, update);
        }
    }

    private async Task TellAsync(string connection, Caller caller, CallView? call, LiveUpdate update)
    {
        try
        {
            var browser = hub.Clients.Client(connection);
            Deliveries.Add(1);
            if (update.View is not MediaSignal signal) await browser.Changed(update.Room, update.Version, SeatWatch.Shown(update.View, caller, call));
            // Both browsers of a link go by the same participant; offers are for the one in the call.
            else if (SeatWatch.Holds(call, caller)) await browser.Signal(signal);
        }
        catch (Exception cause) when (cause is not OutOfMemoryException)
        {
            // One browser's trouble is not the others'; it learns from the heads what it missed.
            log.LogWarning(cause, "Could not tell a viewer of {Room} version {Version}.", update.Room, update.Version);
        }
    }

    private sealed class Watched(StreamPost post)
    {
        public StreamPost Post { get; } = post;

        public Dictionary<string, Caller> Viewers { get; } = [];

        /// <summary>The last seats we heard of: which browser of a link has the seat.</summary>
        public CallView? Call { get; private set; }

        public void Know(CallView call)
        {
            if (Call is null || call.Version >= Call.Version) Call = call;
        }
    }
}
