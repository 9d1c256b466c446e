using Balie.Grains.Interfaces.Booking;
using Balie.Grains.Platform;

namespace Balie.Grains.Booking;

/// <summary>
/// The rules of an agenda. Pure. A hold that is over counts for nothing, whether or not somebody cleaned it up; the exclusion constraint
/// on <c>slot_claim</c> has the last word.
/// </summary>
public static class AgendaDecisions
{
    /// <summary>How long a moment is kept while somebody fills in their details.</summary>
    public static readonly TimeSpan HoldFor = TimeSpan.FromMinutes(10);

    /// <summary>Whether something that stands touches the stretch.</summary>
    public static bool IsTaken(AgendaMonth month, DateTimeOffset start, DateTimeOffset until, DateTimeOffset now) =>
        month.Times.Values.Any(t => t.StandsAt(now) && t.Start < until && start < t.Until);

    public static Decision Hold(AgendaMonth month, string visit, string product, DateTimeOffset start, DateTimeOffset end, DateTimeOffset until, DateTimeOffset now)
    {
        if (IsTaken(month, start, until, now)) return BookingErrors.SlotTaken;
        return Decision.Of(new SlotHeld { Visit = visit, Product = product, Start = start, End = end, Until = until, ExpiresAt = now + HoldFor });
    }

    /// <summary>Letting go twice, or of something that is over, is no error.</summary>
    public static Decision Release(AgendaMonth month, string visit) =>
        month.Times.TryGetValue(visit, out var time) && time.IsHold ? Decision.Of(new HoldReleased(visit)) : Decision.Nothing;

    public static Decision Confirm(AgendaMonth month, string visit, DateTimeOffset now)
    {
        if (!month.Times.TryGetValue(visit, out var time) || !time.StandsAt(now)) return BookingErrors.HoldExpired;
        return time.IsHold ? Decision.Of(new HoldConfirmed(visit)) : BookingErrors.HoldUsed;
    }

    public static Decision Free(AgendaMonth month, string visit) =>
        month.Times.TryGetValue(visit, out var time) && !time.IsHold ? Decision.Of(new SlotFreed(visit)) : BookingErrors.VisitUnknown;
}
