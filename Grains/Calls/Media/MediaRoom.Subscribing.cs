using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Balie.Grains.Calls.Media;

public sealed partial class MediaRoom
{
    /// <summary>
    /// Begins to receive with a new connection: an offer with everyone else's tracks, or null while nobody publishes (the
    /// first offer then comes as an event). A participant who does not publish joins silently. From here on a new offer
    /// comes whenever the set of tracks changes, never before the last one was answered. The browser drops its former
    /// receiving connection before it calls this, and makes a new one for the first offer, whichever way that comes.
    /// </summary>
    public Task<SubscriberOffer?> SubscribeAsync(string participantId, string label, CancellationToken ct = default)
    {
        RequireId(participantId);
        return GatedAsync(async token =>
        {
            if (seats.GetValueOrDefault(participantId) is not { Leaves: false } seat || seat.Label != label) seat = await JoinAsync(participantId, label, token);
            if (seat.Subscriber is { } old) await session.DetachAsync(old, token);
            (seat.Subscriber, seat.OpenOffer, seat.Incoming, seat.Watches) = (null, null, [], true);
            return await NextOfferAsync(seat, token);
        }, ct);
    }

    /// <summary>Relays the browser's answer; an answer to an offer that was replaced is dropped.</summary>
    /// <exception cref="InvalidSignalException">The answer may not be relayed.</exception>
    public Task AnswerAsync(string participantId, int offerNumber, string sdpAnswer, CancellationToken ct = default)
    {
        _ = SdpGuard.Parse(sdpAnswer, SdpDirection.Answer);
        return GatedAsync(async token =>
        {
            var seat = Seat(participantId);
            if (seat.Subscriber is not { } handle || seat.OpenOffer?.Number != offerNumber) return;
            try
            {
                await session.MessageAsync(handle, JanusBody.Request("start"), JanusBody.Jsep("answer", sdpAnswer), token);
            }
            catch (MediaRefusedException refused) when (refused.Code == MediaRefusedException.UnexpectedAnswer)
            {
                // Answered before, to a Balie that could not take note of it any more.
                Log.RoomEvent(log, RoomId, "a second answer", participantId);
            }
            seat.OpenOffer = null;
            await UpdateAsync(seat, token);
        }, ct);
    }

    /// <summary>What a browser missed that was cut off from the room while media went on.</summary>
    /// <param name="last">Number of the last offer it took.</param>
    public Task<(Missed What, SubscriberOffer? Offer)> ResumeAsync(string participantId, int last, CancellationToken ct = default) => GatedAsync(_ =>
    {
        (Missed, SubscriberOffer?) missed = seats.GetValueOrDefault(participantId) switch
        {
            null or { Leaves: true } => (Missed.Everything, null),
            { Publishing: false, Tracks.IsEmpty: false } => (Missed.Everything, null),
            { Watches: false } => (Missed.Receiving, null),
            { OpenOffer: { } open } when open.Number > last => (Missed.Nothing, open),
            // It took this one, but its answer may be lost, or there were others that nobody knows of any more.
            { OpenOffer: not null } => (Missed.Receiving, null),
            { } seat => (seat.OfferNumber == last ? Missed.Nothing : Missed.Receiving, null),
        };
        return Task.FromResult(missed);
    }, ct);

    async Task UpdateAllAsync(CancellationToken ct)
    {
        foreach (var seat in seats.Values.ToList()) await UpdateAsync(seat, ct);
    }

    async Task UpdateAsync(MediaSeat seat, CancellationToken ct)
    {
        if (await NextOfferAsync(seat, ct) is { } offer) Tell(new MediaRoomEvent.NewOffer(seat.Id, offer));
    }

    /// <summary>Compares what the seat should receive with what it does; asks for what is missing. Null when nothing changes now.</summary>
    async Task<SubscriberOffer?> NextOfferAsync(MediaSeat seat, CancellationToken ct)
    {
        if (!seat.Watches || seat.Leaves || seat.OpenOffer is not null) return null;
        var wanted = seats.Values.Where(s => s != seat && s.Publishing)
            .SelectMany(s => s.Tracks.Where(t => t.Active).Select(t => (Feed: s.Id, t.Mid))).ToHashSet();
        var have = seat.Incoming.Where(i => i is { Active: true, Feed: not null, FeedMid: not null }).Select(i => (Feed: i.Feed!, Mid: i.FeedMid!)).ToHashSet();
        var missing = wanted.Except(have).ToList();
        var surplus = have.Except(wanted).ToList();
        if (missing.Count == 0 && surplus.Count == 0) return null;
        try
        {
            return seat.Subscriber is { } handle
                ? await ChangeAsync(seat, handle, missing, surplus, ct)
                : await BeginAsync(seat, missing, ct);
        }
        catch (MediaRefusedException refused) when (refused.Code == MediaRefusedException.NoSuchFeed)
        {
            // They left between our looking and our asking; their hangup is on its way and brings us back here.
            Log.RoomEvent(log, RoomId, "a feed went away", seat.Id);
            return null;
        }
    }

