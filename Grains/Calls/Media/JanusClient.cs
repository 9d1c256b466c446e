using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;

namespace Balie.Grains.Calls.Media;

/// <summary>
/// Balie's side of Janus's WebSocket API (subprotocol janus-protocol) for one node. All rooms share one connection.
/// Keeps sessions alive, and claims them on a new connection when the old one breaks; a session that cannot be claimed
/// within the reclaim time, or whose Janus has ended, is reported lost. Safe for concurrent use.
/// </summary>
public sealed partial class JanusClient : IAsyncDisposable
{
    static readonly TimeSpan Keepalive = TimeSpan.FromSeconds(25);

    readonly IMediaNode node;
    readonly TimeProvider time;
    readonly ILogger<JanusClient> log;
    readonly TimeSpan reclaimTime;
    readonly ITrackSizes sizes;
    readonly ConcurrentDictionary<ulong, JanusSession> sessions = new();
    readonly CancellationTokenSource closing = new();
    readonly Task keeping;

    /// <param name="reclaimTime">After so long without a line the node's calls are given up, and open elsewhere: 30 s when not given. Janus keeps them for longer.</param>
    /// <param name="sizes">Looks at the node's raw tracks; they are on this machine when not given.</param>
    public JanusClient(IMediaNode node, TimeProvider time, ILogger<JanusClient> log, TimeSpan? reclaimTime = null, ITrackSizes? sizes = null)
    {
        (this.node, this.time, this.log, this.reclaimTime) = (node, time, log, reclaimTime ?? TimeSpan.FromSeconds(30));
        this.sizes = sizes ?? OwnTrackSizes.Instance;
        node.Died += OnNodeDied;
        keeping = KeepAliveAsync(closing.Token);
    }

    /// <summary>The node this client speaks to.</summary>
    public IMediaNode Node => node;

    /// <summary>Sessions that are kept alive and listened to.</summary>
    internal int Sessions => sessions.Count;

    /// <summary>True when the node's raw tracks are on this machine's disk.</summary>
    internal bool HasFiles => sizes is OwnTrackSizes;

    internal Task<IReadOnlyDictionary<(string Participant, int Line), long>> GrowingAsync(MediaNodeAddress at, string room, string segment, CancellationToken ct) =>
        sizes.GrowingAsync(at, room, segment, ct);

    /// <summary>Makes and ends a session: only a Janus that knows this node's secret manages that.</summary>
    /// <exception cref="MediaUnavailableException">It does not answer within <paramref name="patience"/> (8 s when not given).</exception>
    internal static async Task<bool> AnswersAsync(MediaNodeAddress address, CancellationToken ct, TimeSpan? patience = null)
    {
        await using var probe = await JanusConnection.OpenAsync(
            address, static _ => { }, TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance, ct, patience);
        var session = (await probe.RequestAsync(new() { ["janus"] = "create" }, false, ct)).NewId;
        await probe.RequestAsync(new() { ["janus"] = "destroy", ["session_id"] = session }, false, ct);
        return true;
    }

    /// <exception cref="MediaUnavailableException">The node is down or does not answer.</exception>
    internal async Task<JanusSession> CreateSessionAsync(CancellationToken ct)
    {
        var to = await ConnectAsync(ct);
        var id = (await to.RequestAsync(new() { ["janus"] = "create" }, false, ct)).NewId;
        return Register(new(this, id, to.Address));
    }

    /// <summary>Takes over a session that an earlier Balie made.</summary>
    /// <exception cref="MediaSessionLostException">It ended, or its Janus did.</exception>
    internal async Task<JanusSession> ClaimSessionAsync(ulong id, string incarnation, CancellationToken ct)
    {
        var to = await ConnectAsync(ct);
        if (to.Address.Incarnation != incarnation) throw new MediaSessionLostException("The media node has been restarted since");
        try
        {
            await to.RequestAsync(new() { ["janus"] = "claim", ["session_id"] = id }, false, ct);
        }
        catch (MediaRefusedException refused) when (refused.Code == MediaRefusedException.NoSuchSession)
        {
            throw new MediaSessionLostException("The media node has forgotten the session");
        }
        return Register(new(this, id, to.Address));
    }

    internal async Task<JanusReply> RequestAsync(JanusSession session, JsonObject message, bool ackIsEnough, CancellationToken ct)
    {
        if (session.IsLost) throw new MediaSessionLostException("The session on the media node is gone");
        var to = await ConnectAsync(ct);
        message["session_id"] = session.Id;
        try
        {
            return await to.RequestAsync(message, ackIsEnough, ct);
        }
        catch (MediaRefusedException refused) when (refused.Code == MediaRefusedException.NoSuchSession)
        {
            Lose(session);
            throw new MediaSessionLostException("The media node has forgotten the session");
        }
    }

    internal void Abandoned(JanusSession session, MediaException away) => Log.Abandoned(log, session.Id, away);

    internal void Forget(JanusSession session) => sessions.TryRemove(new(session.Id, session));

    JanusSession Register(JanusSession session)
    {
        // A room that was claimed again in this process has a new owner; the former one hears nothing any more.
        if (sessions.TryGetValue(session.Id, out var former)) former.Release();
        sessions[session.Id] = session;
        // The node may have died between the answer and here; its event found nothing to lose then.
        if (node.Current is { } now && now.Incarnation != session.Node.Incarnation) Lose(session);
        return session;
    }

    async Task KeepAliveAsync(CancellationToken ct)
    {
        using var timer = new PeriodicTimer(Keepalive, time);
        try
        {
            while (await timer.WaitForNextTickAsync(ct))
                foreach (var session in sessions.Values) await KeepAliveAsync(session, ct);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The client is being disposed.
        }
    }

    async Task KeepAliveAsync(JanusSession session, CancellationToken ct)
    {
        try
        {
            await RequestAsync(session, new() { ["janus"] = "keepalive" }, ackIsEnough: true, ct);
        }
        catch (MediaException error)
        {
            Log.KeepaliveFailed(log, session.Id, error);
        }
    }

    void OnMessage(JsonElement message)
    {
        if (!message.TryGetProperty("session_id", out var id) || !sessions.TryGetValue(id.GetUInt64(), out var session)) return;
        var kind = message.GetProperty("janus").GetString()!;
        if (kind == "timeout") { Lose(session); return; }
        var handle = message.TryGetProperty("sender", out var sender) ? sender.GetUInt64() : 0;
        session.Raise(new(kind, handle, message));
    }

    void OnNodeDied(string incarnation)
    {
        foreach (var session in sessions.Values)
            if (session.Node.Incarnation == incarnation) Lose(session);
    }

    void Lose(JanusSession session)
    {
        if (!sessions.TryRemove(new(session.Id, session))) return;
        Log.SessionLost(log, session.Id, session.Node.Incarnation);
        session.Lose();
    }

    /// <summary>Closes the connection. Janus keeps the sessions for the reclaim time: another Balie may claim them.</summary>
    public async ValueTask DisposeAsync()
    {
        if (closing.IsCancellationRequested) return;
        node.Died -= OnNodeDied;
        await closing.CancelAsync();
        await keeping;
        await DisconnectAsync();
    }
}
