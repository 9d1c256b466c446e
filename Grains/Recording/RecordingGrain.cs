using System.Collections.Immutable;
using System.Text.Json;
using Balie.Grains.Interfaces.Booking;
using Balie.Grains.Interfaces.Calls;
using Balie.Grains.Interfaces.Integrations;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Interfaces.Recording;
using Balie.Grains.Interfaces.Tenancy;
using Balie.Grains.Platform;
using Microsoft.Extensions.Logging;

namespace Balie.Grains.Recording;

/// <summary>
/// Applies <see cref="RecordingDecisions"/>. A yes is in the journal before the node is asked to write; the node has stopped before a no, a
/// withdrawal or a stop is answered.
/// </summary>
public sealed partial class RecordingGrain(RoomServices services, RecordingTimelines timelines, ILogger<RecordingGrain> log) : RoomGrain<VisitRecording>(services), IRecordingGrain
{
    /// <summary>After this long without a word from the work on an export, it may be asked again.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>Wait before Balie by itself tries again to record where a node refused; doubles each time, for every try is written down.</summary>
    private static readonly TimeSpan FirstRest = TimeSpan.FromMinutes(1);

    private const int MostDoublings = 4;

    private ProductView? _product;
    private ProductRules? _rules;
    private int _percent;
    private DateTimeOffset _heard;
    private string? _worker;
    private (int Times, DateTimeOffset NotBefore) _refused;

    protected override string Room => "recording";

    protected override VisitRecording Initial => VisitRecording.Empty;

    protected override VisitRecording Apply(VisitRecording state, IDomainEvent e, DateTimeOffset at) => state.Apply(e, at);

    protected override object LiveView(VisitRecording state) => Current();

