using System.Collections.Immutable;
using Balie.Grains.Interfaces.Booking;
using Balie.Grains.Interfaces.Platform;

namespace Balie.Grains.Interfaces.Calls;

/// <summary>A browser of a participant is in the waiting room.</summary>
[EventName("call.participant-waiting.v1")]
public sealed record ParticipantWaiting : IDomainEvent
{
    public required string Participant { get; init; }
    public required ParticipantRole Role { get; init; }
    [Personal] public required string? Name { get; init; }
    public required string Session { get; init; }
    public required bool Camera { get; init; }
    public required bool Microphone { get; init; }
}

/// <summary>A second browser came with a link whose seat is taken; it waits for an officer.</summary>
[EventName("call.second-browser-waiting.v1")]
public sealed record SecondBrowserWaiting(string Participant, string Session) : IDomainEvent;

/// <summary>The connection of a browser that waits beside its person's seat came or went.</summary>
[EventName("call.second-browser-presence.v1")]
public sealed record SecondBrowserPresence(string Participant, string Session, bool Connected) : IDomainEvent;

/// <summary>The participant is in the call with this browser; another one of theirs is closed.</summary>
[EventName("call.participant-admitted.v1")]
public sealed record ParticipantAdmitted(string Participant, string Session, string By) : IDomainEvent;

[EventName("call.officer-joined.v1")]
public sealed record OfficerJoined : IDomainEvent
{
    public required string Staff { get; init; }
    public required string Name { get; init; }
    public required string Session { get; init; }
    public required bool Camera { get; init; }
    public required bool Microphone { get; init; }
}

[EventName("call.participant-left.v1")]
public sealed record ParticipantLeft(string Participant) : IDomainEvent;

/// <summary>An officer sent somebody back to the waiting room.</summary>
[EventName("call.participant-removed.v1")]
public sealed record ParticipantRemoved(string Participant, string By) : IDomainEvent;

[EventName("call.presence-changed.v1")]
public sealed record PresenceChanged(string Participant, bool Microphone, bool Camera, bool Identifying) : IDomainEvent;

[EventName("call.connection-lost.v1")]
public sealed record ConnectionLost(string Participant) : IDomainEvent;

[EventName("call.connection-back.v1")]
public sealed record ConnectionBack(string Participant) : IDomainEvent;

/// <summary>Where the media of this room is: node incarnation and the handles there, for a room that opens again elsewhere.</summary>
[EventName("call.media-placed.v1")]
public sealed record MediaPlaced(string Node, string State) : IDomainEvent;

[EventName("call.media-lost.v1")]
public sealed record MediaLost : IDomainEvent;

[EventName("call.media-back.v1")]
public sealed record MediaBack : IDomainEvent;

/// <summary>The node was asked to record; whose consent allows it.</summary>
[EventName("call.recording-started.v1")]
public sealed record CallRecordingStarted(string Segment, ImmutableArray<SeatRef> Consenting) : IDomainEvent;

/// <summary>Every expected file grows: from now on "recording" is true.</summary>
[EventName("call.recording-confirmed.v1")]
public sealed record CallRecordingConfirmed(string Segment) : IDomainEvent;

/// <summary>Reason: newcomer, stopped, ended, node-lost, failed.</summary>
[EventName("call.recording-stopped.v1")]
public sealed record CallRecordingStopped(string Segment, string Reason) : IDomainEvent;

[EventName("call.ended.v1")]
public sealed record CallEnded(string Reason, string By) : IDomainEvent;
