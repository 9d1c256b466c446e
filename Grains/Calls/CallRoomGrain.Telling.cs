using Balie.Grains.Interfaces.Booking;
using Balie.Grains.Interfaces.Calls;
using Balie.Grains.Interfaces.Identity;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Interfaces.Recording;
using Balie.Grains.Platform;

namespace Balie.Grains.Calls;

/// <summary>What other rooms must hear of this one. None of them waits for another that cannot be reached.</summary>
public sealed partial class CallRoomGrain
{
    private readonly Dictionary<string, Messenger> _listeners = [];

    private bool HasUnsaid => _listeners.Values.Any(l => l.IsBusy);

    private void Tell(string listener, string about, Func<Task> say)
    {
        if (!_listeners.TryGetValue(listener, out var messenger)) _listeners[listener] = messenger = new Messenger(Key.ToString(), Clock, log);
        messenger.Tell(about, () =>
        {
            ActAsSystem("calls");
            return say();
        });
    }

    private void TellNobody()
    {
        foreach (var messenger in _listeners.Values) messenger.Close();
    }

    private void TellPresence()
    {
        var present = new PresentPeople(Version, [.. State.Admitted.Select(s => new PresentPerson(s.Participant, s.Name, s.Role == ParticipantRole.Officer, s.Session))]);
        Tell("recording", "presence", () => Recording.PresenceChanged(present));
    }

    private void TellClosed(SegmentClosed closed) => Tell("recording", closed.Segment, () => Recording.SegmentClosed(closed));

    /// <summary>Should a former activation have been killed before it said something.</summary>
    private void TellToLook() => Tell("recording", "look", () => Recording.LookAgain());

    private void TellStarted()
    {
        if (State.StartedAt is { } at) Tell("appointment", "started", () => Appointment.CallStarted(at));
    }

    /// <summary>Another browser of the same participant: what the former one proved does not count for it.</summary>
    private void TellSeat(Seat seat) =>
        Tell("identity", seat.Participant, () => GrainFactory.GetGrain<IIdentityCheckGrain>(Key.ToString()).SeatChanged(seat.Participant, seat.Session));

    private void TellQueue() => Tell("queue", "changed", () => GrainFactory.GetGrain<IQueueGrain>(GrainKey.Of(Key.Tenant, "queue").ToString()).Changed());
}
