using System.Collections.Immutable;
using Balie.Grains.Interfaces.Booking;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Interfaces.Recording;
using Orleans.Concurrency;

namespace Balie.Grains.Interfaces.Calls;

/// <summary>
/// The waiting room and the call of one visit; key <c>{tenant}/{visit}</c>. Says who is in, who may publish and subscribe, and relays
/// offers and answers to the media node. It holds the mechanics of recording; who consented is the Recording room's.
/// A seat is a participant with one active browser session: the first session that arrives has it, another one waits beside it until an officer
/// admits it, which closes the first, or until the first is gone from the door. Officers sit by their staff id.
/// </summary>
[Alias("ICallRoomGrain")]
public interface ICallRoomGrain : IVisitRoom
{
    [Allow(CallerKind.Participant, CallerKind.Staff, CallerKind.System, Role = StaffRole.Officer), Alias("View"), AlwaysInterleave]
    Task<CallView> View(CancellationToken ct = default);

    /// <summary>
    /// The caller (participant with session, or an officer) is at the door with a browser. A participant lands in the waiting room, or back
    /// in the call when this session was admitted before. <c>visit.too-early</c>, <c>visit.too-late</c>, <c>visit.cancelled</c>, <c>visit.closed</c>.
    /// </summary>
    [Allow(CallerKind.Participant, CallerKind.Staff, Role = StaffRole.Officer), Alias("Arrive")]
    Task<CallView> Arrive(Arrive command, CancellationToken ct = default);

    [Allow(CallerKind.Staff, Role = StaffRole.Officer), Alias("Admit")]
    Task Admit(AdmitParticipant command, CancellationToken ct = default);

    /// <summary>Sends somebody back to the waiting room; what they published stops at once.</summary>
    [Allow(CallerKind.Staff, Role = StaffRole.Officer), Alias("Remove")]
    Task Remove(RemoveParticipant command, CancellationToken ct = default);

    /// <summary>The caller leaves on purpose; arriving again brings them back to the waiting room's end of the call.</summary>
    [Allow(CallerKind.Participant, CallerKind.Staff, Role = StaffRole.Officer), Alias("Leave")]
    Task Leave(LeaveCall command, CancellationToken ct = default);

    /// <summary>Microphone, camera, hand or "away, identifying" of the caller, for the others to see.</summary>
    [Allow(CallerKind.Participant, CallerKind.Staff, Role = StaffRole.Officer), Alias("SetPresence")]
    Task SetPresence(SetPresence command, CancellationToken ct = default);

    /// <summary>A browser's connection came or went. Not a command: it is derived from the hub and self-heals.</summary>
    [Allow(CallerKind.Participant, CallerKind.Staff, Role = StaffRole.Officer), Alias("Connected")]
    Task Connected(string connection, bool up, CancellationToken ct = default);

    /// <summary>SDP offer of the caller's microphone, camera or screen; answers with the media node's SDP. <c>call.not-admitted</c>, <c>sdp.refused</c>.</summary>
    [Allow(CallerKind.Participant, CallerKind.Staff, Role = StaffRole.Officer), Alias("Publish")]
    Task<string> Publish(PublishMedia offer, CancellationToken ct = default);

    /// <summary>
    /// Asks for the others' media; the offer comes back here, later ones through the live feed ("signal"). Who is let in gets the first one there without asking.
    /// </summary>
    [Allow(CallerKind.Participant, CallerKind.Staff, Role = StaffRole.Officer), Alias("Subscribe")]
    Task<MediaOffer?> Subscribe(CancellationToken ct = default);

    /// <summary>
    /// A browser that was cut off from the room, and still receives: says what it missed. <paramref name="last"/>: number of the last offer it took.
    /// Empty when nothing was missed; then its connections stay as they are.
    /// </summary>
    [Allow(CallerKind.Participant, CallerKind.Staff, Role = StaffRole.Officer), Alias("Resume")]
    Task<MediaSignal> Resume(int last, CancellationToken ct = default);

    [Allow(CallerKind.Participant, CallerKind.Staff, Role = StaffRole.Officer), Alias("Answer")]
    Task Answer(MediaAnswer answer, CancellationToken ct = default);

    /// <summary><paramref name="publisher"/>: for the connection that sends, else the one that receives. Null candidate = end of candidates.</summary>
    [Allow(CallerKind.Participant, CallerKind.Staff, Role = StaffRole.Officer), Alias("Trickle")]
    Task Trickle(bool publisher, IceCandidate? candidate, CancellationToken ct = default);

