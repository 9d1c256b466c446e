namespace Balie.Grains.Platform;

/// <summary>Where a stream stands: its last event's version and hash.</summary>
internal sealed record StreamHead(long Version, byte[] Hash)
{
    /// <summary>A stream in which nothing happened.</summary>
    public static readonly StreamHead None = new(0, EventHash.Start);
}

/// <summary>
/// Heads of the streams that this node wrote last, so that most writes need no look. A hash never changes once it is written, so what is remembered is true
/// of that version; whether it is still the last one, the primary key says.
/// </summary>
internal sealed class KnownHeads
{
    private const int Most = 50_000;
    private readonly Lock _gate = new();
    private readonly Dictionary<(string Tenant, string Stream), StreamHead> _heads = [];

    /// <summary>The head at that version, or null when it must be read.</summary>
    public StreamHead? At(string tenant, string stream, long version)
    {
        if (version == 0) return StreamHead.None;
        lock (_gate) return _heads.TryGetValue((tenant, stream), out var head) && head.Version == version ? head : null;
    }

    public void Remember(IEnumerable<KeyValuePair<(string Tenant, string Stream), StreamHead>> heads)
    {
        lock (_gate)
        {
            if (_heads.Count > Most) _heads.Clear();
            foreach (var (stream, head) in heads) _heads[stream] = head;
        }
    }
}
