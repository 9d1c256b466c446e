using System.Collections.Immutable;
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
            if (update.View is CallView newer) room.Call = newer;
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
            if (update.View is MediaSignal signal) await browser.Signal(signal);
            else await browser.Changed(update.Room, update.Version, Redaction.Of(update.View, caller, call));
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
        public CallView? Call { get; set; }
    }
}

/// <summary>What of a room's view one caller may see.</summary>
internal static class Redaction
{
    public static object? Of(object view, Caller caller, CallView? call)
    {
        var seated = call is null || SeatWatch.Holds(call, caller);
        var viewer = seated || view is CallView or Balie.Grains.Interfaces.Booking.AppointmentView ? caller.Viewer() : SeatWatch.Stranger;
        var redacted = view is IRedacted<object> known ? known.For(viewer) : null;
        return redacted is Balie.Grains.Interfaces.Documents.DossierView dossier ? SeatWatch.Redact(dossier, viewer) : redacted;
    }
}