    /// <summary>The relay for a network that lets no UDP through; null when this counter has none. <c>call.not-admitted</c>.</summary>
    [Allow(CallerKind.Participant, CallerKind.Staff, Role = StaffRole.Officer), Alias("Relay")]
    Task<RelayServer?> Relay(CancellationToken ct = default);

    /// <summary>The name of the media node where the call runs; it is opened when it was not. <c>call.media-unavailable</c>.</summary>
    [Allow(CallerKind.Participant, CallerKind.Staff, CallerKind.System), Alias("PlaceMedia")]
    Task<string> PlaceMedia(CancellationToken ct = default);

    /// <summary>
    /// The Recording room starts a segment (those who consented are named) or stops it (null). Returns when the media node has done it; only
    /// when the files grow is it shown as recording.
    /// </summary>
    [Allow(CallerKind.Participant, CallerKind.Staff, CallerKind.System), Alias("SetRecording")]
    Task SetRecording(RecordingOrder? order, CancellationToken ct = default);

    /// <summary>Ends the call for everybody; evidence stays.</summary>
    [Allow(CallerKind.Staff, CallerKind.System, Role = StaffRole.Officer), Alias("End")]
    Task End(EndCall command, CancellationToken ct = default);

    /// <summary>From the media adapter: something changed on the node.</summary>
    [Allow(CallerKind.System), Alias("MediaChanged")]
    Task MediaChanged(MediaNotice notice);
}

[GenerateSerializer, Immutable, Alias("Arrive")]
public sealed record Arrive : Command
{
    /// <summary>False when the participant has no camera or chose to go without.</summary>
    [Id(0)] public bool Camera { get; init; } = true;
    [Id(1)] public bool Microphone { get; init; } = true;
}

[GenerateSerializer, Immutable, Alias("AdmitParticipant")]
public sealed record AdmitParticipant : Command
{
    [Id(0)] public required string Participant { get; init; }
    /// <summary>The browser session that gets the seat, as shown in the view.</summary>
    [Id(1)] public required string Session { get; init; }
}

[GenerateSerializer, Immutable, Alias("RemoveParticipant")]
public sealed record RemoveParticipant : Command
{
    [Id(0)] public required string Participant { get; init; }
}

[GenerateSerializer, Immutable, Alias("LeaveCall")]
public sealed record LeaveCall : Command;

[GenerateSerializer, Immutable, Alias("EndCall")]
public sealed record EndCall : Command
{
    /// <summary>"closed" or "safety" (End safely); nothing else.</summary>
    [Id(0)] public string Reason { get; init; } = "closed";
}

[GenerateSerializer, Immutable, Alias("SetPresence")]
public sealed record SetPresence : Command
{
    [Id(0)] public required bool Microphone { get; init; }
    [Id(1)] public required bool Camera { get; init; }
    [Id(2)] public bool Identifying { get; init; }
}

/// <summary>
/// A browser's offer. <see cref="Continues"/>: it changes the connection that exists (a screen added, an ICE restart); else everything the
/// caller sent and received before ends, so subscribe after it.
/// </summary>
[GenerateSerializer, Immutable, Alias("PublishMedia")]
public sealed record PublishMedia(
    [property: Id(0)] string Sdp,
    [property: Id(1)] ImmutableArray<MediaLine> Lines,
    [property: Id(2)] bool Continues = false);

/// <summary>What an m-line carries: kind "microphone", "camera" or "screen"; inactive when it carries nothing now.</summary>
[GenerateSerializer, Immutable, Alias("MediaLine")]
public sealed record MediaLine(
    [property: Id(0)] string Mid,
    [property: Id(1)] string Kind,
    [property: Id(2)] string? Participant = null,
    [property: Id(3)] bool Active = true);

/// <summary>
/// An SDP offer for the receiving connection; <see cref="Lines"/> say whose media each m-line carries. Answer with the same number; a newer
/// offer replaces an older one. <see cref="First"/>: it begins a connection anew, else it changes the one that exists.
/// </summary>
/// <param name="Relay">With a first offer: the relay for a network that lets no UDP through; null when this counter has none.</param>
[GenerateSerializer, Immutable, Alias("MediaOffer")]
public sealed record MediaOffer(
    [property: Id(0)] int Number,
    [property: Id(1)] string Sdp,
    [property: Id(2)] ImmutableArray<MediaLine> Lines,
    [property: Id(3)] bool First = false,
    [property: Id(4)] RelayServer? Relay = null);

