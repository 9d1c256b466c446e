using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using Balie.Grains.Calls.Media;
using Microsoft.Extensions.Logging.Abstractions;

namespace Balie.Grains.Tests.Media;

/// <summary>All calls at a node share one line: nothing that comes over it may end it, and nobody waits for one that has ended.</summary>
public sealed class LineFacts
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_odd_word_of_the_node_ends_the_line_for_nobody()
    {
        using var node = new TalkativeNode();
        await using var line = await JanusConnection.OpenAsync(node.Address, _ => throw new InvalidOperationException("Nobody expected this."), TimeProvider.System, NullLogger.Instance, Ct);
        await node.SayAsync("""{"janus":"event"}""");

        (await line.RequestAsync(new() { ["janus"] = "create" }, false, Ct)).NewId.ShouldBe(1UL);
        line.Closed.IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task Whoever_waits_to_speak_hears_that_the_line_was_closed()
    {
        using var node = new TalkativeNode(listens: false);
        var line = await JanusConnection.OpenAsync(node.Address, _ => { }, TimeProvider.System, NullLogger.Instance, Ct);
        // More than the machine holds for somebody who does not listen: the first cannot finish, the others wait for their turn.
        var asked = Enumerable.Range(0, 40).Select(_ => line.RequestAsync(new() { ["janus"] = "create", ["long"] = new string('x', 1 << 20) }, false, Ct)).ToList();
        await line.DisposeAsync();

        foreach (var one in asked) await Should.ThrowAsync<MediaUnavailableException>(one.WaitAsync(TimeSpan.FromSeconds(20), Ct));
    }

    /// <summary>Opens the line as Janus does, answers every request with id 1, and says whatever it is told to say.</summary>
    sealed class TalkativeNode : IDisposable
    {
        readonly HttpListener listener = new();
        readonly Task<WebSocket> accepting;

        public TalkativeNode(bool listens = true)
        {
            var port = HostAddress.FreeLoopbackPort();
            listener.Prefixes.Add($"http://127.0.0.1:{port}/");
            listener.Start();
            Address = new(new($"ws://127.0.0.1:{port}/"), "api", "admin", "odd/1", "/nowhere");
            accepting = AcceptAsync();
            if (listens) _ = AnswerAsync();
        }

        public MediaNodeAddress Address { get; }

        public async Task SayAsync(string text) =>
            await (await accepting).SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, Ct);

        public void Dispose() => listener.Abort();

        async Task<WebSocket> AcceptAsync() => (await (await listener.GetContextAsync()).AcceptWebSocketAsync("janus-protocol")).WebSocket;

        async Task AnswerAsync()
        {
            var socket = await accepting;
            var buffer = new byte[4096];
            while (await socket.ReceiveAsync(buffer, Ct) is { MessageType: WebSocketMessageType.Text } asked)
            {
                var transaction = JsonNode.Parse(buffer.AsSpan(0, asked.Count))!["transaction"]!.GetValue<string>();
                await SayAsync(new JsonObject { ["janus"] = "success", ["transaction"] = transaction, ["data"] = new JsonObject { ["id"] = 1 } }.ToJsonString());
            }
        }
    }
}
