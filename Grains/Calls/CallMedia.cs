using System.Collections.Immutable;
using System.Text.Json;
using Balie.Grains.Calls.Media;
using Balie.Grains.Interfaces.Calls;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Platform;
using Microsoft.Extensions.Logging;

namespace Balie.Grains.Calls;

/// <summary>Opens and reclaims media rooms on the nodes of the pool for call room grains.</summary>
public sealed class CallMediaFactory(MediaPool pool, IGrainFactory grains, TimeProvider time, ILoggerFactory logs)
{
    internal CallMedia For(GrainKey key) => new(key, pool, grains, time, logs);
}

/// <summary>
/// A call room's hand on the media node. Opens late, takes over what an earlier activation left, and turns what the node tells into
/// notices for the grain. Translates the node's errors into refusals somebody can act on.
/// </summary>
internal sealed class CallMedia(GrainKey key, MediaPool pool, IGrainFactory grains, TimeProvider time, ILoggerFactory logs) : IAsyncDisposable
{
    private const string MediaRefused = "call.media-refused";

    private readonly ILogger<MediaRoom> _log = logs.CreateLogger<MediaRoom>();
    private readonly Messenger _signals = new(key.ToString(), time, logs.CreateLogger<CallMedia>()), _changes = new(key.ToString(), time, logs.CreateLogger<CallMedia>());
    private long _told;
    private MediaRoom? _room;
    private Task _start = Task.CompletedTask;

    /// <summary>Incarnation of the node where the room is open; empty when it is not.</summary>
    public string Node => _room?.Incarnation ?? "";

    public bool IsOpen => _room is not null;

    /// <summary>True when a notice may be about what is so now: a former room's last words say nothing of the room that is open.</summary>
    public bool Concerns(MediaNotice notice) => _room is null || notice.From is null || notice.From == _room.Tag;

    /// <summary>Claims the room that <paramref name="saved"/> describes, or opens a fresh one.</summary>
    /// <returns>True when it is a fresh one: everybody has to publish again.</returns>
    public async Task<bool> OpenAsync(string? saved, CancellationToken ct)
    {
        if (_room is not null || (saved is not null && await ClaimAsync(saved, ct))) return false;
        var start = pool.NextStart;
        if (pool.Choose(RoomId) is not { } client)
        {
            if (_start.IsCompleted) _start = TellOfAsync(start);
            throw new BalieException(CallErrors.MediaUnavailable);
        }

        await OpenOnAsync(client, ct);
        return true;
    }

    /// <summary>Takes over the room that <paramref name="saved"/> describes; false when the node has let it go, and with it all who sent or received there.</summary>
    public async Task<bool> ClaimAsync(string saved, CancellationToken ct)
    {
        if (_room is not null) return true;
        if (Read(saved) is not { } state || pool.Find(state.Incarnation) is not { } client) return false;
        try
        {
            _room = await Guard(() => MediaRoom.ReclaimAsync(client, state, Tell, time, _log, ct), reclaiming: true);
            return true;
        }
        catch (MediaSessionLostException)
        {
            return false;
        }
        catch (BalieException refused) when (refused.Error.Code == MediaRefused)
        {
            // The session is there but the room is not: it cannot be taken over.
            return false;
        }
    }

    public Task<string> PublishAsync(string participant, string browser, PublishMedia offer, CancellationToken ct)
    {
        var kinds = offer.Lines.ToDictionary(l => l.Mid, l => KindOf(l.Kind));
        return Guard(() => offer.Continues
            ? Room.RenegotiateAsync(participant, offer.Sdp, kinds, ct)
            : Room.PublishAsync(participant, browser, offer.Sdp, kinds, ct));
    }

    public async Task<MediaOffer?> SubscribeAsync(string participant, string browser, CancellationToken ct) =>
        await Guard(() => Room.SubscribeAsync(participant, browser, ct)) is { } offer ? View(offer) : null;

    public async Task<MediaSignal> ResumeAsync(string participant, int last, CancellationToken ct)
    {
        var (change, offer) = await Guard(() => Room.ResumeAsync(participant, last, ct));
        return new() { PublishAgain = change == Missed.Everything, SubscribeAgain = change == Missed.Receiving, Offer = offer is null ? null : View(offer) };
    }

    public Task AnswerAsync(string participant, MediaAnswer answer, CancellationToken ct) =>
        Guard(() => Room.AnswerAsync(participant, answer.Number, answer.Sdp, ct));

    public Task TrickleAsync(string participant, bool publisher, IceCandidate? candidate, CancellationToken ct) =>
        Guard(() => Room.TrickleAsync(
            participant,
            publisher ? PeerConnectionKind.Publisher : PeerConnectionKind.Subscriber,
            candidate,
            ct));

    /// <summary>Ends what others than those have on the node; see <see cref="MediaRoom.KeepOnlyAsync"/>.</summary>
    public Task KeepOnlyAsync(Func<string, string, bool> mayStay, CancellationToken ct) =>
        _room is null ? Task.CompletedTask : Guard(() => Room.KeepOnlyAsync(mayStay, ct));

    public Task StartRecordingAsync(string segment, IReadOnlyCollection<string> consenting, CancellationToken ct) =>
        Guard(() => Room.StartRecordingAsync(segment, consenting, ct));

    public Task StopRecordingAsync(CancellationToken ct) =>
        _room is null ? Task.CompletedTask : Guard(() => Room.StopRecordingAsync(ct));

