using System.Diagnostics;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR.Client;

namespace Balie.Bench;

/// <summary>Many browsers' connections in this process; counts what arrives and when.</summary>
internal sealed class Crowd : IAsyncDisposable
{
    private readonly List<Viewer> _viewers = [];
    private long _delivered;

    public long Delivered => Interlocked.Read(ref _delivered);

    /// <summary>When a version of a room was asked for, by room and version; what arrives is compared with it.</summary>
    public Func<string, long, long> AskedAt { get; set; } = (_, _) => 0;

    public List<double> Late { get; } = [];

    public IEnumerable<(string Visit, long Version)> Seen => _viewers.Select(v => (v.Visit, Interlocked.Read(ref v.Version)));

    public async Task JoinAsync(Uri hub, string visit, string? cookie, bool enter, CancellationToken ct)
    {
        var connection = new HubConnectionBuilder().WithUrl(hub, options =>
        {
            options.Transports = HttpTransportType.WebSockets;
            options.SkipNegotiation = true;
            options.Headers["Balie-Request"] = "1";
            if (cookie is not null) options.Headers["Cookie"] = cookie;
        }).WithAutomaticReconnect().Build();
        var viewer = new Viewer(connection, visit);
        connection.On<string, long, JsonElement>("Changed", (room, version, _) =>
        {
            if (room == "dossier") Hear(viewer, version);
        });
        connection.On<Dictionary<string, long>>("Heads", heads => viewer.Compare(heads.GetValueOrDefault("dossier"), ct));
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
        Interlocked.Exchange(ref viewer.Version, Math.Max(version, Interlocked.Read(ref viewer.Version)));
        var asked = AskedAt(viewer.Visit, version);
        if (asked == 0) return;
        var took = Stopwatch.GetElapsedTime(asked).TotalMilliseconds;
        lock (Late) Late.Add(took);
    }

    private sealed class Viewer(HubConnection connection, string visit)
    {
        private int _entering;
        public long Version;

        public HubConnection Connection => connection;

        public string Visit => visit;

        public async Task EnterAsync(CancellationToken ct)
        {
            var snapshot = await connection.InvokeAsync<JsonElement>("Enter", ct);
            var version = snapshot.GetProperty("dossier").GetProperty("version").GetInt64();
            Interlocked.Exchange(ref Version, Math.Max(version, Interlocked.Read(ref Version)));
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
