using System.Diagnostics;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR.Client;

namespace Balie.Bench;

/// <summary>Many browsers' connections in this process; counts what arrives and when.</summary>
internal sealed class Crowd : IAsyncDisposable
{
    private readonly List<Viewer> _viewers = [];
    private readonly Dictionary<string, Audience> _audiences = [];
    private readonly List<double> _late = [];
    private long _delivered, _known;

    /// <summary>Messages that arrived.</summary>
    public long Delivered => Interlocked.Read(ref _delivered);

    /// <summary>Changes that came to be known: a message tells its own and those before it that did not arrive themselves, for it carries the whole view.</summary>
    public long Known => Interlocked.Read(ref _known);

    /// <summary>The room whose changes count.</summary>
    public string Room { get; private set; } = "dossier";

    /// <summary>When a version of a visit's room was due; what arrives is compared with it. Null: nobody looks at the clock.</summary>
    public Func<string, long, long>? DueAt { get; set; }

    public IEnumerable<(string Visit, long Version)> Seen => _viewers.Select(v => (v.Visit, Interlocked.Read(ref v.Version)));

    /// <summary>From now on another room's changes count, from version 0.</summary>
    public void Watch(string room)
    {
        Room = room;
        foreach (var viewer in _viewers) Interlocked.Exchange(ref viewer.Version, 0);
        foreach (var audience in _audiences.Values) audience.Forget();
    }

    /// <summary>Waits until the viewers of a visit are, taken together, at most so many versions a head behind; or gives up after ten seconds.</summary>
    public Task UntilKnownAsync(string visit, long version, int behind) => _audiences[visit].UntilAsync(Math.Max(0, version - behind));

    /// <summary>How many milliseconds after it was due each version was known, and forgets them.</summary>
    public double[] TakeLate()
    {
        lock (_late)
        {
            double[] taken = [.. _late];
            _late.Clear();
            return taken;
        }
    }

    public async Task JoinAsync(Uri hub, string visit, string? cookie, bool enter, CancellationToken ct)
    {
        // The pace of its pings is the page's too: a browser that only listens would else be taken for gone.
        var connection = new HubConnectionBuilder().WithUrl(hub, options =>
        {
            options.Transports = HttpTransportType.WebSockets;
            options.SkipNegotiation = true;
            options.Headers["Balie-Request"] = "1";
            if (cookie is not null) options.Headers["Cookie"] = cookie;
        }).WithAutomaticReconnect().WithKeepAliveInterval(TimeSpan.FromSeconds(5)).Build();
        Audience audience;
        lock (_viewers)
        {
            if (!_audiences.TryGetValue(visit, out audience!)) _audiences[visit] = audience = new Audience();
            audience.Viewers++;
        }
        var viewer = new Viewer(connection, visit, audience, Enter);
        connection.On<string, long, JsonElement>("Changed", (room, version, _) =>
        {
            if (room == Room) Hear(viewer, version);
        });
        connection.On<Dictionary<string, long>>("Heads", heads => viewer.Compare(heads.GetValueOrDefault(Room), ct));
        // As the page does: whoever was cut off, perhaps by a machine that is too busy, comes back and enters.
        if (enter) connection.Reconnected += _ => viewer.EnterAsync(ct);
        await connection.StartAsync(ct);
        if (enter) await viewer.EnterAsync(ct);
        lock (_viewers) _viewers.Add(viewer);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var some in _viewers.Chunk(50)) await Task.WhenAll(some.Select(v => v.Connection.DisposeAsync().AsTask()));
    }

    private void Hear(Viewer viewer, long version)
    {
        Interlocked.Increment(ref _delivered);
        var known = Know(viewer, version);
        if (version > known) Interlocked.Add(ref _known, version - known);
    }

    /// <summary>Who enters again finds the dossier's version in the snapshot; what they had missed is late by then.</summary>
    private void Enter(Viewer viewer, long dossier)
    {
        if (Room == "dossier") Know(viewer, dossier);
    }

    /// <summary>The version that was known before. Whoever was shown a newer view knows the older ones from then on too.</summary>
    private long Know(Viewer viewer, long version)
    {
        var known = viewer.Learn(version);
        if (DueAt is not { } due) return known;
        lock (_late)
        {
            for (var v = known + 1; v <= version; v++)
            {
                if (due(viewer.Visit, v) is > 0 and var at) _late.Add(Stopwatch.GetElapsedTime(at).TotalMilliseconds);
            }
        }

        return known;
    }

    private sealed class Viewer(HubConnection connection, string visit, Audience audience, Action<Viewer, long> entered)
    {
        private int _entering;
        public long Version;

        public HubConnection Connection => connection;

        public string Visit => visit;

        public async Task EnterAsync(CancellationToken ct)
        {
            var snapshot = await connection.InvokeAsync<JsonElement>("Enter", ct);
            entered(this, snapshot.GetProperty("dossier").GetProperty("version").GetInt64());
        }

        /// <summary>The version that was known before.</summary>
        public long Learn(long version)
        {
            var known = Interlocked.Read(ref Version);
            while (version > known && Interlocked.CompareExchange(ref Version, version, known) is var seen && seen != known) known = seen;
            if (version > known) audience.Learn(version - known);
            return known;
        }

        /// <summary>As the page does: whoever is behind the heads enters again.</summary>
        public async Task Compare(long head, CancellationToken ct)
        {
            if (head <= Interlocked.Read(ref Version) || Interlocked.Exchange(ref _entering, 1) == 1) return;
            try
            {
                await EnterAsync(ct);
            }
            finally
            {
                Interlocked.Exchange(ref _entering, 0);
            }
        }
    }
}
