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
    private readonly Dictionary<string, Task> _saying = [];
    private IGrainTimer? _sayingAgain;

    /// <param name="to">One listener hears its words in order; none waits for another.</param>
    /// <param name="about">The newest word about something is the one to say.</param>
    private sealed class Word(string to, string about, Func<Task> say)
    {
        public string To => to;

        public string About => about;

        public Func<Task> Say => say;
    }

    private void Tell(string to, string about, Func<Task> say)
    {
        _unsaid.RemoveAll(w => w.To == to && w.About == about);
        _unsaid.Add(new(to, about, say));
        SayTo(to);
    }

    /// <summary>Beside the turn: a listener may ask this room something before it answers.</summary>
    private void SayTo(string listener)
    {
        if (_saying.GetValueOrDefault(listener) is null or { IsCompleted: true }) _saying[listener] = SayAll(listener);
    }

    private async Task SayAll(string listener)
    {
        ActAsSystem("calls");
        while (_unsaid.Find(w => w.To == listener) is { } word)
        {
            try
            {
                await word.Say();
            }
            catch (BalieException refused) when (refused.Error.Kind != ErrorKind.Unavailable)
            {
                LogUnsaid(log, Key, word.About, refused);
            }
            catch (Exception problem)
            {
                LogUnsaid(log, Key, word.About, problem);
                _sayingAgain ??= this.RegisterGrainTimer(SayAgain, new GrainTimerCreationOptions(SayAgainEvery, SayAgainEvery) { KeepAlive = true });
                return;
            }

            _unsaid.Remove(word);
        }
    }

    private Task SayAgain(CancellationToken ct)
    {
        foreach (var listener in _unsaid.Select(w => w.To).Distinct().ToList()) SayTo(listener);
        if (_unsaid.Count > 0) return Task.CompletedTask;
        _sayingAgain?.Dispose();
        _sayingAgain = null;
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
