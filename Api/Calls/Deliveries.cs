using Orleans.Streams;

namespace Balie.Api.Calls;

/// <summary>
/// Tells what a stream delivers for the first time from what it delivers again: when the receipt is lost on its way, with the silo through which it went, the same comes once more after the
/// time-out. A view may come twice; a browser that is told twice to send its picture anew loses it twice.
/// </summary>
public sealed class Deliveries
{
    /// <summary>Far more than a visit says within a time-out.</summary>
    public const int Remembered = 512;

    private readonly Lock _lock = new();
    private readonly HashSet<StreamSequenceToken> _seen = [];
    private readonly Queue<StreamSequenceToken> _order = [];

    /// <summary>True once for each token; what has none is always new.</summary>
    public bool IsNew(StreamSequenceToken? token)
    {
        if (token is null) return true;
        lock (_lock)
        {
            if (!_seen.Add(token)) return false;
            _order.Enqueue(token);
            if (_order.Count > Remembered) _seen.Remove(_order.Dequeue());
            return true;
        }
    }
}
