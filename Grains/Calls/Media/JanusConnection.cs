using System.Buffers;
using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;

namespace Balie.Grains.Calls.Media;

/// <summary>One WebSocket to one incarnation of Janus: pairs answers with requests by transaction, hands on the rest.</summary>
internal sealed class JanusConnection : IAsyncDisposable
{
    static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(8);
    const int LongestMessage = 1 << 20;

    readonly ClientWebSocket socket = new();
    readonly SemaphoreSlim sending = new(1, 1);
    readonly ConcurrentDictionary<string, Pending> pending = new();
    readonly CancellationTokenSource closing = new();
    readonly TaskCompletionSource<string> closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly TimeProvider time;
    readonly ILogger log;
    readonly Action<JsonElement> onEvent;
    Task receiving = Task.CompletedTask;
    long transactions;

    sealed record Pending(bool AckIsEnough, TaskCompletionSource<JsonElement> Answer);

    JanusConnection(MediaNodeAddress address, Action<JsonElement> onEvent, TimeProvider time, ILogger log)
    {
        (Address, this.onEvent, this.time, this.log) = (address, onEvent, time, log);
        socket.Options.AddSubProtocol("janus-protocol");
        // The node is of our own network; a proxy that the machine uses for the world outside does not lead there.
        socket.Options.Proxy = null;
        socket.Options.KeepAliveInterval = TimeSpan.FromSeconds(10);
        // Media flows on without this line; a busy machine may be late to answer.
        socket.Options.KeepAliveTimeout = TimeSpan.FromSeconds(15);
    }

    internal MediaNodeAddress Address { get; }

    /// <summary>Completes with the reason when the socket is gone; never faults.</summary>
    internal Task<string> Closed => closed.Task;

    internal static async Task<JanusConnection> OpenAsync(
        MediaNodeAddress address, Action<JsonElement> onEvent, TimeProvider time, ILogger log, CancellationToken ct, TimeSpan? patience = null)
    {
        var connection = new JanusConnection(address, onEvent, time, log);
        try
        {
            using var limit = new CancellationTokenSource(patience ?? RequestTimeout, time);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, ct);
            await connection.socket.ConnectAsync(address.WebSocket, both.Token);
        }
        catch (OperationCanceledException late) when (!ct.IsCancellationRequested)
        {
            connection.socket.Dispose();
            throw new MediaUnavailableException("The media node did not answer in time", late);
        }
        catch
        {
            connection.socket.Dispose();
            throw;
        }
        connection.receiving = Task.Run(connection.ReceiveAsync, CancellationToken.None);
        return connection;
    }

    /// <summary>Sends and waits for the answer; for requests a plugin handles later the acknowledgement is passed over.</summary>
    /// <exception cref="MediaUnavailableException">The socket died, or there was no answer in time.</exception>
    /// <exception cref="MediaRefusedException">Janus or the plugin said no.</exception>
    internal async Task<JanusReply> RequestAsync(JsonObject message, bool ackIsEnough, CancellationToken ct)
    {
        var transaction = Interlocked.Increment(ref transactions).ToString(System.Globalization.CultureInfo.InvariantCulture);
        message["transaction"] = transaction;
        message["apisecret"] = Address.ApiSecret;
        var waiting = new Pending(ackIsEnough, new(TaskCreationOptions.RunContinuationsAsynchronously));
        pending[transaction] = waiting;
        try
        {
            if (closed.Task.IsCompleted) throw new MediaUnavailableException("The connection to the media node is closed");
            await SendAsync(JsonSerializer.SerializeToUtf8Bytes(message), ct);
            return Checked(await waiting.Answer.Task.WaitAsync(RequestTimeout, time, ct));
        }
        catch (TimeoutException late)
        {
            throw new MediaUnavailableException("The media node did not answer in time", late);
        }
        finally
        {
            pending.TryRemove(transaction, out _);
        }
    }

    async Task SendAsync(byte[] message, CancellationToken ct)
    {
        await sending.WaitAsync(ct);
        try
        {
            // Not cancelled by the caller: a half-sent frame would end the connection for every room.
            await socket.SendAsync(message, WebSocketMessageType.Text, endOfMessage: true, closing.Token);
        }
        catch (Exception error) when (error is WebSocketException or ObjectDisposedException or OperationCanceledException or InvalidOperationException)
        {
            throw new MediaUnavailableException("The connection to the media node is closed", error);
        }
        finally
        {
            sending.Release();
        }
    }

    static JanusReply Checked(JsonElement body)
    {
        if (body.TryGetProperty("error", out var error))
            throw new MediaRefusedException(error.GetProperty("code").GetInt32(), error.GetProperty("reason").GetString() ?? "");
        var data = JanusReply.DataOf(body);
        if (data.ValueKind == JsonValueKind.Object && data.TryGetProperty("error_code", out var code))
            throw new MediaRefusedException(code.GetInt32(), data.TryGetProperty("error", out var why) ? why.GetString() ?? "" : "");
        return new(body);
    }

    async Task ReceiveAsync()
    {
        var reason = "closed by Balie";
        var buffer = new ArrayBufferWriter<byte>(16 * 1024);
        try
        {
            while (true)
            {
                var part = await socket.ReceiveAsync(buffer.GetMemory(16 * 1024), closing.Token);
                if (part.MessageType == WebSocketMessageType.Close) { reason = "closed by the media node"; break; }
                buffer.Advance(part.Count);
                if (buffer.WrittenCount > LongestMessage) { reason = "message too long"; break; }
                if (!part.EndOfMessage) continue;
                Dispatch(buffer.WrittenSpan);
                buffer.ResetWrittenCount();
            }
        }
        catch (WebSocketException error)
        {
            reason = error.Message;
        }
        catch (OperationCanceledException) when (closing.IsCancellationRequested)
        {
            // Disposed; the reason stands.
        }
        catch (OperationCanceledException)
        {
            // So says the socket when its own keep-alive gave up on the other side.
            reason = "the media node did not answer a ping in time";
        }
        finally
        {
            closed.TrySetResult(reason);
            foreach (var (_, waiting) in pending)
                waiting.Answer.TrySetException(new MediaUnavailableException($"The connection to the media node was lost: {reason}"));
        }
    }

    void Dispatch(ReadOnlySpan<byte> text)
    {
        try
        {
            Dispatch(JsonSerializer.Deserialize<JsonElement>(text));
        }
        catch (Exception error)
        {
            // One odd message must not end the line of every call.
            Log.BadMessage(log, error);
        }
    }

    void Dispatch(JsonElement message)
    {
        if (message.ValueKind != JsonValueKind.Object) return;
        var kind = message.TryGetProperty("janus", out var word) ? word.GetString() : null;
        if (message.TryGetProperty("transaction", out var id) && id.GetString() is { } key && pending.TryGetValue(key, out var waiting))
        {
            if (kind != "ack" || waiting.AckIsEnough) waiting.Answer.TrySetResult(message);
            return;
        }
        if (kind is not (null or "ack")) onEvent(message);
    }

    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        await receiving;
        closed.TrySetResult("closed by Balie");
        socket.Dispose();
        closing.Dispose();
        // Not the turn to speak: who still waits for it is told there that the line is closed.
    }
}
