using Balie.Grains.Calls.Media;
using Balie.Grains.Interfaces.Calls;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Platform;
using Microsoft.Extensions.Logging;

namespace Balie.Grains.Calls;

/// <summary>Connections, offers and answers, and what the media node tells.</summary>
public sealed partial class CallRoomGrain
{
    public async Task<string> Publish(PublishMedia offer, CancellationToken ct = default)
    {
        var (id, browser) = (RequireIn(), Me().Session);
        await PauseFor(id, browser, ct);
        await EnsureMedia(ct);
        var answer = await Media.PublishAsync(id, browser, offer, ct);
        RememberSoon();
        return answer;
    }

    public async Task<MediaOffer?> Subscribe(CancellationToken ct = default)
    {
        var id = RequireIn();
        await EnsureMedia(ct);
        var offer = await Media.SubscribeAsync(id, Me().Session, ct);
        RememberSoon();
        return Reachable(offer, id);
    }

    public async Task<MediaSignal> Resume(int last, CancellationToken ct = default)
    {
        var id = RequireIn();
        await EnsureMedia(ct);
        var missed = await Media.ResumeAsync(id, last, ct);
        return missed with { Offer = Reachable(missed.Offer, id) };
    }

    public async Task Answer(MediaAnswer answer, CancellationToken ct = default)
    {
        var id = RequireIn();
        await EnsureMedia(ct);
        await Media.AnswerAsync(id, answer, ct);
        RememberSoon();
    }

    public async Task Trickle(bool publisher, IceCandidate? candidate, CancellationToken ct = default)
    {
        var id = RequireIn();
        await EnsureMedia(ct);
        await Media.TrickleAsync(id, publisher, candidate, ct);
    }

    public async Task<string> PlaceMedia(CancellationToken ct = default)
    {
        await EnsureMedia(ct);
        return MediaNodeAddress.NodeOf(Media.Node);
    }

    public Task<RelayServer?> Relay(CancellationToken ct = default) => Task.FromResult(relay.For(RequireIn()));

    public async Task MediaChanged(MediaNotice notice)
    {
        if (!Media.Concerns(notice)) return;
        switch (notice.Kind)
        {
            case "offer" when notice is { Participant: { } to, Offer: { } offer }:
                Signal("signal", new MediaSignal { Offer = Reachable(offer, to) }, to);
                break;
            case "hangup" when notice.Participant is { } who && State.Seats.GetValueOrDefault(who)?.Connected == true:
                var receives = notice.Media == nameof(PeerConnectionKind.Subscriber);
                Signal("signal", new MediaSignal { PublishAgain = !receives, SubscribeAgain = receives }, who);
                break;
            case "recording-stopped" when State.Recording is { } running && running.Segment == notice.Media:
                await StopRecording(running.Segment, "newcomer", CancellationToken.None);
                break;
            case "node-lost":
                await NodeLost();
                break;
            case "node-there" when _reopening is not null:
                await Reopen(CancellationToken.None);
                break;
        }
    }

    private string RequireIn()
    {
        var (id, session) = Me();
        return State.IsIn(id, session) ? id : throw new BalieException(State.Ended ? CallErrors.Ended : CallErrors.NotAdmitted);
    }

    /// <summary>Takes the room over from an earlier activation, or opens it. A fresh one means that everybody publishes again.</summary>
    private async Task EnsureMedia(CancellationToken ct)
    {
        if (Media.IsOpen) return;
        if (State.Ended) throw new BalieException(CallErrors.Ended);
        var hadOne = State.MediaState is not null;
        var fresh = await OpenMedia(State.MediaState, ct);
        // They make their offers while this is written down; what they send is read after.
        if (fresh && hadOne) AskEverybodyToPublish();
        await AgreeOrForget(fresh, ct);
    }

    /// <summary>
    /// A room that opens again, perhaps elsewhere since its silo was killed, listens to its media at once: what happens there is told to it alone. What the node has let go waits
    /// for somebody who needs it.
    /// </summary>
    private Task TakeOver(CancellationToken ct)
    {
        ActAsSystem("media");
        return TryMedia(async () =>
        {
            if (Media.IsOpen || State.Ended || State.MediaState is not { } saved || !await Media.ClaimAsync(saved, ct)) return;
            await AgreeOrForget(fresh: false, ct);
        });
    }

    private async Task AgreeOrForget(bool fresh, CancellationToken ct)
    {
        try
        {
            await AgreeWithNode(fresh, ct);
        }
        catch
        {
            // Half agreed is not agreed: the next one who needs media begins again.
            await Media.ForgetAsync();
            throw;
        }
    }

    /// <summary>After taking over: the node does what the journal says, whatever was cut off in between.</summary>
    private async Task AgreeWithNode(bool fresh, CancellationToken ct)
    {
        if (!fresh) await Media.KeepOnlyAsync(State.MayStay, ct);
        if (fresh && State.Recording is { } running) await StopRecording(running.Segment, "node-lost", ct);
        else if (State.Recording is not null) await RecordOnNode(ct);
        else if (!fresh) await Media.StopRecordingAsync(ct);
        await RememberMedia(ct, isBack: true);
    }

    /// <summary>A node that is away now is asked again until it is back, whether or not anybody calls.</summary>
    private async Task<bool> OpenMedia(string? saved, CancellationToken ct)
    {
        try
        {
            return await Media.OpenAsync(saved, ct);
        }
        catch (BalieException)
        {
            _reopening ??= this.RegisterGrainTimer(Reopen, new GrainTimerCreationOptions(ReopenEvery, ReopenEvery) { KeepAlive = true });
            throw;
        }
    }

