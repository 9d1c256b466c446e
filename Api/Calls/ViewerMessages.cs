using Balie.Grains.Interfaces.Calls;
using Balie.Grains.Interfaces.Platform;

namespace Balie.Api.Calls;

/// <summary>
/// One change as messages for its viewers. Each viewer's share is worked out for that viewer alone (<see cref="SeatWatch"/>); only viewers whose shares turn
/// out to be equal get the same message, so that it is serialised once.
/// </summary>
public sealed class ViewerMessages(LiveUpdate update, CallView? call)
{
    private readonly List<(object? Shown, LineMessage Message)> _made = [];

    /// <summary>Null when it is not for this viewer at all.</summary>
    public LineMessage? For(Caller caller)
    {
        if (update.To is not null && update.To != caller.Id) return null;
        // Both browsers of a link go by the same participant; offers are for the one in the call.
        if (update.View is MediaSignal signal) return SeatWatch.Holds(call, caller) ? Of(signal) : null;
        return Of(SeatWatch.Shown(update.View, caller, call));
    }

    private LineMessage Of(object? shown)
    {
        foreach (var (other, made) in _made)
        {
            if (Equals(other, shown)) return made;
        }

        var message = shown is MediaSignal ? LineMessage.Signal(shown) : LineMessage.Changed(update.Room, update.Version, shown);
        _made.Add((shown, message));
        return message;
    }
}
