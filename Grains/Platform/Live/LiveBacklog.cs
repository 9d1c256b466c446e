using Balie.Grains.Interfaces.Platform;

namespace Balie.Grains.Platform;

/// <summary>Updates that wait, in order: a newer view of a room makes the one that waits superfluous, for views are whole; what is not a view is each kept.</summary>
internal sealed class LiveBacklog
{
    /// <summary>More than a visit says while anything is waited for; beyond it the oldest goes.</summary>
    private const int Most = 256;

    /// <summary>
    /// The room whose views say who may see the others: a newer one stands where the older stood, else what was told after somebody was removed would reach them before the removal.
    /// </summary>
    private const string Seats = "call";

    private readonly List<LiveUpdate> _updates = [];

    public IReadOnlyList<LiveUpdate> Updates => _updates;

    /// <summary>False when the oldest had to go for it.</summary>
    public bool Add(LiveUpdate update)
    {
        var at = IsView(update) ? _updates.FindIndex(waiting => waiting.Room == update.Room && IsView(waiting)) : -1;
        if (at >= 0 && update.Room == Seats)
        {
            _updates[at] = update;
            return true;
        }

        if (at >= 0) _updates.RemoveAt(at);
        _updates.Add(update);
        if (_updates.Count <= Most) return true;
        _updates.RemoveAt(0);
        return false;
    }

    public LiveUpdate? Take()
    {
        if (_updates is not [var first, ..]) return null;
        _updates.RemoveAt(0);
        return first;
    }

    /// <summary>True when a newer view of the same room is what comes next.</summary>
    public bool Supersedes(LiveUpdate update) => IsView(update) && _updates is [var next, ..] && next.Room == update.Room && IsView(next);

    public void Clear() => _updates.Clear();

    private static bool IsView(LiveUpdate update) => update is { Version: > 0, To: null };
}
