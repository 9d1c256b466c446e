using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Balie.Grains.Calls.Media;

/// <summary>What the register says of another machine's node.</summary>
/// <param name="Forsaken">Its silo has been silent for so long that its machine may be gone.</param>
internal sealed record MediaNodeRow(string Name, MediaNodeAddress? Address, bool TakesCalls, bool Forsaken = false);

/// <summary>
/// The media nodes that rooms of this silo can use: its own, and those of other machines. Owns one <see cref="JanusClient"/> a node. Calls spread over the nodes
/// by their name, each silo by itself.
/// </summary>
public sealed class MediaPool : IAsyncDisposable
{
    private readonly IMediaNode own;
    private readonly JanusClient ownClient;
    private readonly IGrainFactory grains;
    private readonly TimeProvider time;
    private readonly ILoggerFactory logs;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, (RemoteMediaNode Node, JanusClient Client)> _others = [];
    private TaskCompletionSource _nextStart = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public MediaPool(IMediaNode own, JanusClient ownClient, IGrainFactory grains, TimeProvider time, ILoggerFactory logs)
    {
        (this.own, this.ownClient, this.grains, this.time, this.logs) = (own, ownClient, grains, time, logs);
        own.Started += OnStarted;
    }

    /// <summary>Ends when the next node begins to answer. Take it before <see cref="Choose"/>, and none is missed.</summary>
    internal Task NextStart => Volatile.Read(ref _nextStart).Task;

    /// <summary>Set when this machine's node is about to stop: it takes no new calls.</summary>
    public bool Leaving { get; set; }

    /// <summary>Where a fresh room goes; null when no node is there.</summary>
    public JanusClient? Choose(string room)
    {
        List<JanusClient> there;
        lock (_lock) there = [.. _others.Values.Where(o => o.Node is { TakesCalls: true, Current: not null }).Select(o => o.Client)];
        if (own.Current is not null && !Leaving) there.Add(ownClient);
        // Every silo chooses the same node for a room, and a node that goes moves no rooms but its own.
        if (there.Exists(client => !client.IsFailing)) there.RemoveAll(client => client.IsFailing);
        return there.MaxBy(client => Weight(room, MediaNodeAddress.NodeOf(client.Node.Current?.Incarnation ?? "")), ByteOrder.Instance);
    }

    /// <summary>The node on which that incarnation runs; null when it has ended.</summary>
    public JanusClient? Find(string incarnation)
    {
        if (own.Current?.Incarnation == incarnation) return ownClient;
        lock (_lock) return _others.Values.FirstOrDefault(o => o.Node.Current?.Incarnation == incarnation).Client;
    }

    /// <summary>What the register says of the other machines; who is not named has left.</summary>
    internal void Learn(IReadOnlyCollection<MediaNodeRow> others)
    {
        foreach (var other in others) NodeOf(other.Name).Learn(other.Address, other.TakesCalls, other.Forsaken);
        List<RemoteMediaNode> left;
        lock (_lock) left = [.. _others.Values.Select(o => o.Node).Where(n => others.All(o => o.Name != n.Name))];
        foreach (var node in left) node.Learn(null, takesCalls: false);
    }

    public async ValueTask DisposeAsync()
    {
        own.Started -= OnStarted;
        List<JanusClient> clients;
        lock (_lock) clients = [.. _others.Values.Select(o => o.Client)];
        foreach (var client in clients) await client.DisposeAsync();
    }

    private RemoteMediaNode NodeOf(string name)
    {
        lock (_lock)
        {
            if (_others.TryGetValue(name, out var known)) return known.Node;
            var node = new RemoteMediaNode(name);
            node.Started += OnStarted;
            _others[name] = (node, new JanusClient(node, time, logs.CreateLogger<JanusClient>(), sizes: new RemoteTrackSizes(grains)));
            return node;
        }
    }

    private void OnStarted(MediaNodeAddress node) =>
        Interlocked.Exchange(ref _nextStart, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();

    private static byte[] Weight(string room, string node) => SHA256.HashData(Encoding.UTF8.GetBytes($"{room}|{node}"));

    private sealed class ByteOrder : IComparer<byte[]>
    {
        public static readonly ByteOrder Instance = new();

        public int Compare(byte[]? x, byte[]? y) => x.AsSpan().SequenceCompareTo(y);
    }
}
