using Balie.Grains.Calls.Media;
using Balie.Grains.Interfaces.Calls;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Platform;
using Microsoft.Extensions.Logging;

namespace Balie.Grains.Calls;

/// <summary>Connections, offers and answers, and what the media node tells.</summary>
public sealed partial class CallRoomGrain
{
    public async Task Connected(string connection, bool up, CancellationToken ct = default)
    {
        var (id, session) = Me();
        if (up) _connections[connection] = (id, session);
        else if (!_connections.Remove(connection)) return;
        var here = _connections.Values.Contains((id, session));
        await Note((s, _) => CallRoomDecisions.Connection(s, id, session, here), ct);
        if (up && State.IsIn(id, session)) await TryMedia(() => EnsureMedia(ct));
    }

    public async Task<string> Publish(PublishMedia offer, CancellationToken ct = default)
    {
        var id = RequireIn();
        if (CallRoomDecisions.PausesRecording(State, id)) await StopOnNode("newcomer", ct);
        await EnsureMedia(ct);
        var answer = await Media.PublishAsync(id, offer, ct);
        await RememberMedia(ct);
        return answer;
    }

    public async Task<MediaOffer?> Subscribe(CancellationToken ct = default)
    {
        var id = RequireIn();
        await EnsureMedia(ct);
        var offer = await Media.SubscribeAsync(id, ct);
        await RememberMedia(ct);
        return offer;
    }

    public async Task Answer(MediaAnswer answer, CancellationToken ct = default)
    {
        var id = RequireIn();
        await EnsureMedia(ct);
        await Media.AnswerAsync(id, answer, ct);
        await RememberMedia(ct);
    }

    public async Task Trickle(bool publisher, IceCandidate? candidate, CancellationToken ct = default)
    {
        var id = RequireIn();
        await EnsureMedia(ct);
        await Media.TrickleAsync(id, publisher, candidate, ct);
    }

    public async Task MediaChanged(MediaNotice notice)
    {
        switch (notice.Kind)
        {
            case "offer" when notice is { Participant: { } to, Offer: { } offer }:
                Signal("signal", new MediaSignal { Offer = offer }, to);
                break;
            case "hangup" when notice.Participant is { } who && State.Seats.GetValueOrDefault(who)?.Connected == true:
                Signal("signal", new MediaSignal { PublishAgain = true }, who);
                break;
            case "recording-stopped" when State.Recording is { } running:
                await StopRecording(running.Segment, "newcomer", CancellationToken.None);
                break;
            case "node-lost":
                await NodeLost();
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
        var fresh = await Media.OpenAsync(State.MediaState, ct);
        if (fresh && State.Recording is { } running) await StopRecording(running.Segment, "node-lost", ct);
        if (!fresh && State.Recording is not null) StartProbing();
        await RememberMedia(ct);
        if (fresh && hadOne) AskEverybodyToPublish();
    }

    private async Task RememberMedia(CancellationToken ct)
    {
        var saved = await Media.ExportAsync(ct);
        if (saved is null || saved == State.MediaState) return;
        await Note((_, _) => Decision.Of(new MediaPlaced(Media.Node, saved)), ct);
    }

    private async Task NodeLost()
    {
        await Media.ForgetAsync();
        if (State.Ended || !State.Admitted.Any()) return;
        if (State.Recording is { } running) await StopRecording(running.Segment, "node-lost", CancellationToken.None);
        if (!State.MediaLost) await Note((_, _) => Decision.Of(new MediaLost()), CancellationToken.None);
        _reopening ??= this.RegisterGrainTimer(Reopen, new GrainTimerCreationOptions(TimeSpan.Zero, ReopenEvery));
    }

    private async Task Reopen(CancellationToken ct)
    {
        try
        {
            ActAsSystem("media");
            await Media.OpenAsync(null, ct);
        }
        catch (BalieException)
        {
            return; // Not back yet; the timer asks again.
        }

        _reopening?.Dispose();
        _reopening = null;
        await RememberMedia(ct);
        await Note((s, _) => s.MediaLost ? Decision.Of(new MediaBack()) : Decision.Nothing, ct);
        AskEverybodyToPublish();
        await TellPresence();
    }

    private void AskEverybodyToPublish()
    {
        foreach (var seat in State.Admitted) Signal("signal", new MediaSignal { PublishAgain = true }, seat.Participant);
    }

    /// <summary>Looks at the files until they grow: only then the view says "recording".</summary>
    private void StartProbing()
    {
        _probing?.Dispose();
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

        if (RecordingProbe.Records(await probe.SampleAsync(ct))) await Note((s, _) => CallRoomDecisions.ConfirmRecording(s), ct);
    }

    private Task Silence(string participant, CancellationToken ct) => TryMedia(async () =>
    {
        await Media.LeaveAsync(participant, ct);
        await RememberMedia(ct);
    });

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
    private static partial void LogMedia(ILogger log, GrainKey key, string reason);

    private readonly Dictionary<string, (string Id, string Session)> _connections = [];
}
