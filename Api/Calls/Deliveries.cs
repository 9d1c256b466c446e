namespace Balie.Api.Calls;

/// <summary>
/// Tells what a feed says for the first time from what it says again: when the receipt is lost on its way, with the silo through which it went, the same comes once more. A
/// view may come twice; a browser that is told twice to send its picture anew loses it twice.
/// </summary>
public sealed class Deliveries
{
    /// <summary>Far more than a visit says while a receipt is waited for.</summary>
    public const int Remembered = 512;

    private readonly Lock _lock = new();
    private readonly HashSet<Guid> _seen = [];
    private readonly Queue<Guid> _order = [];

    /// <summary>True once for each id.</summary>
    public bool IsNew(Guid id)
    {
        lock (_lock)
        {
            if (!_seen.Add(id)) return false;
            _order.Enqueue(id);
            if (_order.Count > Remembered) _seen.Remove(_order.Dequeue());
            return true;
        }
    }
}
