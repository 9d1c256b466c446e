using System.Collections.Immutable;
using Balie.Grains.Interfaces.Platform;

namespace Balie.Grains.Interfaces.Recording;

/// <summary>The question is put to everybody present, and to whoever joins while it is open.</summary>
[EventName("recording.consent-asked.v1")]
public sealed record ConsentAsked(string TextVersion, string By) : IDomainEvent;

/// <summary>Yes or no of one person, in one browser, to one text.</summary>
[EventName("recording.consent-answered.v1")]
public sealed record ConsentAnswered(string Participant, string Session, bool Yes, string TextVersion) : IDomainEvent;

[EventName("recording.consent-withdrawn.v1")]
public sealed record ConsentWithdrawn(string Participant) : IDomainEvent;

/// <summary>The officer stopped: the question is closed; the answers no longer count.</summary>
[EventName("recording.stopped.v1")]
public sealed record RecordingStopped(string By) : IDomainEvent;

/// <summary>Who is in the call, by the Calls room's version.</summary>
[EventName("recording.presence-noted.v1")]
public sealed record PresenceNoted : IDomainEvent
{
    public required long CallVersion { get; init; }
    public required ImmutableArray<NotedPerson> People { get; init; }
}

public sealed record NotedPerson
{
    public required string Participant { get; init; }
    [Personal] public required string? Name { get; init; }
    public required bool IsStaff { get; init; }
    public required string Session { get; init; }
}

/// <summary>Everybody consented; the Calls room was asked to record. <see cref="Node"/>: the media node that will have the raw tracks; null in older journals.</summary>
[EventName("recording.segment-opened.v1")]
public sealed record SegmentOpened(string Segment, ImmutableArray<string> Consenting, string? Node = null) : IDomainEvent;

/// <summary>Reason: newcomer, nobody, refused, withdrawn, stopped, ended, node-lost, failed. <see cref="At"/>: when, should the word of it have come later.</summary>
[EventName("recording.segment-ended.v1")]
public sealed record SegmentEnded(string Segment, string Reason, DateTimeOffset? At = null) : IDomainEvent;

[EventName("recording.segment-stored.v1")]
public sealed record SegmentKept(string Segment, ImmutableArray<KeptTrack> Tracks) : IDomainEvent;

/// <summary>One track in the store.</summary>
public sealed record KeptTrack(string Participant, string Kind, DateTimeOffset StartedAt, BlobRef Blob);

/// <summary>Files that a page plays were made of a kept segment's tracks; a track that held nothing playable has none.</summary>
[EventName("recording.segment-playable.v1")]
public sealed record SegmentMadePlayable(string Segment, ImmutableArray<PlayableTrack> Tracks) : IDomainEvent;

/// <summary>
/// A raw track as a WebM file. <see cref="Raw"/>: address of the raw track's blob. <see cref="Lead"/>: seconds from the raw track's first packet to the file's
/// first sample; <see cref="Length"/>: seconds of the file.
/// </summary>
public sealed record PlayableTrack(string Raw, double Lead, double Length, BlobRef Blob);

/// <summary>Somebody asked for playable files that were not made yet.</summary>
[EventName("recording.playback-asked.v1")]
public sealed record PlaybackAsked(string By) : IDomainEvent;

[EventName("recording.export-asked.v1")]
public sealed record ExportAsked(string By) : IDomainEvent;

[EventName("recording.export-made.v1")]
public sealed record ExportMade(BlobRef Blob, double Duration, ImmutableArray<SegmentPlace> Places) : IDomainEvent;

[EventName("recording.export-failed.v1")]
public sealed record ExportFailed(string Reason) : IDomainEvent;

/// <summary>Somebody opened the recording.</summary>
[EventName("recording.watched.v1")]
public sealed record RecordingWatched : IDomainEvent
{
    public required string By { get; init; }
    public required string ByName { get; init; }
    [Personal] public required string? Purpose { get; init; }
}