    private ICallRoomGrain Call => GrainFactory.GetGrain<ICallRoomGrain>(Key.ToString());

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        await base.OnActivateAsync(cancellationToken);
        ActAsSystem("recording");
        var appointment = await GrainFactory.GetGrain<IAppointmentGrain>(Key.ToString()).View(cancellationToken);
        var settings = await GrainFactory.GetGrain<ITenantGrain>(GrainKey.Of(Key.Tenant, "tenant").ToString()).Settings(cancellationToken);
        _product = settings.View.Products.FirstOrDefault(p => p.Id == appointment.Product);
        _rules = settings.Rules.FirstOrDefault(r => r.Product == appointment.Product);
    }

    public Task<RecordingView> View(CancellationToken ct = default) => Task.FromResult(Current());

    public async Task Ask(AskConsent command, CancellationToken ct = default)
    {
        await NoteWhoIsIn(ct);
        await Handle(command, (s, _) => RecordingDecisions.Ask(s, TextVersion, Caller.Required.Id, Session, Offered), ct);
        await OpenWhenAllowed(ct);
    }

    public async Task Answer(AnswerConsent command, CancellationToken ct = default)
    {
        await NoteWhoIsIn(ct);
        var refuses = !command.Yes && RecordingDecisions.Answer(State, command, Caller.Required.Id, Session).Error is null;
        if (refuses) await Call.SetRecording(null, ct);
        await Handle(command, (s, _) => RecordingDecisions.Answer(s, command, Caller.Required.Id, Session), ct);
        if (command.Yes) await OpenWhenAllowed(ct);
    }

    public async Task Withdraw(WithdrawConsent command, CancellationToken ct = default)
    {
        if (!RecordingDecisions.Withdraw(State, Caller.Required.Id, Session).Events.IsEmpty) await Call.SetRecording(null, ct);
        await Handle(command, (s, _) => RecordingDecisions.Withdraw(s, Caller.Required.Id, Session), ct);
    }

    public async Task Stop(StopRecording command, CancellationToken ct = default)
    {
        await Call.SetRecording(null, ct);
        await Handle(command, (s, _) => RecordingDecisions.Stop(s, Caller.Required.Id), ct);
    }

    public async Task PresenceChanged(PresentPeople present)
    {
        var (running, isNews) = (State.Open, present.CallVersion > State.CallVersion);
        await Note((s, _) => RecordingDecisions.NotePresence(s, present), CancellationToken.None);
        if (running is not null && State.Open is null) await Call.SetRecording(null, CancellationToken.None);
        // Said once more it is no reason to try again what was just refused.
        if (isNews || Now >= _refused.NotBefore) await OpenWhenAllowed(CancellationToken.None);
    }

    public async Task LookAgain()
    {
        ActAsSystem("recording");
        await NoteWhoIsIn(CancellationToken.None);
        if (Now >= _refused.NotBefore) await OpenWhenAllowed(CancellationToken.None);
    }

    public Task SegmentClosed(SegmentClosed closed) =>
        Note((s, _) => RecordingDecisions.Close(s, closed.Segment, closed.Reason, closed.At), CancellationToken.None);

    public async Task Stored(SegmentStored command, CancellationToken ct = default)
    {
        await KnowAsync(State.Segments.Any(s => s.Id == command.Segment), ct);
        await Handle(command, (s, _) => RecordingDecisions.Keep(s, command), ct);
    }

    public async Task Compose(ComposeRecording command, CancellationToken ct = default)
    {
        await NoteWhoIsIn(ct);
        var stalled = Now - _heard > Patience;
        await Handle(command, (s, _) => RecordingDecisions.Compose(s, Caller.Required.Id, stalled), ct);
        if (State.Export?.Status == "composing" && stalled) (_heard, _percent) = (Now, 0);
    }

    public async Task<ExportTurn> TakeExport(string worker, CancellationToken ct = default)
    {
        await KnowAsync(State.Export?.Status == "composing", ct);
        if (State.Export?.Status != "composing") return ExportTurn.NotNeeded;
        if (_worker is not null && _worker != worker && Now - _heard <= Patience) return ExportTurn.Another;
        (_worker, _heard) = (worker, Now);
        return ExportTurn.Yours;
    }

    public Task Composing(int percent, CancellationToken ct = default)
    {
        if (State.Export?.Status != "composing" || percent == _percent) return Task.CompletedTask;
        (_percent, _heard) = (percent, Now);
        TellViewers();
        return Task.CompletedTask;
    }

    public async Task<bool> Composed(RecordingComposed command, CancellationToken ct = default)
    {
        await KnowAsync(State.Export?.Status == "composing", ct);
        return await Handle(command, (s, _) => RecordingDecisions.Composed(s, command), ct);
    }

    public async Task<bool> MadePlayable(SegmentPlayable command, CancellationToken ct = default)
    {
        await KnowAsync(State.Segments.Any(s => s.Id == command.Segment && s.Stored), ct);
        return await Handle(command, (s, _) => RecordingDecisions.MakePlayable(s, command), ct);
    }

    public Task Prepare(PreparePlayback command, CancellationToken ct = default) => Handle(command, (s, _) => RecordingDecisions.Prepare(s, Caller.Required.Id), ct);

    public Task Open(OpenRecording command, CancellationToken ct = default) =>
        Handle(command, (s, _) => RecordingDecisions.Watch(s, command, Caller.Required.Id, Caller.Required.Name), ct);

    public Task<RecordingPlayback> Playback(CancellationToken ct = default)
    {
        if (RecordingDecisions.MayWatchUntil(State, Caller.Required.Id, Now) is not { } until) throw new BalieException(RecordingErrors.LookNeeded);
        var plan = PlaybackPlan.Of(State);
        return Task.FromResult(new RecordingPlayback { Duration = plan.Duration, Stretches = plan.Stretches, Tracks = plan.Tracks, Film = State.Export?.Blob, Until = until });
    }

    public async Task<RecordingTimeline> Timeline(CancellationToken ct = default) =>
        await timelines.ReadAsync(Key, State, ct);

    /// <summary>Closed segments and asked exports leave through the outbox: a worker of the node that holds the files takes them on.</summary>
    protected override void Project(JournalWrite write, VisitRecording before, VisitRecording after, IReadOnlyList<IDomainEvent> events)
    {
        foreach (var ended in events.OfType<SegmentEnded>())
        {
            var store = new StoreSegment(MediaRoomName.Of(Key), ended.Segment);
            write.Send(Stream, Message(OutboxKind.StoreSegment, store, ended.Segment) with { Node = after.Segments.First(s => s.Id == ended.Segment).Node });
        }

        foreach (var segment in ToMakePlayable(after, events))
            write.Send(Stream, Message(OutboxKind.MakePlayable, new MakePlayable(segment.Id, segment.Tracks!.Value), $"playable:{segment.Id}:{write.CommandId}"));

        foreach (var _ in events.OfType<ExportAsked>())
            write.Send(Stream, Message(OutboxKind.ComposeRecording, JobOf(after), $"export:{write.CommandId}"));
    }

    private static IEnumerable<Segment> ToMakePlayable(VisitRecording after, IReadOnlyList<IDomainEvent> events)
    {
        var asked = events.OfType<PlaybackAsked>().Any();
        return after.NotPlayable.Where(s => asked || events.OfType<SegmentKept>().Any(k => k.Segment == s.Id));
    }

    private static string Session => Caller.Required.Session ?? "";

    private bool Offered => _product?.RecordingOffered == true;

    private string TextVersion => _rules?.ConsentTextVersion ?? "nl-1";

    private RecordingView Current() => State.View(Version, Offered, TextVersion, _percent);

    /// <summary>What the Calls room told may be on its way still; the rule must look at who is in now.</summary>
    private async Task NoteWhoIsIn(CancellationToken ct)
    {
        var call = await Call.View(ct);
        // The word that a segment was closed may be lost with the process that said it, or be on its way still. It comes before who is in: it knows the reason better.
        if (State.Open is { } open && open.Id != call.RecordingSegment)
        {
            var closed = call.ClosedSegment?.Segment == open.Id ? call.ClosedSegment : null;
            await Note((s, _) => RecordingDecisions.Close(s, open.Id, closed?.Reason ?? (call.Status == CallStatus.Ended ? "ended" : "failed"), closed?.At), ct);
        }

        var people = call.Seats.Where(s => s.Status == SeatStatus.Admitted)
            .Select(s => new PresentPerson(s.Participant, s.Name, s.Role == ParticipantRole.Officer, s.Session ?? ""));
        await Note((s, _) => RecordingDecisions.NotePresence(s, new PresentPeople(call.Version, [.. people])), ct);
        // The node writes what nobody here knows of: an order that came late, or whose answer was lost.
        if (State.Open is null && call.RecordingSegment is not null) await Call.SetRecording(null, ct);
    }

    private async Task OpenWhenAllowed(CancellationToken ct)
    {
        if (!State.EverybodyConsents || State.Open is not null) return;
        var segment = $"s{State.Segments.Length + 1}-{Guid.NewGuid():N}"[..16];
        if (await PlaceOf(ct) is not { } node) return;
        await Note((s, _) => RecordingDecisions.Open(s, segment, node), ct);
        if (State.Open is not { } open) return;
        try
        {
            await Call.SetRecording(new RecordingOrder(open.Id, [.. State.Present.Select(p => new SeatRef(p.Participant, p.Session))], node), ct);
            _refused = default;
        }
        catch (Exception refused)
        {
            // Somebody came in between, or media is away: nothing was written; the next change of who is in tries again, and so does time.
            LogNotStarted(log, Key, refused.Message);
            _refused = (_refused.Times + 1, Now + (FirstRest * (1 << Math.Min(_refused.Times, MostDoublings))));
            await Note((s, _) => RecordingDecisions.Close(s, open.Id, "failed"), CancellationToken.None);
        }
    }

    /// <summary>The media node that would record; a segment is bound to one before it opens, so that its tracks are always found. Null when media is away.</summary>
    private async Task<string?> PlaceOf(CancellationToken ct)
    {
        try
        {
            return await Call.PlaceMedia(ct);
        }
        catch (BalieException refused)
        {
            LogNotStarted(log, Key, refused.Message);
            return null;
        }
    }

    private static ComposeJob JobOf(VisitRecording state) => new(
        [.. state.Segments.Where(s => s.Tracks is { IsEmpty: false }).Select(s => new ComposeSegment(s.Id, s.Tracks!.Value))],
        state.Names);

    private PendingMessage Message<T>(string kind, T payload, string id) => new(kind, JsonSerializer.Serialize(payload), $"{Key}:{id}");

    /// <summary>A change that no person asked for by a command of their own; nothing is written when nothing follows.</summary>
    private Task Note(Func<VisitRecording, DateTimeOffset, Decision> decide, CancellationToken ct)
    {
        var now = decide(State, Now);
        return now is { Error: null, Events.IsEmpty: true } ? Task.CompletedTask : Handle(new Noted { CommandId = Guid.NewGuid() }, decide, ct);
    }

    private sealed record Noted : Command;

    [LoggerMessage(Level = LogLevel.Warning, Message = "Recording of {Key} did not start: {Reason}")]
    private static partial void LogNotStarted(ILogger log, GrainKey key, string reason);
}

/// <summary>Outbox payload: the tracks of a closed segment must be stored. <see cref="RoomId"/> and <see cref="Segment"/> name the folder on the media node.</summary>
public sealed record StoreSegment(string RoomId, string Segment);

/// <summary>Outbox payload: make files that a page plays of a kept segment's tracks.</summary>
public sealed record MakePlayable(string Segment, ImmutableArray<KeptTrack> Tracks);

/// <summary>Outbox payload: make one MP4 of these segments. <see cref="Names"/> by participant, for the labels in the picture.</summary>
public sealed record ComposeJob(ImmutableArray<ComposeSegment> Segments, ImmutableDictionary<string, string> Names);

/// <summary>A segment and its tracks in the store.</summary>
public sealed record ComposeSegment(string Id, ImmutableArray<KeptTrack> Tracks);
