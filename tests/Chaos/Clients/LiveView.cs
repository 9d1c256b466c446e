using System.Net.WebSockets;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.Http.Connections.Client;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;

namespace Balie.Chaos.Clients;

/// <summary>
/// What one browser knows of a visit, by the rules of the page: the snapshot at entering, replaced room by room by newer views; whoever is behind the
/// heads enters again; a lost connection comes back by itself.
/// </summary>
public sealed class LiveView : IAsyncDisposable
{
    public static readonly IReadOnlyList<string> Rooms = ["appointment", "call", "identity", "dossier", "signing", "recording"];

    private readonly Browser _browser;
    private readonly string _tenant;
    private readonly string _visit;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private readonly Task _loop;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private JsonObject? _snapshot;
    private HubConnection? _hub;
    private ClientWebSocket? _socket;
    private bool _entering;
    private bool _stale;
    private int _entries;
    private string _trouble = "";

    public LiveView(Browser browser, string tenant, string visit)
    {
        (_browser, _tenant, _visit) = (browser, tenant, visit);
        _loop = Task.Run(StayAsync);
    }

    /// <summary>Times that this browser came in.</summary>
    public int Entries => Volatile.Read(ref _entries);

    /// <summary>A copy of what the browser knows now; null before it first came in.</summary>
    public JsonObject? Now
    {
        get
        {
            lock (_lock) return (JsonObject?)_snapshot?.DeepClone();
        }
    }

