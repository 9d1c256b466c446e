using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using Balie.Grains.Calls.Media;

namespace Balie.Bench;

/// <summary>One page at the floor's relay: its line, and its two handles at the Janus of the moment.</summary>
internal sealed class BareSeat(string name, WebSocket socket)
{
    private readonly SemaphoreSlim _sending = new(1, 1);

    public string Name => name;

    /// <summary>The publisher's handle once it has joined.</summary>
    public Task<ulong> Publisher { get; set; } = Task.FromResult(0UL);

    public ulong Subscriber { get; set; }

    public async Task TellAsync(JsonObject message)
    {
        await _sending.WaitAsync();
        try
        {
            await socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(message), WebSocketMessageType.Text, true, CancellationToken.None);
        }
        catch (Exception gone) when (gone is WebSocketException or ObjectDisposedException)
        {
            // The page was closed.
        }
        finally
        {
            _sending.Release();
        }
    }
}

/// <summary>One room of the floor's relay, with the same codecs and limits as Balie's.</summary>
internal sealed class BareRoom : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, BareSeat> _seats = new();
    private readonly string _name;
    private readonly Func<IReadOnlyList<MediaNodeAddress>> _nodes;
    private JanusLine _line = null!;
    private MediaNodeAddress _node = null!;
    private volatile bool _over;

    private BareRoom(string name, Func<IReadOnlyList<MediaNodeAddress>> nodes) => (_name, _nodes) = (name, nodes);

    public static async Task<BareRoom> OpenAsync(string name, Func<IReadOnlyList<MediaNodeAddress>> nodes)
    {
        var room = new BareRoom(name, nodes);
        await room.OpenAsync();
        return room;
    }

    public BareSeat Sit(string name, WebSocket socket) => _seats[name] = new BareSeat(name, socket);

    public void Leave(BareSeat seat) => _seats.TryRemove(new(seat.Name, seat));

    /// <summary>What a page says. Each word is followed on its own; what must wait for another waits for its handle.</summary>
    public async void Hear(BareSeat seat, JsonNode message)
    {
        try
        {
            await HearAsync(seat, message, message["do"]!.GetValue<string>());
        }
        catch (Exception problem) when (problem is OperationCanceledException or WebSocketException || _over)
        {
            // The Janus that was asked is gone; the page begins again.
        }
        catch (Exception problem)
        {
            await Console.Error.WriteLineAsync($"The bare relay broke. {problem}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        _over = true;
        await _line.DisposeAsync();
    }

    private async Task HearAsync(BareSeat seat, JsonNode message, string word)
    {
        switch (word)
        {
            case "admit":
                foreach (var other in _seats.Values.Where(other => other != seat)) await other.TellAsync(new() { ["is"] = "admitted" });
                break;
            case "enter":
                seat.Publisher = JoinAsync(seat);
                await seat.Publisher;
                break;
            case "publish":
                var answered = await _line.MessageAsync(await seat.Publisher, new() { ["request"] = "publish" }, "offer", message["sdp"]!.GetValue<string>());
                await seat.TellAsync(new() { ["is"] = "answer", ["sdp"] = answered["jsep"]!["sdp"]!.GetValue<string>() });
                break;
            case "start":
                await _line.MessageAsync(seat.Subscriber, new() { ["request"] = "start" }, "answer", message["sdp"]!.GetValue<string>());
                break;
            case "trickle":
                await _line.TrickleAsync(message["to"]!.GetValue<string>() == "publisher" ? await seat.Publisher : seat.Subscriber, message["candidate"]?.DeepClone());
                break;
        }
    }

    private async Task OpenAsync()
    {
        var former = _node;
        _node = _nodes().First(node => node.Incarnation != former?.Incarnation);
        _line = await JanusLine.OpenAsync(_node, OnEvent, CancellationToken.None);
        await _line.MessageAsync(await _line.AttachAsync(), new()
        {
            ["request"] = "create", ["admin_key"] = _node.AdminKey, ["room"] = _name, ["permanent"] = false, ["is_private"] = true, ["publishers"] = 8,
            ["bitrate"] = new MediaRoomOptions(_name).BitrateCap, ["bitrate_cap"] = true, ["audiocodec"] = "opus", ["videocodec"] = "vp8", ["opus_fec"] = true, ["notify_joining"] = false,
        });
        _ = MoveAsync(_line.Closed);
    }

    /// <summary>The API's socket closes within milliseconds after Janus was killed.</summary>
    private async Task MoveAsync(Task closed)
    {
        await closed;
        if (_over) return;
        await OpenAsync();
        foreach (var seat in _seats.Values) await seat.TellAsync(new() { ["is"] = "again" });
    }

    private async Task<ulong> JoinAsync(BareSeat seat)
    {
        var handle = await _line.AttachAsync();
        var joined = await _line.MessageAsync(handle, new() { ["request"] = "join", ["ptype"] = "publisher", ["room"] = _name, ["id"] = seat.Name });
        // Whoever publishes already is received at once; the page's own offer does not wait for that.
        _ = SubscribeAsync(seat, joined["plugindata"]!["data"]!["publishers"]!.AsArray());
        return handle;
    }

    private async Task SubscribeAsync(BareSeat seat, JsonArray publishers)
    {
        if (publishers.Count == 0) return;
        seat.Subscriber = await _line.AttachAsync();
        var streams = new JsonArray([.. publishers.Select(publisher => new JsonObject { ["feed"] = publisher!["id"]!.GetValue<string>() })]);
        var offered = await _line.MessageAsync(seat.Subscriber, new() { ["request"] = "join", ["ptype"] = "subscriber", ["room"] = _name, ["streams"] = streams });
        await seat.TellAsync(new() { ["is"] = "offer", ["sdp"] = offered["jsep"]!["sdp"]!.GetValue<string>() });
    }

    /// <summary>Somebody's picture and sound reached the room.</summary>
    private void OnEvent(JsonNode happened)
    {
        if (happened["plugindata"]?["data"]?["publishers"] is not JsonArray publishers) return;
        var handle = happened["sender"]!.GetValue<ulong>();
        if (_seats.Values.FirstOrDefault(seat => seat.Publisher is { IsCompletedSuccessfully: true } publisher && publisher.Result == handle) is { } seat) _ = SubscribeAsync(seat, publishers);
    }
}