/// <summary>The browser's SDP answer to the offer of that number.</summary>
[GenerateSerializer, Immutable, Alias("MediaAnswer")]
public sealed record MediaAnswer([property: Id(0)] int Number, [property: Id(1)] string Sdp);

[GenerateSerializer, Immutable, Alias("IceCandidate")]
public sealed record IceCandidate(
    [property: Id(0)] string Candidate,
    [property: Id(1)] string? SdpMid,
    [property: Id(2)] int? SdpMLineIndex);

/// <summary>A TURN server and the caller's own credential for it, until <see cref="ExpiresAt"/>; what a browser calls an ICE server.</summary>
[GenerateSerializer, Immutable, Alias("RelayServer")]
public sealed record RelayServer(
    [property: Id(0)] ImmutableArray<string> Urls,
    [property: Id(1)] string Username,
    [property: Id(2)] string Credential,
    [property: Id(3)] DateTimeOffset ExpiresAt)
{
    /// <summary>Leaves the credential out, so that it may be logged.</summary>
    public override string ToString() => $"{string.Join(' ', Urls)} until {ExpiresAt:O}";
}

/// <summary>
/// Unsequenced signalling to one participant: a new offer, "publish again" (everything anew, after the media node was lost), or "subscribe again"
/// (only what is received).
/// </summary>
[GenerateSerializer, Immutable, Alias("MediaSignal")]
public sealed record MediaSignal
{
    [Id(0)] public MediaOffer? Offer { get; init; }
    [Id(1)] public bool PublishAgain { get; init; }
    [Id(2)] public bool SubscribeAgain { get; init; }
}

/// <summary>Record these people; on <see cref="Node"/> only, when it is named.</summary>
[GenerateSerializer, Immutable, Alias("RecordingOrder")]
public sealed record RecordingOrder([property: Id(0)] string Segment, [property: Id(1)] ImmutableArray<SeatRef> Consenting, [property: Id(2)] string? Node = null);

/// <summary>A person in the browser they sit with: what somebody agreed to or proved in one browser does not count for another.</summary>
[GenerateSerializer, Immutable, Alias("SeatRef")]
public sealed record SeatRef([property: Id(0)] string Participant, [property: Id(1)] string Session);

/// <summary>What a media node tells the room.</summary>
[GenerateSerializer, Immutable, Alias("MediaNotice")]
public sealed record MediaNotice
{
    /// <summary>offer, hangup, recording-stopped, node-lost; node-there when there was none, and one answers now.</summary>
    [Id(0)] public required string Kind { get; init; }
    [Id(1)] public string? Participant { get; init; }
    [Id(2)] public MediaOffer? Offer { get; init; }
    [Id(3)] public string? Media { get; init; }
    /// <summary>Incarnation of the node and session there of the room that tells it; null when it is about no room.</summary>
    [Id(5)] public string? From { get; init; }
}

public enum SeatStatus
{
    /// <summary>Not here, or left.</summary>
    Absent = 0,
    Waiting = 1,
    /// <summary>Admitted; <see cref="SeatView.Connected"/> tells whether a browser is there now.</summary>
    Admitted = 2,
}

public enum CallStatus
{
    NotStarted = 0,
    Running = 1,
    Ended = 2,
}

[GenerateSerializer, Immutable, Alias("CallView")]
public sealed record CallView : IRedacted<CallView>
{
    [Id(0)] public required long Version { get; init; }
    [Id(1)] public required CallStatus Status { get; init; }
    [Id(2)] public required ImmutableArray<SeatView> Seats { get; init; }
    /// <summary>When the first participant was admitted; the zero of "time in the call".</summary>
    [Id(3)] public DateTimeOffset? StartedAt { get; init; }
    [Id(4)] public DateTimeOffset? EndedAt { get; init; }
    /// <summary>True exactly while every expected file grows.</summary>
    [Id(5)] public bool Recording { get; init; }
    /// <summary>True while media is away (node lost) and comes back by itself.</summary>
    [Id(6)] public bool MediaLost { get; init; }
    /// <summary>"closed" or "safety" once ended.</summary>
    [Id(7)] public string? EndReason { get; init; }
    /// <summary>The segment that the node was asked to write; staff only.</summary>
    [Id(8)] public string? RecordingSegment { get; init; }
    /// <summary>The segment that it last stopped to write; staff only.</summary>
    [Id(9)] public SegmentClosed? ClosedSegment { get; init; }

