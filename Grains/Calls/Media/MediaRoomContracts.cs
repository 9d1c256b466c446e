using System.Collections.Immutable;

namespace Balie.Grains.Calls.Media;

/// <summary>What a track shows or carries.</summary>
public enum TrackKind
{
    /// <summary>A person's voice.</summary>
    Microphone,

    /// <summary>A person's picture.</summary>
    Camera,

    /// <summary>A shared screen or window.</summary>
    Screen,
}

/// <summary>Which of a participant's two connections is meant.</summary>
public enum PeerConnectionKind
{
    /// <summary>The one that sends camera, microphone and screen.</summary>
    Publisher,

    /// <summary>The one that receives everyone else.</summary>
    Subscriber,
}

/// <summary>One m-line of a participant's publishing connection. An inactive one was stopped and may be used again.</summary>
public sealed record PublishedTrack(string Mid, TrackKind Kind, bool Active);

/// <summary>One m-line of an offer to a subscriber: whose track it carries. Inactive: nobody's at present.</summary>
public sealed record IncomingTrack(string Mid, string ParticipantId, TrackKind Kind, bool Active);

/// <summary>An offer that a subscriber's browser must answer with the same number; a newer one replaces it.</summary>
/// <param name="First">It begins a connection; else it changes the one that exists.</param>
public sealed record SubscriberOffer(int Number, string Sdp, ImmutableArray<IncomingTrack> Tracks, bool First);

/// <summary>What a browser that was cut off from the room has to do anew.</summary>
public enum Missed
{
    /// <summary>Nothing, or an offer that it gets now.</summary>
    Nothing,

    /// <summary>Receiving.</summary>
    Receiving,

    /// <summary>Sending and receiving.</summary>
    Everything,
}

/// <summary>How a room is set up on a node.</summary>
/// <param name="RoomId">Letters, digits, dots, dashes and underscores, at most 100: it becomes part of file names.</param>
/// <param name="MaxPublishers">More than this many cannot publish at the same time.</param>
/// <param name="BitrateCap">Bits a second that one publisher's video may take.</param>
public sealed record MediaRoomOptions(string RoomId, int MaxPublishers = 8, int BitrateCap = 700_000);

/// <summary>What a media room tells the call room. Delivered one at a time and in order, never inside a call to the room.</summary>
public abstract record MediaRoomEvent
{
    /// <summary><see cref="MediaRoom.Tag"/> of the room that tells it.</summary>
    public string From { get; init; } = "";

    /// <summary>The participant's media now reaches the room; others get an offer that includes it.</summary>
    public sealed record PublisherJoined(string ParticipantId, ImmutableArray<PublishedTrack> Tracks) : MediaRoomEvent;

    /// <summary>The participant no longer publishes.</summary>
    public sealed record PublisherLeft(string ParticipantId) : MediaRoomEvent;

    /// <summary>Send this to the participant's browser; relay its answer with <see cref="MediaRoom.AnswerAsync"/>.</summary>
    public sealed record NewOffer(string ParticipantId, SubscriberOffer Offer) : MediaRoomEvent;

    /// <summary>Packets of this track begin or cease to arrive (no packets for 2 s).</summary>
    public sealed record MediaReceiving(string ParticipantId, TrackKind Kind, bool Receiving) : MediaRoomEvent;

    /// <summary>Packets get lost. <paramref name="FromParticipant"/>: on the way in, else on the way to them.</summary>
    public sealed record SlowLink(string ParticipantId, bool FromParticipant, int Lost) : MediaRoomEvent;

    /// <summary>One of the participant's connections has ended; publish or subscribe again.</summary>
    public sealed record Hangup(string ParticipantId, PeerConnectionKind Connection, string Reason) : MediaRoomEvent;

    /// <summary>Recording was stopped by the room itself, because someone who has not consented began to publish.</summary>
    public sealed record RecordingStopped(RecordingSegment Segment, string BecauseOf) : MediaRoomEvent;

    /// <summary>The node or the session is gone and nothing here works any more: open the room anew and have all browsers rejoin.</summary>
    public sealed record NodeLost : MediaRoomEvent;
}

/// <summary>A stretch of recording that has ended, and the raw tracks it left on the node.</summary>
public sealed record RecordingSegment(string Id, DateTimeOffset StartUtc, DateTimeOffset EndUtc, ImmutableArray<RawTrack> Tracks);

/// <summary>What a restarted Balie needs to take a room over from its node. Holds no secrets and no SDP: it may be kept for good.</summary>
public sealed record MediaRoomState(
    MediaRoomOptions Options, string Incarnation, ulong Session, ulong Control, ImmutableArray<MediaSeatState> Seats, RecordingState? Recording);

/// <summary>One participant in a <see cref="MediaRoomState"/>.</summary>
public sealed record MediaSeatState(
    string ParticipantId, string Label, ulong Publisher, uint PrivateId, bool Publishing, ImmutableArray<PublishedTrack> Tracks,
    bool Watches, ulong? Subscriber, int OfferNumber, bool OfferOpen, ImmutableArray<IncomingStream> Incoming);

/// <summary>One m-line of a subscriber's connection, in Janus's terms.</summary>
public sealed record IncomingStream(string Mid, string? Feed, string? FeedMid, bool Active);

/// <summary>A running recording: which segment, since when, and whose consent it rests on.</summary>
public sealed record RecordingState(string Segment, DateTimeOffset StartUtc, ImmutableHashSet<string> Consented);