    async Task<SubscriberOffer?> BeginAsync(MediaSeat seat, List<(string Feed, string Mid)> missing, CancellationToken ct)
    {
        if (missing.Count == 0) return null;
        var handle = await session.AttachAsync(ct);
        try
        {
            var reply = await session.MessageAsync(handle, JanusBody.Request("join",
                ("ptype", "subscriber"), ("room", RoomId), ("private_id", seat.PrivateId), ("pin", pin), ("use_msid", true), ("autoupdate", false),
                ("streams", Streams(missing))), ct: ct);
            seat.Subscriber = handle;
            return Offered(seat, reply.Data, reply.Sdp is { } sdp ? WithJanusActive(sdp) : null, first: true);
        }
        catch
        {
            await session.DetachAsync(handle, CancellationToken.None);
            throw;
        }
    }

    async Task<SubscriberOffer?> ChangeAsync(
        MediaSeat seat, ulong handle, List<(string Feed, string Mid)> missing, List<(string Feed, string Mid)> surplus, CancellationToken ct)
    {
        var body = JanusBody.Request("update");
        if (missing.Count > 0) body["subscribe"] = Streams(missing);
        if (surplus.Count > 0) body["unsubscribe"] = Streams(surplus);
        var reply = await session.MessageAsync(handle, body, ct: ct);
        if (reply.Data.GetProperty("videoroom").GetString() == "updating")
        {
            await StartOverAsync(seat, handle, ct);
            return null;
        }
        if (reply.Sdp is null && !reply.Data.TryGetProperty("streams", out _))
        {
            // Whoever we take leave of is gone from the node already, so to Janus nothing changed; the browser must still hear of it.
            seat.Incoming = [.. seat.Incoming.Select(i => i with { Active = i.Active && !surplus.Contains((i.Feed ?? "", i.FeedMid ?? "")) })];
            reply = await session.MessageAsync(handle, JanusBody.Request("configure", ("update", true)), ct: ct);
        }
        return Offered(seat, reply.Data, reply.Sdp);
    }

    /// <summary>Janus waits for an answer to an offer that was lost on its way (a connection broke, Balie ended): only a new connection helps.</summary>
    async Task StartOverAsync(MediaSeat seat, ulong handle, CancellationToken ct)
    {
        (seat.Subscriber, seat.Incoming, seat.Watches) = (null, [], false);
        await session.DetachAsync(handle, ct);
        Tell(new MediaRoomEvent.Hangup(seat.Id, PeerConnectionKind.Subscriber, "An offer was lost"));
    }

    static JsonArray Streams(List<(string Feed, string Mid)> tracks) =>
        [.. tracks.Select(t => new JsonObject { ["feed"] = t.Feed, ["mid"] = t.Mid })];

    /// <summary>Takes note of an offer; null when Janus answered without one, because it has one under way already.</summary>
    SubscriberOffer? Offered(MediaSeat seat, JsonElement data, string? sdp, bool first = false)
    {
        if (data.TryGetProperty("streams", out var streams)) seat.Incoming = [.. streams.EnumerateArray().Select(Stream)];
        if (sdp is null) return null;
        seat.OfferNumber++;
        seat.OpenOffer = new(seat.OfferNumber, sdp, [.. seat.Incoming.Select(Incoming)], first);
        return seat.OpenOffer;
    }

    /// <summary>
    /// Has Janus begin the DTLS handshake (RFC 8842, 5.2), once it has a path. A browser would begin sooner than Janus listens, and its first words would be repeated only after
    /// 50 ms. Not in later offers: the roles stay what they were.
    /// </summary>
    static string WithJanusActive(string sdp) => sdp.Replace("a=setup:actpass", "a=setup:active", StringComparison.Ordinal);

    static IncomingStream Stream(JsonElement stream) => new(
        stream.GetProperty("mid").GetString()!,
        stream.TryGetProperty("feed_id", out var feed) ? feed.GetString() : null,
        stream.TryGetProperty("feed_mid", out var mid) ? mid.GetString() : null,
        stream.TryGetProperty("active", out var active) && active.GetBoolean());

    IncomingTrack Incoming(IncomingStream from)
    {
        var kind = from.Feed is { } feed && seats.TryGetValue(feed, out var seat) ? seat.KindOf(from.FeedMid) : null;
        return new(from.Mid, from.Feed ?? "", kind ?? TrackKind.Camera, from.Active && kind is not null);
    }

    void OnSubscriber(MediaSeat seat, JanusEvent happened)
    {
        switch (happened.Kind)
        {
            // One that Janus had postponed until the offer before was answered.
            case "event" when happened.Sdp is { } sdp && Offered(seat, happened.Data, sdp) is { } offer:
                Tell(new MediaRoomEvent.NewOffer(seat.Id, offer));
                break;
            case "hangup":
                Tell(new MediaRoomEvent.Hangup(seat.Id, PeerConnectionKind.Subscriber, happened.Body.GetProperty("reason").GetString() ?? ""));
                break;
            case "slowlink":
                TellSlowLink(seat, happened);
                break;
        }
    }
}
