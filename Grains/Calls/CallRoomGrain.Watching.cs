using Balie.Grains.Interfaces.Booking;
using Balie.Grains.Interfaces.Calls;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Platform;
using Orleans.Runtime;

namespace Balie.Grains.Calls;

/// <summary>
/// Who is truly there, and what is due although nobody asks: the process may have been killed after a change was written and before others were told,
/// and browsers may never come back. A reminder wakes the room while anything can be due; what is due follows from the state.
/// </summary>
public sealed partial class CallRoomGrain
{
    private const string Reminder = "look";

    private static readonly TimeSpan LookEvery = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan SeatsEvery = TimeSpan.FromSeconds(5);

    /// <summary>A connection that no web node spoke of for this long is gone, and with it perhaps the web node. They speak every five seconds.</summary>
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(20);

    /// <summary>Everybody's connection may be lost for this long before a recording is stopped for want of people, and the media let go.</summary>
    private static readonly TimeSpan AloneBeforeStop = TimeSpan.FromMinutes(2);

    private readonly Dictionary<string, LiveConnection> _connections = [];
    private IGrainTimer? _looking;
    private DateTimeOffset _since;
    private DateTimeOffset? _alone;
    private bool _woken;

    private sealed record LiveConnection(string Id, string Session, DateTimeOffset HeardAt);

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        await base.OnActivateAsync(cancellationToken);
        _since = Now;
        if (!State.Seats.Values.Any(s => s.Here.Any())) return;
        LookAtSeats();
        TellAgain();
        if (State is { Ended: false, MediaState: not null }) this.RegisterGrainTimer(TakeOver, new GrainTimerCreationOptions(TimeSpan.Zero, Timeout.InfiniteTimeSpan));
    }

    public async Task Connected(string connection, bool up, CancellationToken ct = default)
    {
        var (id, session) = Me();
        if (up) await BeWoken();
        if (up) _connections[connection] = new LiveConnection(id, session, Now);
        else if (!_connections.Remove(connection)) return;
        if (up) LookAtSeats();
        await Note((s, _) => CallRoomDecisions.Connection(s, id, session, IsHere(id, session)), ct);
        if (up && State.IsIn(id, session)) await TryMedia(() => EnsureMedia(ct));
    }

    /// <summary>Once a minute while the room has a reminder.</summary>
    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        ActAsSystem("calls");
        // What others hear of this look itself may still be lost: then the next one says it again.
        var isUnheard = State.Recording is not null || HasUnsaid;
        await EndWithVisit();
        TellAgain();
        if (!State.Ended && State.Admitted.Any(s => s.Connected))
        {
            _alone = null;
            // A recording is shown on the strength of its node: look that it is still there.
            await TryMedia(() => EnsureMedia(CancellationToken.None));
            await TryMedia(() => KeepOnlyOnNode(CancellationToken.None));
            return;
        }

        _alone ??= Now;
        if (!State.Ended && Now - _alone < AloneBeforeStop) return;
        await StopOnNode("nobody", CancellationToken.None);
        if (!await EndOnNode(CancellationToken.None)) return; // The reminder stays: it asks again.
        if (State.Seats.Values.Any(s => s.Here.Any()) || _stopping is not null || _silencing is not null || isUnheard) return;
        if (await this.GetReminder(Reminder) is { } reminder) await this.UnregisterReminder(reminder);
        _woken = false;
    }

    private bool IsHere(string id, string session) => _connections.Values.Any(c => c.Id == id && c.Session == session);

    /// <summary>Before anybody is written down as being here: should this process be killed, somebody must notice that they are gone.</summary>
    private async Task BeWoken()
    {
        if (_woken || State.Ended) return;
        await this.RegisterOrUpdateReminder(Reminder, LookEvery, LookEvery);
        _woken = true;
    }

    /// <summary>A visit was closed, and the word of it to this room was lost.</summary>
    private async Task EndWithVisit()
    {
        if (State.Ended || (await Appointment.View()).Status is not (VisitStatus.Closed or VisitStatus.Cancelled)) return;
        await End(new EndCall { CommandId = Guid.NewGuid() });
    }

    /// <summary>Says again what others must know.</summary>
    private void TellAgain()
    {
        TellStarted();
        foreach (var seat in State.Admitted.Where(s => s.Role != ParticipantRole.Officer)) TellSeat(seat);
        TellToLook();
    }

    private void LookAtSeats() =>
        _looking ??= this.RegisterGrainTimer(LookAtSeats, new GrainTimerCreationOptions(SeatsEvery, SeatsEvery));

    /// <summary>Whoever the journal has as connected, but nobody speaks of any more, is away.</summary>
    private async Task LookAtSeats(CancellationToken ct)
    {
        ActAsSystem("calls");
        foreach (var (connection, live) in _connections.Where(c => Now - c.Value.HeardAt > Lease).ToList()) _connections.Remove(connection);
        if (Now - _since <= Lease) return; // Their web nodes may not know yet that the room lives here now.
        var gone = State.Seats.Values.SelectMany(s => s.Here.Select(session => (s.Participant, Session: session))).Where(b => !IsHere(b.Participant, b.Session)).ToList();
        foreach (var (participant, session) in gone) await Note((s, _) => CallRoomDecisions.Connection(s, participant, session, up: false), ct);
        if (_connections.Count > 0) return;
        _looking?.Dispose();
        _looking = null;
    }
}