    /// <summary>Somebody who is not admitted sees only their own seat, and whether an officer is there.</summary>
    public CallView For(Viewer viewer)
    {
        if (viewer.IsStaff) return this;
        var mine = Seats.FirstOrDefault(s => s.Participant == viewer.Id);
        var admitted = mine?.Status == SeatStatus.Admitted;
        var visible = admitted
            ? Seats.Where(s => s.Participant == viewer.Id || s.Status == SeatStatus.Admitted)
            : Seats.Where(s => s.Participant == viewer.Id || (s.Role == ParticipantRole.Officer && s.Status == SeatStatus.Admitted));
        return this with { RecordingSegment = null, ClosedSegment = null, Seats = [.. visible.Select(s => s with { OtherSessions = [], Session = s.Participant == viewer.Id ? s.Session : null })] };
    }
}

[GenerateSerializer, Immutable, Alias("SeatView")]
public sealed record SeatView
{
    /// <summary>Participant id, or staff id for officers.</summary>
    [Id(0)] public required string Participant { get; init; }
    [Id(1)] public required ParticipantRole Role { get; init; }
    [Id(2)] public required string Name { get; init; }
    [Id(3)] public required SeatStatus Status { get; init; }
    [Id(4)] public required bool Connected { get; init; }
    [Id(5)] public required bool Microphone { get; init; }
    [Id(6)] public required bool Camera { get; init; }
    [Id(7)] public bool Identifying { get; init; }
    [Id(8)] public DateTimeOffset? WaitingSince { get; init; }
    /// <summary>Session that has the seat; a client compares it with its own to know whether it must wait.</summary>
    [Id(9)] public string? Session { get; init; }
    /// <summary>Other browsers that came with the same link, are connected, and wait; staff only.</summary>
    [Id(10)] public ImmutableArray<string> OtherSessions { get; init; } = [];
    /// <summary>When the browser that has the seat lost its connection; null while it is there. A page that is loaded anew is away for a moment.</summary>
    [Id(11)] public DateTimeOffset? AwaySince { get; init; }
}

/// <summary>Who waits and what is planned; key <c>{tenant}/queue</c>. Derived: it recomputes from the projections.</summary>
[Alias("IQueueGrain")]
public interface IQueueGrain : IGrainWithStringKey
{
    /// <summary>Agenda and waiting of one day, ISO date in the tenant's zone; null = today.</summary>
    [Allow(CallerKind.Staff, Role = StaffRole.Officer), Alias("View"), AlwaysInterleave]
    Task<QueueView> View(string? date, CancellationToken ct = default);

    /// <summary>Something in a visit changed that the queue shows; it tells its viewers (<see cref="ILiveFeedGrain"/>).</summary>
    [Allow(CallerKind.Visitor, CallerKind.Participant, CallerKind.Staff, CallerKind.System, AnyVisit = true), Alias("Changed")]
    Task Changed();
}

[GenerateSerializer, Immutable, Alias("QueueView")]
public sealed record QueueView([property: Id(0)] string Date, [property: Id(1)] ImmutableArray<QueueEntry> Entries);

[GenerateSerializer, Immutable, Alias("QueueEntry")]
public sealed record QueueEntry
{
    [Id(0)] public required string Visit { get; init; }
    [Id(1)] public required string Product { get; init; }
    [Id(2)] public required DateTimeOffset Start { get; init; }
    [Id(3)] public required DateTimeOffset End { get; init; }
    [Id(4)] public required string CitizenName { get; init; }
    [Id(5)] public required string Staff { get; init; }
    [Id(6)] public required string StaffName { get; init; }
    [Id(7)] public required VisitStatus Status { get; init; }
    /// <summary>Since when the longest waiting person waits; null when nobody does.</summary>
    [Id(8)] public DateTimeOffset? WaitingSince { get; init; }
    [Id(9)] public int WaitingCount { get; init; }
    /// <summary>True while the call runs.</summary>
    [Id(10)] public bool InCall { get; init; }
}
