using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text.Json.Nodes;

namespace Balie.Grains.Calls.Media;

/// <summary>The one line to the node. Whoever needs it shares the attempt that is under way; a caller who gives up ends it for nobody.</summary>
public sealed partial class JanusClient
{
    /// <summary>How long a caller waits for the line; in grains nobody else is served meanwhile.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>The same while the attempt before this one failed: it may well fail too.</summary>
    static readonly TimeSpan PatienceWhenFailing = TimeSpan.FromSeconds(1);

    /// <summary>After a failure fresh calls go to other nodes for this long.</summary>
    static readonly TimeSpan Shunned = TimeSpan.FromSeconds(10);

    static readonly TimeSpan RetryAfter = TimeSpan.FromMilliseconds(200);

    readonly Lock line = new();
    JanusConnection? connection;
    (string Incarnation, Task<JanusConnection> Task)? attempt;
    Failing? failing;
    Task reconnecting = Task.CompletedTask;

    /// <param name="Since">When the first attempt of those that failed one after the other began.</param>
    sealed record Failing(string Incarnation, long Since, long Last);

    /// <summary>The last attempt to reach the node failed, not long ago: another node is the better choice.</summary>
    internal bool IsFailing => Volatile.Read(ref failing) is { } now && now.Incarnation == node.Current?.Incarnation && time.GetElapsedTime(now.Last) < Shunned;

    async Task<JanusConnection> ConnectAsync(CancellationToken ct)
    {
        var patience = IsFailing ? PatienceWhenFailing : Patience;
        for (var again = false; ; again = true)
        {
            var (shared, isOwn) = Attempt();
            try
            {
                return await shared.WaitAsync(patience, time, ct);
            }
            catch (TimeoutException late)
            {
                throw new MediaUnavailableException("The media node did not answer in time", late);
            }
            catch (MediaUnavailableException) when (!isOwn && !again)
            {
                // That one began before we asked.
            }
        }
    }

    (Task<JanusConnection> Task, bool IsOwn) Attempt()
    {
        lock (line)
        {
            ObjectDisposedException.ThrowIf(closing.IsCancellationRequested, this);
            if (connection is { Closed.IsCompleted: false } open) return (Task.FromResult(open), true);
            var address = node.Current ?? throw new MediaUnavailableException("The media node is down");
            if (attempt is { Task.IsCompleted: false } running && running.Incarnation == address.Incarnation) return (running.Task, false);
            var begun = Task.Run(() => OpenAsync(address));
            attempt = (address.Incarnation, begun);
            return (begun, true);
        }
    }

    /// <summary>All sessions are claimed before anybody uses the line: Janus tells the news of an unclaimed one to nobody.</summary>
    async Task<JanusConnection> OpenAsync(MediaNodeAddress address)
    {
        var since = time.GetTimestamp();
        JanusConnection? fresh = null;
        try
        {
            fresh = await JanusConnection.OpenAsync(address, OnMessage, time, log, closing.Token);
            var claimed = await ClaimAllAsync(fresh, closing.Token);
            if (Use(fresh) is { } former) await former.DisposeAsync();
            foreach (var session in claimed) session.Reconnect();
            if (claimed.Count > 0) Log.Claimed(log, claimed.Count);
            return fresh;
        }
        catch (Exception error) when (error is WebSocketException or MediaException or OperationCanceledException)
        {
            if (fresh is not null) await fresh.DisposeAsync();
            if (!closing.IsCancellationRequested) Failed(address, since, error);
            throw new MediaUnavailableException("The media node cannot be reached", error);
        }
    }

    /// <returns>The one that was used before.</returns>
    JanusConnection? Use(JanusConnection fresh)
    {
        lock (line)
        {
            var former = connection;
            closing.Token.ThrowIfCancellationRequested();
            if (node.Current is { } now && now.Incarnation != fresh.Address.Incarnation) throw new MediaUnavailableException("The media node has been restarted meanwhile");
            (connection, failing) = (fresh, null);
            reconnecting = WhenClosedAsync(fresh);
            return former;
        }
    }

    void Failed(MediaNodeAddress address, long since, Exception error)
    {
        Log.ConnectFailed(log, error);
        var first = Volatile.Read(ref failing) is { } before && before.Incarnation == address.Incarnation ? before.Since : since;
        Volatile.Write(ref failing, new(address.Incarnation, first, time.GetTimestamp()));
        // A machine that answers "nobody listens here" has lost that process; one that does not answer may come back.
        if (error.GetBaseException() is SocketException { SocketErrorCode: SocketError.ConnectionRefused }) node.Refused(address.Incarnation);
        else if (node.IsForsaken || time.GetElapsedTime(first) >= reclaimTime) node.Unreachable(address.Incarnation);
    }

    async Task<List<JanusSession>> ClaimAllAsync(JanusConnection to, CancellationToken ct)
    {
        var claimed = new List<JanusSession>();
        foreach (var session in sessions.Values)
        {
            if (session.Node.Incarnation != to.Address.Incarnation) { Lose(session); continue; }
            try
            {
                await to.RequestAsync(new JsonObject { ["janus"] = "claim", ["session_id"] = session.Id }, false, ct);
                claimed.Add(session);
            }
            catch (MediaRefusedException)
            {
                Lose(session);
            }
        }
        return claimed;
    }

    async Task WhenClosedAsync(JanusConnection lost)
    {
        var reason = await lost.Closed;
        if (closing.IsCancellationRequested || sessions.IsEmpty) return;
        Log.ConnectionLost(log, reason);
        var since = time.GetTimestamp();
        while (!sessions.IsEmpty)
        {
            try
            {
                await ConnectAsync(closing.Token);
                return;
            }
            catch (MediaException) when (time.GetElapsedTime(since) >= reclaimTime)
            {
                foreach (var session in sessions.Values) Lose(session);
            }
            catch (MediaException)
            {
                await Task.Delay(RetryAfter, time, CancellationToken.None);
            }
            catch (Exception) when (closing.IsCancellationRequested)
            {
                return;
            }
        }
    }

    async Task DisconnectAsync()
    {
        JanusConnection? last;
        Task<JanusConnection>? begun;
        lock (line) (last, begun) = (connection, attempt?.Task);
        if (begun is not null) await ((Task)begun).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (last is not null) await last.DisposeAsync();
        await reconnecting;
    }
}
