using System.Text.Json.Nodes;
using System.Threading.Channels;

namespace Balie.Grains.Calls.Media;

/// <summary>One session on a media node: the handles of one room. Its events come in the order Janus sent them.</summary>
internal sealed class JanusSession(JanusClient client, ulong id, MediaNodeAddress node)
{
    readonly Channel<JanusEvent> events = Channel.CreateUnbounded<JanusEvent>(new() { SingleReader = true });
    int lost;

    internal ulong Id => id;

    internal MediaNodeAddress Node => node;

    internal JanusClient Client => client;

    internal bool IsLost => Volatile.Read(ref lost) != 0;

    /// <summary>Ends when the session is lost or destroyed; <see cref="IsLost"/> tells which.</summary>
    internal ChannelReader<JanusEvent> Events => events.Reader;

    internal void Raise(JanusEvent happened) => events.Writer.TryWrite(happened);

    /// <summary>A claim succeeded after the connection broke: events in between are gone.</summary>
    internal void Reconnect() => Raise(new("reconnected", 0, default));

    internal void Lose()
    {
        if (Interlocked.Exchange(ref lost, 1) == 0) events.Writer.TryComplete();
    }

    /// <summary>Stops listening and keeping alive; Janus keeps the session for the reclaim time once the connection ends.</summary>
    internal void Release()
    {
        client.Forget(this);
        events.Writer.TryComplete();
    }

    internal async Task<ulong> AttachAsync(CancellationToken ct) =>
        (await client.RequestAsync(this, new() { ["janus"] = "attach", ["plugin"] = "janus.plugin.videoroom" }, false, ct)).NewId;

    internal Task<JanusReply> MessageAsync(ulong handle, JsonObject body, JsonObject? jsep = null, CancellationToken ct = default)
    {
        var message = new JsonObject { ["janus"] = "message", ["handle_id"] = handle, ["body"] = body };
        if (jsep is not null) message["jsep"] = jsep;
        return client.RequestAsync(this, message, ackIsEnough: false, ct);
    }

    internal Task TrickleAsync(ulong handle, JsonObject candidate, CancellationToken ct) => client.RequestAsync(
        this, new() { ["janus"] = "trickle", ["handle_id"] = handle, ["candidate"] = candidate }, ackIsEnough: true, ct);

    internal async Task DetachAsync(ulong handle, CancellationToken ct)
    {
        try
        {
            await client.RequestAsync(this, new() { ["janus"] = "detach", ["handle_id"] = handle }, false, ct);
        }
        catch (MediaRefusedException refused) when (refused.Code == MediaRefusedException.NoSuchHandle)
        {
            // Gone already, which is what was asked for.
        }
    }

    /// <summary>What was begun in it and came to nothing ends; when the node cannot be told, it ends there for want of a keepalive.</summary>
    internal async Task AbandonAsync()
    {
        try
        {
            await DestroyAsync(CancellationToken.None);
        }
        catch (MediaException away)
        {
            client.Abandoned(this, away);
        }
        finally
        {
            Release();
        }
    }

    internal async Task DestroyAsync(CancellationToken ct)
    {
        await client.RequestAsync(this, new() { ["janus"] = "destroy" }, false, ct);
        Release();
    }
}
