using Balie.Grains.Interfaces.Platform;

namespace Balie.Grains.Platform;

/// <summary>Updates that wait, in order: a newer view of a room takes the place of the one that waits, for views are whole; what is not a view is each kept.</summary>
internal sealed class LiveBacklog
{
    /// <summary>More than a visit says while anything is waited for; beyond it the oldest goes.</summary>
    private const int Most = 256;

    private readonly List<LiveUpdate> _updates = [];

    public IReadOnlyList<LiveUpdate> Updates => _updates;

    public void Add(LiveUpdate update)
    {
        if (IsView(update)) _updates.RemoveAll(waiting => waiting.Room == update.Room && IsView(waiting));
        _updates.Add(update);
        if (_updates.Count > Most) _updates.RemoveAt(0);
    }

    public LiveUpdate? Take()
    {
        if (_updates is not [var first, ..]) return null;
        _updates.RemoveAt(0);
        return first;
    }

    /// <summary>True when a newer view of the same room waits.</summary>
    public bool Supersedes(LiveUpdate update) => IsView(update) && _updates.Exists(waiting => waiting.Room == update.Room && IsView(waiting));

    public void Clear() => _updates.Clear();

    private static bool IsView(LiveUpdate update) => update is { Version: > 0, To: null };
}