    /// <summary>Looks at the raw tracks, each time it is asked: which of them grow.</summary>
    public RecordingProbe Probe() => Room.Probe();

    /// <summary>What a later activation needs to take over; null when nothing is open.</summary>
    public async Task<string?> ExportAsync(CancellationToken ct) =>
        _room is null ? null : JsonSerializer.Serialize(await Guard(() => _room.ExportAsync(ct)));

    /// <summary>Ends the room that is open, or that <paramref name="saved"/> describes, also one whose session the node has let go.</summary>
    public async Task EndAsync(string? saved, CancellationToken ct)
    {
        if (_room is null)
        {
            // On that very node: what has ended with its incarnation needs no end.
            if (saved is null || Read(saved) is not { } state || pool.Find(state.Incarnation) is not { } client) return;
            if (!await ClaimAsync(saved, ct)) await OpenOnAsync(client, ct);
        }

        var room = Room;
        try
        {
            await Guard(() => room.CloseAsync(ct), reclaiming: true);
            _room = null;
        }
        catch (MediaSessionLostException)
        {
            // Its session is gone, the room perhaps not: the next try begins with what was written down.
            await ForgetAsync();
            throw new BalieException(CallErrors.MediaUnavailable);
        }
    }

    /// <summary>The node is gone: forget the room without speaking to it.</summary>
    public async Task ForgetAsync()
    {
        if (_room is not { } room) return;
        _room = null;
        await room.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _signals.Close();
        _changes.Close();
        await ForgetAsync();
    }

    private static MediaRoomState? Read(string saved) => JsonSerializer.Deserialize<MediaRoomState>(saved);

    private async Task OpenOnAsync(JanusClient client, CancellationToken ct) =>
        _room = await Guard(() => MediaRoom.OpenAsync(client, new MediaRoomOptions(RoomId), Tell, time, _log, ct));

    private string RoomId => MediaRoomName.Of(key);

    private MediaRoom Room => _room ?? throw new BalieException(CallErrors.MediaUnavailable);

    private static MediaOffer View(SubscriberOffer offer) =>
        new(offer.Number, offer.Sdp, [.. offer.Tracks.Select(t => new MediaLine(t.Mid, Word(t.Kind), t.ParticipantId, t.Active))], offer.First);

    private static string Word(TrackKind kind) => kind switch
    {
        TrackKind.Microphone => "microphone",
        TrackKind.Camera => "camera",
        _ => "screen",
    };

    private static TrackKind KindOf(string word) => word switch
    {
        "microphone" => TrackKind.Microphone,
        "camera" => TrackKind.Camera,
        "screen" => TrackKind.Screen,
        _ => throw new BalieException(BalieError.Invalid("sdp.refused", "Onbekend soort beeld of geluid.", "lines")),
    };

    /// <summary>Runs outside any grain turn. Does not wait for the grain, which may be letting go of the room that tells.</summary>
    private Task Tell(MediaRoomEvent e)
    {
        MediaNotice? notice = e switch
        {
            MediaRoomEvent.NewOffer o => new() { Kind = "offer", Participant = o.ParticipantId, Offer = View(o.Offer) },
            MediaRoomEvent.Hangup h => new() { Kind = "hangup", Participant = h.ParticipantId, Media = h.Connection.ToString() },
            MediaRoomEvent.RecordingStopped r => new() { Kind = "recording-stopped", Media = r.Segment.Id },
            MediaRoomEvent.NodeLost => new() { Kind = "node-lost" },
            _ => null,
        };
        return notice is null ? Task.CompletedTask : Tell(notice with { From = e.From });
    }

    private async Task TellOfAsync(Task start)
    {
        await start.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        await Tell(new MediaNotice { Kind = "node-there" });
    }

    /// <summary>Each in its turn; one that concerns a former room by then is left out. What is for a browser does not wait for what must be written down.</summary>
    private Task Tell(MediaNotice notice)
    {
        var line = notice.Participant is null ? _changes : _signals;
        line.Tell($"{notice.Kind} {Interlocked.Increment(ref _told)}", () =>
        {
            Caller.Current = Caller.System(key.Tenant, "media");
            return Concerns(notice) ? grains.GetGrain<ICallRoomGrain>(key.ToString()).MediaChanged(notice) : Task.CompletedTask;
        });
        return Task.CompletedTask;
    }

    private static Task Guard(Func<Task> act, bool reclaiming = false) => Guard(
        async () =>
        {
            await act();
            return true;
        },
        reclaiming);

    private static async Task<T> Guard<T>(Func<Task<T>> act, bool reclaiming = false)
    {
        try
        {
            return await act();
        }
        catch (InvalidSignalException invalid)
        {
            throw new BalieException(BalieError.Invalid("sdp.refused", $"Je browser stuurde iets wat we niet kunnen gebruiken ({invalid.Code})."));
        }
        catch (MediaUnavailableException)
        {
            throw new BalieException(CallErrors.MediaUnavailable);
        }
        catch (MediaSessionLostException) when (!reclaiming)
        {
            // Between the node's death and its notice of it.
            throw new BalieException(CallErrors.MediaUnavailable);
        }
        catch (MediaRefusedException refused)
        {
            throw new BalieException(BalieError.Conflict(MediaRefused, $"Het beeld kon niet gestart worden ({refused.Code}). Probeer opnieuw."));
        }
    }
}
