using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using Balie.Grains.Calls.Media;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Balie.Bench;

/// <summary>
/// The floor of a call: a page and a WebSocket that relays offers and answers to a VideoRoom of Janus, and nothing else. No rights, no journal, no state that
/// outlives it. When the line to its Janus closes it opens the room on the next one of <paramref name="nodes"/> and tells its pages to begin again.
/// </summary>
internal sealed class BareRelay(WebApplication app, Func<IReadOnlyList<MediaNodeAddress>> nodes) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<Task<BareRoom>>> _rooms = new();

    public Uri Address => new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());

    public static async Task<BareRelay> StartAsync(Func<IReadOnlyList<MediaNodeAddress>> nodes, CancellationToken ct)
    {
        var builder = WebApplication.CreateSlimBuilder();
        // A name that browsers hold for safe: only there they open a camera.
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var relay = new BareRelay(app, nodes);
        app.UseWebSockets();
        app.MapGet("/", () => Results.Content(BarePage.Html, "text/html; charset=utf-8"));
        app.Map("/line", relay.ServeAsync);
        await app.StartAsync(ct);
        return relay;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var room in _rooms.Values) await (await room.Value).DisposeAsync();
        using var soon = new CancellationTokenSource(TimeSpan.Zero);
        await app.StopAsync(soon.Token);
        await app.DisposeAsync();
    }

    private async Task ServeAsync(HttpContext http)
    {
        using var socket = await http.WebSockets.AcceptWebSocketAsync();
        var room = await _rooms.GetOrAdd(http.Request.Query["room"].ToString(), name => new(() => BareRoom.OpenAsync(name, nodes))).Value;
        var seat = room.Sit(http.Request.Query["as"].ToString(), socket);
        var buffer = new byte[64 * 1024];
        try
        {
            while (await ReadAsync(socket, buffer, http.RequestAborted) is { } message) room.Hear(seat, message);
        }
        catch (Exception gone) when (gone is WebSocketException or OperationCanceledException)
        {
            // The page was closed.
        }

        room.Leave(seat);
    }

    private static async Task<JsonNode?> ReadAsync(WebSocket socket, byte[] buffer, CancellationToken ct)
    {
        for (var length = 0;;)
        {
            var part = await socket.ReceiveAsync(buffer.AsMemory(length), ct);
            if (part.MessageType == WebSocketMessageType.Close) return null;
            length += part.Count;
            if (part.EndOfMessage) return JsonSerializer.Deserialize<JsonNode>(buffer.AsSpan(0, length));
        }
    }
}
