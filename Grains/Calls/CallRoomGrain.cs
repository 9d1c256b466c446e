using System.Collections.Immutable;
using Balie.Grains.Calls.Media;
using Balie.Grains.Interfaces.Booking;
using Balie.Grains.Interfaces.Calls;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Interfaces.Recording;
using Balie.Grains.Platform;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace Balie.Grains.Calls;

/// <summary>
/// Applies <see cref="CallRoomDecisions"/> and moves the media along. Order matters in three places: recording stops on the node before a
/// newcomer's arrival is written; a start is written before the node is asked; what a person may no longer see ends before others are told.
/// </summary>
public sealed partial class CallRoomGrain(RoomServices services, CallMediaFactory factory, Relay relay, ILogger<CallRoomGrain> log)
    : RoomGrain<CallRoom>(services), ICallRoomGrain, IRemindable
{
    private static readonly TimeSpan ProbeEvery = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan ProbePatience = TimeSpan.FromMilliseconds(200);

    /// <summary>The others are told no later than that.</summary>
    private static readonly TimeSpan WelcomePatience = TimeSpan.FromMilliseconds(200);

    /// <summary>A node that hangs holds up the room's turn no longer than that.</summary>
    private static readonly TimeSpan WelcomeLimit = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ReopenEvery = TimeSpan.FromMilliseconds(250);

    private CallMedia? _media;
    private IGrainTimer? _probing;
    private Task<bool>? _sampling;
    private IGrainTimer? _reopening;
    private IGrainTimer? _remembering;
    private IGrainTimer? _stopping;

    protected override string Room => "call";

    protected override CallRoom Initial => CallRoom.Empty;

    protected override CallRoom Apply(CallRoom state, IDomainEvent e, DateTimeOffset at) => state.Apply(e, at);

    protected override object LiveView(CallRoom state) => state.View(Version);

    private CallMedia Media => _media ??= factory.For(Key);

    private IAppointmentGrain Appointment => GrainFactory.GetGrain<IAppointmentGrain>(Key.ToString());

    private IRecordingGrain Recording => GrainFactory.GetGrain<IRecordingGrain>(Key.ToString());

    public Task<CallView> View(CancellationToken ct = default) => Task.FromResult(State.View(Version));

    public async Task<CallView> Arrive(Arrive command, CancellationToken ct = default)
    {
        var caller = Caller.Required;
        var appointment = await Appointment.View(ct);
        await BeWoken();
        if (caller.IsStaff)
        {
            await PauseFor(caller.Id, caller.Session ?? "", ct);
            await Handle(command, (s, _) => CallRoomDecisions.OfficerArrives(s, command, appointment, caller), ct);
        }
        else
        {
            await Handle(command, (s, now) => CallRoomDecisions.Arrive(s, command, appointment, caller.Id, caller.Session ?? "", now), ct);
        }

        return State.View(Version);
    }

    public async Task Admit(AdmitParticipant command, CancellationToken ct = default)
    {
        var first = State.StartedAt is null;
        var replaced = State.Seats.GetValueOrDefault(command.Participant) is { Status: SeatStatus.Admitted } seat && seat.Session != command.Session;
        if (CallRoomDecisions.Admit(State, command, Caller.Required.Id).Error is null) await PauseFor(command.Participant, command.Session, ct);
        await Handle(command, (s, _) => CallRoomDecisions.Admit(s, command, Caller.Required.Id), ct);
        if (replaced) await Silence(ct);
        if (first) TellStarted();
    }

    public async Task Remove(RemoveParticipant command, CancellationToken ct = default)
    {
        await Handle(command, (s, _) => CallRoomDecisions.Remove(s, command, Caller.Required.Id), ct);
        await Silence(ct);
    }

    public async Task Leave(LeaveCall command, CancellationToken ct = default)
    {
        var (id, session) = Me();
        var wasIn = State.IsIn(id, session);
        await Handle(command, (s, _) => CallRoomDecisions.Leave(s, id, session), ct);
        if (wasIn) await Silence(ct);
    }

    public Task SetPresence(SetPresence command, CancellationToken ct = default)
    {
        var (id, session) = Me();
        return Handle(command, (s, _) => CallRoomDecisions.SetPresence(s, command, id, session), ct);
    }

    public async Task End(EndCall command, CancellationToken ct = default)
    {
        var running = State.Recording;
        if (running is not null) await StopOnNode("ended", ct);
        await Handle(command, (s, _) => CallRoomDecisions.End(s, command, Caller.Required.Id), ct);
        _reopening?.Dispose();
        _reopening = null;
        if (!await EndOnNode(ct)) SilenceSoon();
    }

    public async Task SetRecording(RecordingOrder? order, CancellationToken ct = default)
    {
        // From the first effect on, a caller who is gone cuts nothing short: the journal and the node must agree.
        ct = CancellationToken.None;
        if (order is null)
        {
            if (State.Recording is null) await TryMedia(() => SilenceRecorder(ct));
            else await StopOnNode("stopped", ct);
            return;
        }

        await EnsureMedia(ct);
        await Note((s, _) => CallRoomDecisions.StartRecording(s, order), ct);
        try
        {
            // The room moved to another node since the segment was bound to one.
            if (order.Node is { } node && node != MediaNodeAddress.NodeOf(Media.Node)) throw new BalieException(CallErrors.MediaUnavailable);
            await RecordOnNode(ct);
        }
        catch (Exception)
        {
            await StopOnNode("failed", ct);
            throw;
        }
    }

    private async Task RecordOnNode(CancellationToken ct)
    {
        if (State.Recording is not { } running) return;
        await Media.StartRecordingAsync(running.Segment, [.. running.Consenting.Keys], ct);
        await RememberMedia(ct);
        StartProbing();
    }

    protected override void Project(JournalWrite write, CallRoom before, CallRoom after, IReadOnlyList<IDomainEvent> events)
    {
        var waiting = after.Seats.Values.Where(s => s.Waits).ToList();
        write.Project(
            """
            insert into call_waiting (tenant, visit, waiting_since, waiting_count, in_call) values ($1, $2, $3, $4, $5)
            on conflict (tenant, visit) do update
            set waiting_since = excluded.waiting_since, waiting_count = excluded.waiting_count, in_call = excluded.in_call
            """,
            Key.Tenant,
            Key.Id,
            waiting.Min(s => s.WaitingSince),
            waiting.Count,
            after is { Ended: false, StartedAt: not null } && after.Admitted.Any(s => s.Connected));
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _probing?.Dispose();
        _reopening?.Dispose();
        _stopping?.Dispose();
        _silencing?.Dispose();
        _looking?.Dispose();
        TellNobody();
        if (_remembering is not null) await RememberNow(cancellationToken);
        if (_media is not null) await TryMedia(() => _media.DisposeAsync().AsTask());
        await base.OnDeactivateAsync(reason, cancellationToken);
    }

    /// <summary>Tells those who follow from it: the queue, and the Recording room when who is in has changed.</summary>
    protected override async Task OnChangedAsync(CallRoom before, IReadOnlyList<IDomainEvent> events)
    {
        if (events.All(e => e is MediaPlaced)) return;
        if (before.Recording is { } stopped && State.Recording?.Segment != stopped.Segment)
        {
            _probing?.Dispose();
            _probing = null;
        }

        // The newcomer first: the others recompute, and may hear a little later. A node that does not answer holds them up no longer than that.
        var welcome = Task.WhenAll(events.OfType<ParticipantAdmitted>().Select(Welcome));
        await Task.WhenAny(welcome, Task.Delay(WelcomePatience));
        if (!Seated(before).SequenceEqual(Seated(State))) TellPresence();
        TellChangedSeats(before);
        TellQueue();
        await welcome;
    }

    /// <summary>A change that no person asked for by a command of their own; nothing is written when nothing follows.</summary>
    private Task Note(Func<CallRoom, DateTimeOffset, Decision> decide, CancellationToken ct)
    {
        var now = decide(State, Now);
        return now is { Error: null, Events.IsEmpty: true } ? Task.CompletedTask : Handle(new Noted { CommandId = Guid.NewGuid() }, decide, ct);
    }

    private static IEnumerable<(string, string)> Seated(CallRoom room) => room.Admitted.Select(s => (s.Participant, s.Session));

    private void TellChangedSeats(CallRoom before)
    {
        foreach (var seat in State.Admitted.Where(s => s.Role != ParticipantRole.Officer))
        {
            if (before.Seats.GetValueOrDefault(seat.Participant) is { Status: SeatStatus.Admitted } old && old.Session == seat.Session) continue;
            TellSeat(seat);
        }
    }

    /// <summary>A newcomer who did not consent: the node stops writing before the decision that lets them in is taken.</summary>
    private async Task PauseFor(string participant, string session, CancellationToken ct)
    {
        if (CallRoomDecisions.PausesRecording(State, participant, session)) await StopOnNode("newcomer", ct);
    }

    /// <summary>
    /// Stops the node, then writes it down. A node that does not answer now is told until it has stopped, but who withdraws is not kept waiting
    /// for it; a newcomer is (<paramref name="reason"/> "newcomer"): nobody may come in while it might still write.
    /// </summary>
    private async Task StopOnNode(string reason, CancellationToken ct)
    {
        if (State.Recording is not { } running) return;
        try
        {
            await SilenceRecorder(ct);
        }
        catch (BalieException refused) when (reason != "newcomer")
        {
            LogMedia(log, Key, refused.Message);
            _stopping ??= this.RegisterGrainTimer(StopAgain, new GrainTimerCreationOptions(ReopenEvery, ReopenEvery) { KeepAlive = true });
        }

        await StopRecording(running.Segment, reason, ct);
    }

    private async Task SilenceRecorder(CancellationToken ct)
    {
        await ClaimMedia(ct);
        await Media.StopRecordingAsync(ct);
        await RememberMedia(ct);
    }

    private async Task StopAgain(CancellationToken ct)
    {
        ActAsSystem("media");
        try
        {
            if (State.Recording is null) await SilenceRecorder(ct);
        }
        catch (BalieException)
        {
            return; // Still away; the timer asks again.
        }

        _stopping?.Dispose();
        _stopping = null;
    }

    private async Task StopRecording(string segment, string reason, CancellationToken ct)
    {
        await Note((s, _) => CallRoomDecisions.StopRecording(s, reason), ct);
        if (State.Closed is { } closed && closed.Segment == segment) TellClosed(closed);
    }

    private (string Id, string Session) Me()
    {
        var caller = Caller.Required;
        return (caller.Id, caller.Session ?? "");
    }

    /// <summary>The command of a change that the room makes by itself.</summary>
    private sealed record Noted : Command;
}
