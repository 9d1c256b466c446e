using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Balie.Grains.Interfaces.Calls;

namespace Balie.Grains.Calls.Media;

public sealed partial class MediaRoom
{
    /// <summary>
    /// Begins to publish with a new connection and returns the answer for the browser. Whoever only receives so far goes on with that. Whatever a participant
    /// who published had before (a page that was reloaded, a second window) is ended, receiving included: call <see cref="SubscribeAsync"/> after this.
    /// Someone whose consent a running recording does not have stops the recording before anything of them can be heard.
    /// </summary>
    /// <param name="kinds">What each m-line carries; by default the first video is the camera and a later one a screen.</param>
    /// <exception cref="InvalidSignalException">The offer may not be relayed.</exception>
    /// <exception cref="MediaRefusedException">The room is full, or Janus found no common codec.</exception>
    public Task<string> PublishAsync(
        string participantId, string label, string sdpOffer, IReadOnlyDictionary<string, TrackKind>? kinds = null, CancellationToken ct = default)
    {
        RequireId(participantId);
        var tracks = TracksOf(sdpOffer, kinds, []);
        return GatedAsync(async token =>
        {
            await PauseForAsync(participantId, token);
            var seat = seats.GetValueOrDefault(participantId) is { Leaves: false, Tracks.IsEmpty: true } receives && receives.Label == label
                ? receives
                : await JoinAsync(participantId, label, token);
            // Remembered before it is asked: should the answer be lost, the handle may be in use, and the next try takes a fresh one.
            seat.Tracks = tracks;
            return await NegotiateAsync(seat, "publish", sdpOffer, tracks, restart: false, token);
        }, ct);
    }

    /// <summary>
    /// A new offer on the same publishing connection: a screen added or taken away, a camera switched on later, or an ICE
    /// restart (the browser's offer then carries new credentials). Returns the answer.
    /// </summary>
    public Task<string> RenegotiateAsync(
        string participantId, string sdpOffer, IReadOnlyDictionary<string, TrackKind>? kinds = null, CancellationToken ct = default) =>
        GatedAsync(async token =>
        {
            var seat = Seat(participantId);
            if (seat.Tracks.IsEmpty) throw new InvalidSignalException("participant-does-not-publish");
            var answer = await NegotiateAsync(seat, "configure", sdpOffer, TracksOf(sdpOffer, kinds, seat.Tracks), restart: true, token);
            if (seat.Publishing) await UpdateAllAsync(token);
            return answer;
        }, ct);

    /// <summary>Relays a candidate of the browser, or the end of them (null); one for a connection that no longer exists is dropped.</summary>
    /// <exception cref="InvalidSignalException">It is malformed.</exception>
    public Task TrickleAsync(string participantId, PeerConnectionKind connection, IceCandidate? candidate, CancellationToken ct = default)
    {
        if (SdpGuard.Validate(candidate) is { } code) throw new InvalidSignalException(code);
        return GatedAsync(async token =>
        {
            if (!seats.TryGetValue(participantId, out var seat)) return;
            var handle = connection == PeerConnectionKind.Publisher ? seat.Publisher : seat.Subscriber;
            if (handle is not { } to) return;
            await session.TrickleAsync(to, Words(candidate), token);
        }, ct);
    }

    static JsonObject Words(IceCandidate? candidate)
    {
        if (candidate is null || candidate.Candidate.Length == 0) return new() { ["completed"] = true };
        var words = new JsonObject { ["candidate"] = candidate.Candidate };
        if (candidate.SdpMid is { } mid) words["sdpMid"] = mid;
        if (candidate.SdpMLineIndex is { } index) words["sdpMLineIndex"] = index;
        return words;
    }

    async Task<string> NegotiateAsync(
        MediaSeat seat, string request, string sdpOffer, ImmutableArray<PublishedTrack> tracks, bool restart, CancellationToken ct)
    {
        // Janus writes the description into the raw track: that is how a file says that it is a screen.
        var descriptions = new JsonArray([.. tracks.Select(t => new JsonObject { ["mid"] = t.Mid, ["description"] = t.Kind.ToString() })]);
        var body = JanusBody.Request(request, ("descriptions", descriptions), ("update", restart ? true : null));
        var reply = await session.MessageAsync(seat.Publisher, body, JanusBody.Jsep("offer", sdpOffer), ct);
        seat.Tracks = tracks;
        return reply.Sdp ?? throw new MediaUnavailableException("The media node gave no answer to an offer");
    }

    static ImmutableArray<PublishedTrack> TracksOf(
        string sdpOffer, IReadOnlyDictionary<string, TrackKind>? kinds, ImmutableArray<PublishedTrack> before)
    {
        var tracks = ImmutableArray.CreateBuilder<PublishedTrack>();
        foreach (var media in SdpGuard.Parse(sdpOffer, SdpDirection.Offer))
        {
            var usual = !media.IsVideo ? TrackKind.Microphone
                : tracks.Any(t => t.Kind == TrackKind.Camera) ? TrackKind.Screen : TrackKind.Camera;
            var kind = kinds?.TryGetValue(media.Mid, out var named) == true ? named : before.FirstOrDefault(t => t.Mid == media.Mid)?.Kind ?? usual;
            if (media.IsVideo == (kind == TrackKind.Microphone)) throw new InvalidSignalException("sdp-track-kind");
            tracks.Add(new(media.Mid, kind, media.Sends));
        }
        return tracks.ToImmutable();
    }

