using System.Collections.Immutable;

namespace Balie.Grains.Calls.Media;

/// <summary>One participant's two handles in a media room. Touched only under the room's gate.</summary>
internal sealed class MediaSeat(string id, string label)
{
    internal string Id => id;

    /// <summary>Which browser of the participant it is.</summary>
    internal string Label { get; set; } = label;

    internal ulong Publisher { get; set; }
    internal uint PrivateId { get; set; }

    /// <summary>Media flows, not only negotiated.</summary>
    internal bool Publishing { get; set; }

    internal ImmutableArray<PublishedTrack> Tracks { get; set; } = [];

    /// <summary>It must go, and the node has perhaps not done all of that yet.</summary>
    internal bool Leaves { get; set; }

    /// <summary>The participant asked to receive; true also while there is nobody to receive.</summary>
    internal bool Watches { get; set; }

    internal ulong? Subscriber { get; set; }
    internal int OfferNumber { get; set; }

    /// <summary>Sent, or being sent, and not yet answered; Janus makes no other until it is.</summary>
    internal SubscriberOffer? OpenOffer { get; set; }

    internal ImmutableArray<IncomingStream> Incoming { get; set; } = [];

    internal TrackKind? KindOf(string? mid) => Tracks.FirstOrDefault(t => t.Mid == mid)?.Kind;

    internal MediaSeatState Export() =>
        new(Id, Label, Publisher, PrivateId, Publishing, Tracks, Watches, Subscriber, OfferNumber, OpenOffer is not null, Incoming);

    internal static MediaSeat Import(MediaSeatState from) => new(from.ParticipantId, from.Label)
    {
        Publisher = from.Publisher,
        PrivateId = from.PrivateId,
        Publishing = from.Publishing,
        Tracks = from.Tracks,
        Watches = from.Watches,
        Subscriber = from.Subscriber,
        OfferNumber = from.OfferNumber,
        Incoming = from.Incoming,
    };
}
