using System.Buffers;
using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using Balie.Grains.Calls.Media;

namespace Balie.Bench;

/// <summary>The floor's line to a Janus: requests, answers by transaction, events; nothing is checked, kept or repeated.</summary>
internal sealed class JanusLine : IAsyncDisposable
{
    private readonly ClientWebSocket _socket = new();
    private readonly SemaphoreSlim _sending = new(1, 1);
    private readonly ConcurrentDictionary<string, TaskCompletionSource<JsonNode>> _asked = new();
    private readonly MediaNodeAddress _node;
    private readonly Action<JsonNode> _onEvent;
    private long _number;
    private ulong _session;

    private JanusLine(MediaNodeAddress node, Action<JsonNode> onEvent)
    {
        (_node, _onEvent) = (node, onEvent);
        _socket.Options.AddSubProtocol("janus-protocol");
    }

    /// <summary>Ends when the socket does.</summary>
    public Task Closed { get; private set; } = Task.CompletedTask;

    /// <summary>Connects, and makes a session.</summary>
    public static async Task<JanusLine> OpenAsync(MediaNodeAddress node, Action<JsonNode> onEvent, CancellationToken ct)
    {
        var line = new JanusLine(node, onEvent);
        await line._socket.ConnectAsync(node.WebSocket, ct);
        line.Closed = Task.Run(line.ListenAsync, CancellationToken.None);
        line._session = (await line.AskAsync(new() { ["janus"] = "create" }))["data"]!["id"]!.GetValue<ulong>();
        return line;
    }

    public async Task<ulong> AttachAsync() =>
        (await AskAsync(new() { ["janus"] = "attach", ["plugin"] = "janus.plugin.videoroom" }))["data"]!["id"]!.GetValue<ulong>();

    public Task<JsonNode> MessageAsync(ulong handle, JsonObject body, string? type = null, string? sdp = null)
    {
        var message = new JsonObject { ["janus"] = "message", ["handle_id"] = handle, ["body"] = body };
        if (type is not null) message["jsep"] = new JsonObject { ["type"] = type, ["sdp"] = sdp };
        return AskAsync(message);
    }

    public Task TrickleAsync(ulong handle, JsonNode? candidate) => SendAsync(new() { ["janus"] = "trickle", ["handle_id"] = handle, ["candidate"] = candidate ?? new JsonObject { ["completed"] = true } }, "t");

    public async Task<JsonNode> AskAsync(JsonObject message)
    {
        var number = Interlocked.Increment(ref _number).ToString(System.Globalization.CultureInfo.InvariantCulture);
        var answer = _asked[number] = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await SendAsync(message, number);
        var said = await answer.Task;
        if (said["error"] is not null || said["plugindata"]?["data"]?["error_code"] is not null) throw new InvalidOperationException($"Janus refused: {said.ToJsonString()}");
        return said;
    }

    private async Task SendAsync(JsonObject message, string number)
    {
        (message["transaction"], message["apisecret"]) = (number, _node.ApiSecret);
        if (_session != 0) message["session_id"] = _session;
        await _sending.WaitAsync();
        try
        {
            await _socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(message), WebSocketMessageType.Text, true, CancellationToken.None);
        }
        finally
        {
            _sending.Release();
        }
    }

    private async Task ListenAsync()
    {
        var text = new ArrayBufferWriter<byte>(16 * 1024);
        try
        {
            while (true)
            {
                var part = await _socket.ReceiveAsync(text.GetMemory(16 * 1024), CancellationToken.None);
                if (part.MessageType == WebSocketMessageType.Close) break;
                text.Advance(part.Count);
                if (!part.EndOfMessage) continue;
                Take(JsonNode.Parse(text.WrittenSpan)!);
                text.ResetWrittenCount();
            }
        }
        catch (Exception gone) when (gone is WebSocketException or OperationCanceledException)
        {
            // Janus was killed, or the line was let go.
        }

        foreach (var (_, answer) in _asked) answer.TrySetCanceled();
    }

    private void Take(JsonNode message)
    {
        var kind = message["janus"]!.GetValue<string>();
        if (kind == "ack") return;
        if (message["transaction"]?.GetValue<string>() is { } number && _asked.TryRemove(number, out var answer)) answer.TrySetResult(message);
        else _onEvent(message);
    }

    public async ValueTask DisposeAsync()
    {
        _socket.Abort();
        await Closed;
        _socket.Dispose();
        _sending.Dispose();
    }
}
