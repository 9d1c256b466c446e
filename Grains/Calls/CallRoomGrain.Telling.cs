using Balie.Grains.Interfaces.Booking;
using Balie.Grains.Interfaces.Calls;
using Balie.Grains.Interfaces.Identity;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Interfaces.Recording;
using Balie.Grains.Platform;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace Balie.Grains.Calls;

/// <summary>
/// What other rooms must hear of this one. Nobody who acts here waits for them, and where they live may just have been killed: each word is said until it is
/// answered. They recompute from it, so once too often is no harm.
/// </summary>
public sealed partial class CallRoomGrain
{
    private static readonly TimeSpan SayAgainEvery = TimeSpan.FromMilliseconds(250);

    private readonly List<Word> _unsaid = [];
    private Task _saying = Task.CompletedTask;
    private IGrainTimer? _sayingAgain;

    /// <param name="To">One listener hears its words in order.</param>
    /// <param name="About">The newest word about something is the one to say.</param>
    private sealed record Word(string To, string About, Func<Task> Say);

    private void Tell(string to, string about, Func<Task> say)
    {
        _unsaid.RemoveAll(w => w.To == to && w.About == about);
        _unsaid.Add(new(to, about, say));
        // Beside the turn: a listener may ask this room something before it answers.
        if (_saying.IsCompleted) _saying = SayAll();
    }

    private async Task SayAll()
    {
        ActAsSystem("calls");
        var away = new HashSet<string>();
        while (_unsaid.Find(w => !away.Contains(w.To)) is { } word)
        {
            try
            {
                await word.Say();
                _unsaid.Remove(word);
            }
            catch (BalieException refused) when (refused.Error.Kind != ErrorKind.Unavailable)
            {
                LogUnsaid(log, Key, word.About, refused);
                _unsaid.Remove(word);
            }
            catch (Exception problem)
            {
                LogUnsaid(log, Key, word.About, problem);
                away.Add(word.To);
            }
        }

        if (_unsaid.Count > 0) _sayingAgain ??= this.RegisterGrainTimer(SayAgain, new GrainTimerCreationOptions(SayAgainEvery, SayAgainEvery) { KeepAlive = true });
    }

    private Task SayAgain(CancellationToken ct)
    {
        if (_unsaid.Count == 0)
        {
            _sayingAgain?.Dispose();
            _sayingAgain = null;
        }
        else if (_saying.IsCompleted)
        {
            _saying = SayAll();
        }

        return Task.CompletedTask;
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

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Key} could not say its word about {About}.")]
    private static partial void LogUnsaid(ILogger log, GrainKey key, string about, Exception problem);
}