    /// <summary>A seat with a fresh publisher handle that has joined, in place of any older one of this participant.</summary>
    async Task<MediaSeat> JoinAsync(string participantId, string label, CancellationToken ct)
    {
        if (seats.TryGetValue(participantId, out var old)) await ReleaseAsync(old, ct);
        seats.Remove(participantId);
        var seat = new MediaSeat(participantId, label) { Publisher = await session.AttachAsync(ct), OfferNumber = old?.OfferNumber ?? 0 };
        try
        {
            seat.PrivateId = await TakeIdAsync(seat, ct);
        }
        catch
        {
            await session.DetachAsync(seat.Publisher, CancellationToken.None);
            throw;
        }
        seats.Add(participantId, seat);
        return seat;
    }

    /// <summary>Somebody of that id may be there already: they joined, but the answer was lost with the line or with an earlier Balie.</summary>
    async Task<uint> TakeIdAsync(MediaSeat seat, CancellationToken ct)
    {
        var join = () => JanusBody.Request("join", ("ptype", "publisher"), ("room", RoomId), ("id", seat.Id), ("display", seat.Label), ("pin", pin));
        JanusReply joined;
        try
        {
            joined = await session.MessageAsync(seat.Publisher, join(), ct: ct);
        }
        catch (MediaRefusedException refused) when (refused.Code == MediaRefusedException.IdTaken)
        {
            await KickAsync(seat.Id, ct);
            joined = await session.MessageAsync(seat.Publisher, join(), ct: ct);
        }
        return joined.Data.GetProperty("private_id").GetUInt32();
    }

    /// <summary>
    /// Both connections of the seat end. The caller takes it out of <see cref="seats"/> afterwards: what failed half-way is known and can be done again.
    /// </summary>
    async Task ReleaseAsync(MediaSeat seat, CancellationToken ct)
    {
        seat.Leaves = true;
        if (seat.Subscriber is { } subscriber) await session.DetachAsync(subscriber, ct);
        seat.Subscriber = null;
        await ReleasePublisherAsync(seat, ct);
    }

    /// <summary>Others are unsubscribed first, while the node still knows what they received; should that fail, this one's sending ends all the same.</summary>
    async Task ReleasePublisherAsync(MediaSeat seat, CancellationToken ct)
    {
        try
        {
            if (seat.Publishing) await LeftAsync(seat, ct);
        }
        finally
        {
            await EndSendingAsync(seat, ct);
        }
    }

    /// <summary>Leaving before detaching frees the participant's id on the node before it answers.</summary>
    async Task EndSendingAsync(MediaSeat seat, CancellationToken ct)
    {
        try
        {
            await session.MessageAsync(seat.Publisher, JanusBody.Request("leave"), ct: ct);
        }
        catch (MediaRefusedException refused)
        {
            // Not joined any more; detaching is all that is left to do.
            Log.EventFailed(log, RoomId, refused);
        }
        await session.DetachAsync(seat.Publisher, ct);
    }

    async Task LeftAsync(MediaSeat seat, CancellationToken ct)
    {
        seat.Publishing = false;
        Tell(new MediaRoomEvent.PublisherLeft(seat.Id));
        await UpdateAllAsync(ct);
    }

    async Task OnPublisherAsync(MediaSeat seat, JanusEvent happened)
    {
        switch (happened.Kind)
        {
            case "webrtcup" when !seat.Publishing:
                seat.Publishing = true;
                Tell(new MediaRoomEvent.PublisherJoined(seat.Id, seat.Tracks));
                await UpdateAllAsync(CancellationToken.None);
                break;
            case "hangup":
                Tell(new MediaRoomEvent.Hangup(seat.Id, PeerConnectionKind.Publisher, happened.Body.GetProperty("reason").GetString() ?? ""));
                if (seat.Publishing) await LeftAsync(seat, CancellationToken.None);
                break;
            case "media" when seat.KindOf(happened.Body.GetProperty("mid").GetString()) is { } kind:
                Tell(new MediaRoomEvent.MediaReceiving(seat.Id, kind, happened.Body.GetProperty("receiving").GetBoolean()));
                break;
            case "slowlink":
                TellSlowLink(seat, happened);
                break;
        }
    }

    /// <summary>Janus counts from its own side: its uplink is what the participant sends.</summary>
    void TellSlowLink(MediaSeat seat, JanusEvent happened) => Tell(new MediaRoomEvent.SlowLink(
        seat.Id, happened.Body.GetProperty("uplink").GetBoolean(), happened.Body.GetProperty("lost").GetInt32()));
}