    /// <summary>Takes over what an earlier activation left on the node, to end something there; opens nothing new.</summary>
    private async Task ClaimMedia(CancellationToken ct)
    {
        if (!Media.IsOpen && State.MediaState is { } saved) await Media.ClaimAsync(saved, ct);
    }

    /// <summary>
    /// Who was let in gets the others' media offered at once, while their page still draws the call. What goes wrong here they ask for themselves: whoever has no
    /// offer yet when their own devices are open subscribes.
    /// </summary>
    private Task Welcome(ParticipantAdmitted admitted) => TryMedia(async () =>
    {
        // Read back from the journal, somebody may be gone again already.
        if (!Media.IsOpen || !State.IsIn(admitted.Participant, admitted.Session)) return;
        using var limit = new CancellationTokenSource(WelcomeLimit);
        try
        {
            if (await Media.SubscribeAsync(admitted.Participant, admitted.Session, limit.Token) is not { } offer) return;
            Signal("signal", new MediaSignal { Offer = Reachable(offer, admitted.Participant) }, admitted.Participant);
            RememberSoon();
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            LogMedia(log, Key, "The media node makes no offer now; the page asks for one.");
        }
    });

    private MediaOffer? Reachable(MediaOffer? offer, string who) => offer is { First: true } ? offer with { Relay = relay.For(who) } : offer;

    /// <summary>
    /// Written down as soon as this turn is over: nobody waits for it who wants to see somebody. What was negotiated and not written when Balie is killed is
    /// negotiated again.
    /// </summary>
    private void RememberSoon() =>
        _remembering ??= this.RegisterGrainTimer(RememberNow, new GrainTimerCreationOptions(TimeSpan.Zero, ReopenEvery) { KeepAlive = true });

    private async Task RememberNow(CancellationToken ct)
    {
        ActAsSystem("media");
        try
        {
            await RememberMedia(ct);
        }
        catch (BalieException)
        {
            return; // The timer asks again until it is written.
        }

        // Not before: a timer that is disposed of cancels what it runs.
        _remembering?.Dispose();
        _remembering = null;
    }

    private async Task RememberMedia(CancellationToken ct, bool isBack = false)
    {
        var saved = await Media.ExportAsync(ct);
        await Note((s, _) => Decision.Of([.. Placed(s, saved), .. Back(s, isBack)]), ct);
    }

    private IEnumerable<IDomainEvent> Placed(CallRoom room, string? saved) => saved is null || saved == room.MediaState ? [] : [new MediaPlaced(Media.Node, saved)];

    private static IEnumerable<IDomainEvent> Back(CallRoom room, bool isBack) => isBack && room.MediaLost ? [new MediaBack()] : [];

    private async Task NodeLost()
    {
        await Media.ForgetAsync();
        if (State.Ended || !State.Admitted.Any()) return;
        if (State.Recording is { } running) await StopRecording(running.Segment, "node-lost", CancellationToken.None);
        if (!State.MediaLost) await Note((_, _) => Decision.Of(new MediaLost()), CancellationToken.None);
        _reopening ??= this.RegisterGrainTimer(Reopen, new GrainTimerCreationOptions(TimeSpan.Zero, ReopenEvery) { KeepAlive = true });
    }

    private async Task Reopen(CancellationToken ct)
    {
        ActAsSystem("media");
        try
        {
            if (!State.Ended) await EnsureMedia(ct);
        }
        catch (BalieException)
        {
            return; // Not back yet, or it could not be written down; the timer asks again.
        }

        _reopening?.Dispose();
        _reopening = null;
        TellPresence();
    }

    private void AskEverybodyToPublish()
    {
        foreach (var seat in State.Admitted) Signal("signal", new MediaSignal { PublishAgain = true }, seat.Participant);
    }

    /// <summary>Looks at the files until they grow: only then the view says "recording".</summary>
    private void StartProbing()
    {
        _probing?.Dispose();
        _sampling = null;
        var probe = Media.Probe();
        _probing = this.RegisterGrainTimer(ct => Look(probe, ct), new GrainTimerCreationOptions(ProbeEvery, ProbeEvery));
    }

    private async Task Look(RecordingProbe probe, CancellationToken ct)
    {
        ActAsSystem("media");
        if (State.Recording is null or { Grows: true } || !Media.IsOpen)
        {
            _probing?.Dispose();
            _probing = null;
            return;
        }

        // One growing file is recording, also when another track stands still: nobody is written down without it being shown.
        if (await Grows(probe)) await Note((s, _) => CallRoomDecisions.ConfirmRecording(s), ct);
    }

    /// <summary>The silo that looks at the files may have died a moment ago: nobody in the call waits until that is known. A late answer counts at the next look.</summary>
    private async Task<bool> Grows(RecordingProbe probe)
    {
        var sample = _sampling ??= Sample(probe);
        if (await Task.WhenAny(sample, Task.Delay(ProbePatience)) != sample) return false;
        _sampling = null;
        return await sample;
    }

    private async Task<bool> Sample(RecordingProbe probe)
    {
        try
        {
            return (await probe.SampleAsync(CancellationToken.None)).Any(track => track.Grows);
        }
        catch (MediaException away)
        {
            // Nobody can look at the files now; the next look asks again.
            LogMedia(log, Key, away.Message);
            return false;
        }
    }

    /// <summary>What concerns media only may fail without undoing what was decided: the node is watched and the room heals by itself.</summary>
    private async Task TryMedia(Func<Task> act)
    {
        try
        {
            await act();
        }
        catch (BalieException refused)
        {
            LogMedia(log, Key, refused.Message);
        }
    }


    [LoggerMessage(Level = LogLevel.Warning, Message = "Media of {Key} did not follow: {Reason}")]
    private static partial void LogMedia(ILogger log, GrainKey key, string reason);}
