using System.Collections.Immutable;
using Balie.Grains.Interfaces.Booking;
using Balie.Grains.Interfaces.Calls;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Interfaces.Recording;

namespace Balie.Grains.Calls;

/// <summary>State of a call room: seats by participant (or staff id), the recording that runs, where the media is. Changes only by <see cref="Apply"/>.</summary>
public sealed record CallRoom
{
    public static readonly CallRoom Empty = new();

    public ImmutableSortedDictionary<string, Seat> Seats { get; init; } = ImmutableSortedDictionary.Create<string, Seat>(StringComparer.Ordinal);

    /// <summary>When the first participant was admitted.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    public string? EndReason { get; init; }

    public RunningRecording? Recording { get; init; }

    /// <summary>The segment that was last stopped.</summary>
    public SegmentClosed? Closed { get; init; }

    public bool MediaLost { get; init; }

    public string? MediaNode { get; init; }

    public string? MediaState { get; init; }

    public bool Ended => EndedAt is not null;

    public IEnumerable<Seat> Admitted => Seats.Values.Where(s => s.Status == SeatStatus.Admitted);

    /// <summary>True when this browser session may send and receive media.</summary>
    public bool IsIn(string participant, string session) =>
        !Ended && Seats.TryGetValue(participant, out var seat) && seat.Status == SeatStatus.Admitted && seat.Session == session;

    /// <summary>True when that browser may keep what it has on the media node. Rooms that were placed before browsers were told apart name the participant instead.</summary>
    public bool MayStay(string participant, string browser) =>
        Seats.GetValueOrDefault(participant) is { } seat && IsIn(participant, seat.Session) && (seat.Session == browser || participant == browser);

    public CallRoom Apply(IDomainEvent e, DateTimeOffset at) => e switch
    {
        ParticipantWaiting w => With(w.Participant, Seat(w.Participant) with
        {
            Role = w.Role,
            Name = w.Name ?? "",
            Session = w.Session,
            Status = SeatStatus.Waiting,
            // Who takes over from their own other browser keeps their place in the queue.
            WaitingSince = Seat(w.Participant) is { Status: SeatStatus.Waiting, WaitingSince: { } since } ? since : at,
            AwaySince = null,
            Camera = w.Camera,
            Microphone = w.Microphone,
            Others = Seat(w.Participant).Without(w.Session),
        }),
        SecondBrowserWaiting s => With(s.Participant, Seat(s.Participant).Beside(s.Session)),
        SecondBrowserPresence s => With(s.Participant, Seat(s.Participant) with
        {
            Others = [.. Seat(s.Participant).Others.Select(o => o.Session == s.Session ? o with { Connected = s.Connected } : o)],
        }),
        ParticipantAdmitted a => (this with { StartedAt = StartedAt ?? at }).With(a.Participant, Seat(a.Participant) with
        {
            Session = a.Session,
            AdmittedSession = a.Session,
            Status = SeatStatus.Admitted,
            WaitingSince = null,
            // A browser that died a moment before it was let in is not there; those beside it still are.
            AwaySince = Seat(a.Participant).Here.Contains(a.Session) ? null : Seat(a.Participant).AwaySince ?? at,
            Others = Seat(a.Participant).Without(a.Session),
        }),
        OfficerJoined o => With(o.Staff, new Seat
        {
            Participant = o.Staff,
            Role = ParticipantRole.Officer,
            Name = o.Name,
            Session = o.Session,
            AdmittedSession = o.Session,
            Status = SeatStatus.Admitted,
            Camera = o.Camera,
            Microphone = o.Microphone,
        }),
        ParticipantLeft l => With(l.Participant, Seat(l.Participant) with { Status = SeatStatus.Absent, WaitingSince = null, Identifying = false }),
        ParticipantRemoved r => With(r.Participant, Seat(r.Participant) with { Status = SeatStatus.Waiting, WaitingSince = at, Identifying = false }),
        PresenceChanged p => With(p.Participant, Seat(p.Participant) with { Microphone = p.Microphone, Camera = p.Camera, Identifying = p.Identifying }),
        ConnectionLost c => With(c.Participant, Seat(c.Participant) with { AwaySince = at }),
        ConnectionBack c => With(c.Participant, Seat(c.Participant) with { AwaySince = null }),
        MediaPlaced m => this with { MediaNode = m.Node, MediaState = m.State },
        Interfaces.Calls.MediaLost => this with { MediaLost = true },
        MediaBack => this with { MediaLost = false },
        CallRecordingStarted r => this with { Recording = new RunningRecording(r.Segment, r.Consenting.ToImmutableDictionary(s => s.Participant, s => s.Session), false) },
        CallRecordingConfirmed r when Recording?.Segment == r.Segment => this with { Recording = Recording with { Grows = true } },
        CallRecordingStopped r when Recording?.Segment == r.Segment => this with { Recording = null, Closed = new SegmentClosed(r.Segment, at, r.Reason) },
        CallEnded x => this with
        {
            EndedAt = at,
            EndReason = x.Reason,
            Seats = Seats.SetItems(Seats.Select(s => KeyValuePair.Create(s.Key, s.Value with { Status = SeatStatus.Absent, Session = s.Value.AdmittedSession, WaitingSince = null, Others = [] }))),
        },
        _ => this,
    };