    /// <summary>Waits until what the browser knows fits.</summary>
    /// <exception cref="StuckException">It did not within the browser's patience.</exception>
    public async Task<JsonObject> WaitAsync(string what, Func<JsonObject, bool> fits)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        limit.CancelAfter(_browser.Patience);
        while (true)
        {
            Task next;
            lock (_lock)
            {
                if (_snapshot is not null && fits(_snapshot)) return (JsonObject)_snapshot.DeepClone();
                next = _changed.Task;
            }

            try
            {
                await next.WaitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                throw new StuckException($"{what} was not seen in {_tenant}/{_visit}; seen: {Summary()}");
            }
        }
    }

    /// <summary>The connection breaks off without a goodbye, as when a browser is killed; it comes back by itself.</summary>
    public bool BreakOff()
    {
        if (Interlocked.Exchange(ref _socket, null) is not { } socket) return false;
        socket.Abort();
        return true;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        if (_hub is not null) await _hub.DisposeAsync();
    }

    private async Task StayAsync()
    {
        for (var attempt = 0; !_stop.IsCancellationRequested; attempt++)
        {
            try
            {
                var closed = await ConnectAsync();
                attempt = 0;
                await closed.WaitAsync(_stop.Token);
            }
            catch (Exception lost)
            {
                // Whatever it was, the page tries again for as long as somebody looks.
                _trouble = lost.GetBaseException().Message;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(Math.Min(3000, 200 * Math.Pow(2, attempt))), _stop.Token).ContinueWith(static _ => { }, TaskScheduler.Default);
        }
    }

    /// <summary>Returns once inside; the task that it gives ends with the connection.</summary>
    private async Task<Task> ConnectAsync()
    {
        if (_hub is not null) await _hub.DisposeAsync();
        var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var hub = _hub = Build();
        hub.Closed += _ =>
        {
            closed.TrySetResult();
            return Task.CompletedTask;
        };
        hub.On<string, long, JsonNode?>("Changed", (room, version, view) => Change(room, version, view));
        hub.On<Dictionary<string, long>>("Heads", heads => Compare(heads));
        await hub.StartAsync(_stop.Token);
        Take(await hub.InvokeAsync<JsonObject>("Enter", _stop.Token));
        Interlocked.Increment(ref _entries);
        return closed.Task;
    }

    private HubConnection Build()
    {
        var who = _browser.Participant is { } participant ? $"&as={participant}" : "";
        var hub = new HubConnectionBuilder().WithUrl(new Uri(_browser.Address, $"/hubs/visit?tenant={_tenant}&visit={_visit}{who}"), options =>
        {
            options.Transports = HttpTransportType.WebSockets;
            options.SkipNegotiation = true;
            options.UseDefaultCredentials = false;
            options.Headers["Balie-Request"] = "1";
            options.Headers["Cookie"] = _browser.CookieHeader;
            options.WebSocketFactory = OpenAsync;
        }).Build();
        hub.ServerTimeout = TimeSpan.FromSeconds(20);
        hub.KeepAliveInterval = TimeSpan.FromSeconds(5);
        return hub;
    }

    private async ValueTask<WebSocket> OpenAsync(WebSocketConnectionContext context, CancellationToken ct)
    {
        var socket = new ClientWebSocket();
        foreach (var (name, value) in context.Options.Headers) socket.Options.SetRequestHeader(name, value);
        try
        {
            await socket.ConnectAsync(context.Uri, ct);
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        _socket = socket;
        return socket;
    }

    private void Change(string room, long version, JsonNode? view)
    {
        lock (_lock)
        {
            if (_snapshot is null || view is null || Version(_snapshot, room) > version) return;
            var was = IsInside(_snapshot);
            _snapshot[room] = view.DeepClone();
            if (IsInside(_snapshot) != was) _stale = true;
        }

        Tell();
        if (_stale) EnterAgain();
    }

    private void Compare(Dictionary<string, long> heads)
    {
        bool behind;
        lock (_lock) behind = _snapshot is not null && (_stale || Rooms.Any(room => heads.GetValueOrDefault(room) > Version(_snapshot, room)));
        if (behind) EnterAgain();
    }

    /// <summary>One at a time; when it fails, the next heads ask again.</summary>
    private async void EnterAgain()
    {
        lock (_lock)
        {
            if (_entering) return;
            _entering = true;
        }

        var wasStale = _stale;
        _stale = false;
        try
        {
            Take(await _hub!.InvokeAsync<JsonObject>("Enter", _stop.Token));
        }
        catch (Exception lost) when (lost is HubException or InvalidOperationException or OperationCanceledException or IOException or WebSocketException or TimeoutException)
        {
            _stale |= wasStale;
        }
        finally
        {
            lock (_lock) _entering = false;
        }
    }

    private void Take(JsonObject got)
    {
        lock (_lock)
        {
            if (_snapshot is not null)
            {
                foreach (var room in Rooms)
                {
                    if (Version(_snapshot, room) > Version(got, room)) got[room] = _snapshot[room]!.DeepClone();
                }
            }

            _snapshot = got;
        }

        Tell();
    }

    private void Tell() =>
        Interlocked.Exchange(ref _changed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();

    public static long Version(JsonObject snapshot, string room) => snapshot[room]?["version"]?.GetValue<long>() ?? -1;

    /// <summary>The browser sits in the call, or sat there when it ended: only then the door shows it what is in the other rooms.</summary>
    private static bool IsInside(JsonObject snapshot)
    {
        if (snapshot["me"]!["isStaff"]!.GetValue<bool>()) return true;
        var seat = Seat(snapshot, snapshot["me"]!["id"]!.GetValue<string>());
        var session = seat?["session"]?.GetValue<string>();
        return session is not null && session == snapshot["me"]!["session"]?.GetValue<string>()
            && (seat!["status"]!.GetValue<string>() == "admitted" || (snapshot["call"]!["status"]!.GetValue<string>() == "ended" && snapshot["call"]!["startedAt"] is not null));
    }

    public static JsonNode? Seat(JsonObject snapshot, string participant) =>
        snapshot["call"]!["seats"]!.AsArray().FirstOrDefault(s => s!["participant"]!.GetValue<string>() == participant);

    private string Summary()
    {
        lock (_lock)
        {
            return _snapshot is null
                ? "nothing"
                : string.Join(", ", Rooms.Select(room => $"{room} {Version(_snapshot, room)} {_snapshot[room]?["status"]}")) + $"; entered {Entries} times, last trouble: {_trouble}";
        }
    }
}
