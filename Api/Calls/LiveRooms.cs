using System.Collections.ObjectModel;
using Balie.Api.Platform;
using Balie.Grains.Interfaces.Calls;
using Balie.Grains.Interfaces.Platform;

namespace Balie.Api.Calls;

/// <summary>
/// Owns this node's bridge from visits to browsers: one watched feed a visit with viewers here. Each change is redacted for each
/// viewer, and serialised once for all who may see the same. Nothing relies on it being lossless: <see cref="HeadTeller"/> makes a lost view visible, the feed a lost signal.
/// </summary>
public sealed class LiveRooms(IClusterClient client, VisitLines lines, TimeProvider clock, ILogger<LiveRooms> log)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<GrainKey, Watched> _rooms = [];
    private readonly Dictionary<string, GrainKey> _connections = [];

    /// <summary>The visits that have viewers on this node.</summary>
    public IReadOnlyList<GrainKey> Watching
    {
        get
        {
            lock (_lock) return [.. _rooms.Keys];
        }
    }

    /// <summary>Every browser that is in a visit on this node, and whose it is.</summary>
    public IReadOnlyList<(GrainKey Visit, string Connection, Caller Caller)> Viewers
    {
        get
        {
            lock (_lock) return [.. _rooms.SelectMany(room => room.Value.Viewers.Select(viewer => (room.Key, viewer.Key, viewer.Value.Caller)))];
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
        FeedWatch feed;
        lock (_lock)
        {
            if (!_rooms.TryGetValue(key, out var room))
                _rooms[key] = room = new Watched(new FeedWatch(client, key, update => Tell(key, update), () => Tell(key, LineMessage.Missed), clock, log));
            room.Viewers[connection] = (caller, lines.Find(connection));
            _connections[connection] = key;
            feed = room.Feed;
        }
        await feed.ListenAsync(ct);
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
        FeedWatch? empty = null;
        lock (_lock)
        {
            if (!_connections.Remove(connection, out var key)) return false;
            var room = _rooms[key];
            room.Viewers.Remove(connection);
            if (room.Viewers.Count == 0)
            {
                _rooms.Remove(key);
                empty = room.Feed;
            }
        }
        if (empty is not null) await empty.DisposeAsync();
        return true;
    }

    /// <summary>The head versions that viewers of a visit here were told last; empty when they were told none.</summary>
    public IReadOnlyDictionary<string, long> HeadsOf(GrainKey key)
    {
        lock (_lock) return _rooms.GetValueOrDefault(key)?.Heads ?? ReadOnlyDictionary<string, long>.Empty;
    }

    /// <summary>Tells all viewers of a visit here what the journal's head versions are.</summary>
    public void Tell(GrainKey key, IReadOnlyDictionary<string, long> heads)
    {
        lock (_lock)
        {
            if (_rooms.TryGetValue(key, out var room)) room.Heads = heads;
        }
        Tell(key, LineMessage.Heads(heads));
    }

    private void Tell(GrainKey key, LineMessage message)
    {
        foreach (var (_, line) in ViewersOf(key).Viewers) line?.Say(message);
    }

    /// <summary>A visit's feed hands over one update after the other, so each viewer hears them in order. No viewer is waited for.</summary>
    private void Tell(GrainKey key, LiveUpdate update)
    {
        var (viewers, call) = ViewersOf(key, update.View as CallView);
        var messages = new ViewerMessages(update, call);
        foreach (var (caller, line) in viewers)
        {
            if (messages.For(caller) is { } message) line?.Say(message);
        }
    }

    private ((Caller Caller, VisitLine? Line)[] Viewers, CallView? Call) ViewersOf(GrainKey key, CallView? newer = null)
    {
        lock (_lock)
        {
            if (!_rooms.TryGetValue(key, out var room)) return ([], null);
            if (newer is not null) room.Know(newer);
            return ([.. room.Viewers.Values], room.Call);
        }
    }

    private sealed class Watched(FeedWatch feed)
    {
        public FeedWatch Feed { get; } = feed;

        public Dictionary<string, (Caller Caller, VisitLine? Line)> Viewers { get; } = [];

        /// <summary>The last seats we heard of: which browser of a link has the seat.</summary>
        public CallView? Call { get; private set; }

        /// <summary>The journal's head versions as told last, by room.</summary>
        public IReadOnlyDictionary<string, long>? Heads { get; set; }

        public void Know(CallView call)
        {
            if (Call is null || call.Version >= Call.Version) Call = call;
        }
    }
}