    /// <summary>The whole view, for staff; <see cref="CallView.For"/> redacts it.</summary>
    public CallView View(long version) => new()
    {
        Version = version,
        Status = Ended ? CallStatus.Ended : StartedAt is null ? CallStatus.NotStarted : CallStatus.Running,
        Seats = [.. Seats.Values.Select(s => s.View())],
        StartedAt = StartedAt,
        EndedAt = EndedAt,
        EndReason = EndReason,
        Recording = Recording is { Grows: true },
        RecordingSegment = Recording?.Segment,
        ClosedSegment = Closed,
        MediaLost = MediaLost,
    };

    private Seat Seat(string participant) => Seats.GetValueOrDefault(participant) ?? new Seat { Participant = participant };

    private CallRoom With(string participant, Seat seat) => this with { Seats = Seats.SetItem(participant, seat) };
}

/// <summary>One participant's place: which browser has it, and what the others see of them.</summary>
public sealed record Seat
{
    public required string Participant { get; init; }
    public ParticipantRole Role { get; init; }
    public string Name { get; init; } = "";
    public SeatStatus Status { get; init; }
    public string Session { get; init; } = "";

    /// <summary>The browser that was last in the call; empty for somebody who never was. After the end only that one has a past here.</summary>
    public string AdmittedSession { get; init; } = "";

    /// <summary>When the browser that has the seat lost its connection; null while it is there.</summary>
    public DateTimeOffset? AwaySince { get; init; }

    public bool Connected => Status != SeatStatus.Absent && AwaySince is null;

    public bool Microphone { get; init; } = true;
    public bool Camera { get; init; } = true;
    public bool Identifying { get; init; }
    public DateTimeOffset? WaitingSince { get; init; }

    /// <summary>Other browsers that came with the same link, in order of arrival; those that lost their connection may come back.</summary>
    public ImmutableArray<OtherBrowser> Others { get; init; } = [];

    /// <summary>Those of them that are connected.</summary>
    public IEnumerable<string> OthersHere => Others.Where(o => o.Connected).Select(o => o.Session);

    /// <summary>Every connected browser of this person.</summary>
    public IEnumerable<string> Here => Connected ? [Session, .. OthersHere] : OthersHere;

    /// <summary>True for somebody who waits to be let in: with the browser that has the seat, or with another one while that is gone.</summary>
    public bool Waits => Connected ? Status == SeatStatus.Waiting : OthersHere.Any();

    public ImmutableArray<OtherBrowser> Without(string session) => Others.RemoveAll(o => o.Session == session);

    /// <summary>One more browser waits beside. One that lost its connection makes room for it: should it come back, it arrives again.</summary>
    public Seat Beside(string session)
    {
        var kept = Without(session);
        if (kept.Length >= CallRoomDecisions.MaxOtherSessions && kept.FirstOrDefault(o => !o.Connected) is { } gone) kept = kept.Remove(gone);
        return this with { Others = kept.Add(new OtherBrowser(session, true)) };
    }

    public SeatView View() => new()
    {
        Participant = Participant,
        Role = Role,
        Name = Name,
        Status = Status,
        Connected = Connected,
        Microphone = Microphone,
        Camera = Camera,
        Identifying = Identifying,
        WaitingSince = WaitingSince,
        AwaySince = Status == SeatStatus.Absent ? null : AwaySince,
        Session = Session.Length > 0 ? Session : null,
        OtherSessions = [.. OthersHere],
    };
}

/// <summary>A browser that waits beside the seat of its person, and whether it is connected.</summary>
public sealed record OtherBrowser(string Session, bool Connected);

/// <summary>The segment that the media node writes, and who agreed. <see cref="Grows"/>: a file of it was seen to grow.</summary>
public sealed record RunningRecording(string Segment, ImmutableDictionary<string, string> Consenting, bool Grows)
{
    /// <summary>True for somebody who agreed in this very browser.</summary>
    public bool Covers(string participant, string session) => Consenting.GetValueOrDefault(participant) == session;
}
