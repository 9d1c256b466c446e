using System.Collections.Immutable;
using Balie.Grains.Interfaces.Calls;
using Balie.Grains.Interfaces.Documents;
using Balie.Grains.Interfaces.Platform;
using Orleans.Concurrency;

namespace Balie.Grains.Interfaces.Recording;

/// <summary>
/// Consent, segments and playback of one visit; key <c>{tenant}/{visit}</c>. Records only while everybody who is in the call consented to
/// the same text. It orders the Calls room to start and stop; the Calls room pauses by itself before a newcomer may publish and tells.
/// </summary>
[Alias("IRecordingGrain")]
public interface IRecordingGrain : IVisitRoom
{
    [Allow(CallerKind.Participant, CallerKind.Staff, CallerKind.System, Role = StaffRole.Officer), Alias("View"), AlwaysInterleave]
    Task<RecordingView> View(CancellationToken ct = default);

    /// <summary>The officer asks everybody present; the officer's own consent is given with it. <c>recording.not-offered</c>.</summary>
    [Allow(CallerKind.Staff, Role = StaffRole.Officer), Alias("Ask")]
    Task Ask(AskConsent command, CancellationToken ct = default);

    /// <summary>Yes or no of the caller to the shown text version. With the last yes recording starts.</summary>
    [Allow(CallerKind.Participant, CallerKind.Staff, Role = StaffRole.Officer), Alias("Answer")]
    Task Answer(AnswerConsent command, CancellationToken ct = default);

    /// <summary>The caller takes their consent back: stops at once, for everybody.</summary>
    [Allow(CallerKind.Participant, CallerKind.Staff, Role = StaffRole.Officer), Alias("Withdraw")]
    Task Withdraw(WithdrawConsent command, CancellationToken ct = default);

    /// <summary>The officer stops recording (the question may be asked again).</summary>
    [Allow(CallerKind.Staff, Role = StaffRole.Officer), Alias("Stop")]
    Task Stop(StopRecording command, CancellationToken ct = default);

    /// <summary>Who is in the call now; from the Calls room.</summary>
    [Allow(CallerKind.Participant, CallerKind.Staff, CallerKind.System), Alias("PresenceChanged")]
    Task PresenceChanged(PresentPeople present);

    /// <summary>The Calls room closed the segment (a newcomer, the end, a lost node).</summary>
    [Allow(CallerKind.Participant, CallerKind.Staff, CallerKind.System), Alias("SegmentClosed")]
    Task SegmentClosed(SegmentClosed closed);

    /// <summary>From the Calls room, now and then: agree with it again, should a word of it have been lost with its process.</summary>
    [Allow(CallerKind.System), Alias("LookAgain")]
    Task LookAgain();

    /// <summary>A closed segment's tracks are hashed and in the encrypted store.</summary>
    [Allow(CallerKind.System), Alias("Stored")]
    Task Stored(SegmentStored command, CancellationToken ct = default);

    /// <summary>Files that a page plays were made of a kept segment. False when others were there first: the caller's may go.</summary>
    [Allow(CallerKind.System), Alias("MadePlayable")]
    Task<bool> MadePlayable(SegmentPlayable command, CancellationToken ct = default);

    /// <summary>Asks once more for the playable files of kept segments that have none.</summary>
    [Allow(CallerKind.Staff, Role = StaffRole.Officer), Alias("Prepare")]
    Task Prepare(PreparePlayback command, CancellationToken ct = default);

    /// <summary>Asks for one MP4 of the whole recording; progress comes with the view.</summary>
    [Allow(CallerKind.Staff, Role = StaffRole.Officer), Alias("Compose")]
    Task Compose(ComposeRecording command, CancellationToken ct = default);

    /// <summary>A node's worker asks whether it shall make the film. One at a time has the turn; who says nothing for a minute loses it.</summary>
    [Allow(CallerKind.System), Alias("TakeExport")]
    Task<ExportTurn> TakeExport(string worker, CancellationToken ct = default);

    [Allow(CallerKind.System), Alias("Composing")]
    Task Composing(int percent, CancellationToken ct = default);

    /// <returns>True when it came too late: another film stands, or none is asked for any more, and this one is nobody's.</returns>
    [Allow(CallerKind.System), Alias("Composed")]
    Task<bool> Composed(RecordingComposed command, CancellationToken ct = default);

    /// <summary>Opens the recording for watching; the look is in the journal with who and why. <c>recording.not-playable</c>.</summary>
    [Allow(CallerKind.Staff, Role = StaffRole.Officer), Alias("Open")]
    Task Open(OpenRecording command, CancellationToken ct = default);

    /// <summary>What there is to play now, for whoever opened it in the last hours. <c>recording.look-needed</c>.</summary>
    [Allow(CallerKind.Staff, Role = StaffRole.Officer), Alias("Playback")]
    Task<RecordingPlayback> Playback(CancellationToken ct = default);

    /// <summary>Everything that happened, on the recording's time, and who looked at it.</summary>
    [Allow(CallerKind.Staff, Role = StaffRole.Officer), Alias("Timeline")]
    Task<RecordingTimeline> Timeline(CancellationToken ct = default);
}

/// <summary>Answer to a worker that offers to make the film.</summary>
public enum ExportTurn
{
    /// <summary>Nobody asks for it, or it is made.</summary>
    NotNeeded = 0,
    Yours = 1,
    /// <summary>Another worker is at it.</summary>
    Another = 2,
}

[GenerateSerializer, Immutable, Alias("AskConsent")]
public sealed record AskConsent : Command;

[GenerateSerializer, Immutable, Alias("AnswerConsent")]
public sealed record AnswerConsent : Command
{
    [Id(0)] public required bool Yes { get; init; }
    [Id(1)] public required string TextVersion { get; init; }
}

[GenerateSerializer, Immutable, Alias("WithdrawConsent")]
public sealed record WithdrawConsent : Command;

[GenerateSerializer, Immutable, Alias("StopRecording")]
public sealed record StopRecording : Command;

/// <summary>Admitted people, officers included, and the version of the call room that said so (older ones are ignored).</summary>
[GenerateSerializer, Immutable, Alias("PresentPeople")]
public sealed record PresentPeople([property: Id(0)] long CallVersion, [property: Id(1)] ImmutableArray<PresentPerson> People);

[GenerateSerializer, Immutable, Alias("PresentPerson")]
public sealed record PresentPerson(
    [property: Id(0)] string Participant,
    [property: Id(1)] string Name,
    [property: Id(2)] bool IsStaff,
    [property: Id(3)] string Session);

/// <summary>Reason: newcomer, withdrawn, stopped, ended, node-lost.</summary>
[GenerateSerializer, Immutable, Alias("SegmentClosed")]
public sealed record SegmentClosed([property: Id(0)] string Segment, [property: Id(1)] DateTimeOffset At, [property: Id(2)] string Reason);

[GenerateSerializer, Immutable, Alias("SegmentStored")]
public sealed record SegmentStored : Command
{
    [Id(0)] public required string Segment { get; init; }
    [Id(1)] public required ImmutableArray<StoredTrack> Tracks { get; init; }
}

/// <summary>One raw track (Janus .mjr) in the store. <see cref="StartedAt"/> is the wall time of its first packet.</summary>
[GenerateSerializer, Immutable, Alias("StoredTrack")]
public sealed record StoredTrack
{
    [Id(0)] public required string Participant { get; init; }
    /// <summary>microphone, camera, screen.</summary>
    [Id(1)] public required string Kind { get; init; }
    [Id(2)] public required DateTimeOffset StartedAt { get; init; }
    [Id(3)] public required BlobRef Blob { get; init; }
}

[GenerateSerializer, Immutable, Alias("SegmentPlayable")]
public sealed record SegmentPlayable : Command
{
    [Id(0)] public required string Segment { get; init; }
    [Id(1)] public required ImmutableArray<MadeTrack> Tracks { get; init; }
}

/// <summary>A playable file in the store, of the raw track at <see cref="Raw"/>; seconds.</summary>
[GenerateSerializer, Immutable, Alias("MadeTrack")]
public sealed record MadeTrack([property: Id(0)] string Raw, [property: Id(1)] double Lead, [property: Id(2)] double Length, [property: Id(3)] BlobRef Blob);

[GenerateSerializer, Immutable, Alias("PreparePlayback")]
public sealed record PreparePlayback : Command;

[GenerateSerializer, Immutable, Alias("ComposeRecording")]
public sealed record ComposeRecording : Command;

[GenerateSerializer, Immutable, Alias("RecordingComposed")]
public sealed record RecordingComposed : Command
{
    /// <summary>Null when it failed; then <see cref="Failure"/> says why.</summary>
    [Id(0)] public BlobRef? Blob { get; init; }
    [Id(1)] public string? Failure { get; init; }
    [Id(2)] public ImmutableArray<SegmentPlace> Places { get; init; } = [];
    /// <summary>Seconds.</summary>
    [Id(3)] public double Duration { get; init; }
}

/// <summary>Where a segment stands in the composed file, in seconds.</summary>
[GenerateSerializer, Immutable, Alias("SegmentPlace")]
public sealed record SegmentPlace([property: Id(0)] string Segment, [property: Id(1)] double Offset, [property: Id(2)] double Duration);

[GenerateSerializer, Immutable, Alias("OpenRecording")]
public sealed record OpenRecording : Command
{
    [Id(0)] public string Purpose { get; init; } = "";
}

public enum ConsentAnswer
{
    None = 0,
    Yes = 1,
    No = 2,
    Withdrawn = 3,
}

[GenerateSerializer, Immutable, Alias("RecordingView")]
public sealed record RecordingView : IRedacted<RecordingView>
{
    [Id(0)] public required long Version { get; init; }
    [Id(1)] public required bool Offered { get; init; }
    /// <summary>The question is open for everybody present.</summary>
    [Id(2)] public required bool Asked { get; init; }
    [Id(3)] public required string TextVersion { get; init; }
    [Id(4)] public required ImmutableArray<ConsentView> Consents { get; init; }
    /// <summary>A segment is open. Whether it really records is the call view's <see cref="CallView.Recording"/>.</summary>
    [Id(5)] public required bool SegmentOpen { get; init; }
    [Id(6)] public required ImmutableArray<SegmentView> Segments { get; init; }
    /// <summary>none, waiting (segments still come in), composing, ready, failed. Staff only.</summary>
    [Id(7)] public string Export { get; init; } = "none";
    [Id(8)] public int ExportPercent { get; init; }
    /// <summary>Why it paused: newcomer, refused, withdrawn, stopped, node-lost; null while it runs or never ran.</summary>
    [Id(9)] public string? PausedBecause { get; init; }

    public RecordingView For(Viewer viewer) => viewer.IsStaff ? this : this with { Export = "none", ExportPercent = 0, Segments = [] };
}

[GenerateSerializer, Immutable, Alias("ConsentView")]
public sealed record ConsentView([property: Id(0)] string Participant, [property: Id(1)] string Name, [property: Id(2)] ConsentAnswer Answer, [property: Id(3)] DateTimeOffset? At);

[GenerateSerializer, Immutable, Alias("SegmentView")]
public sealed record SegmentView
{
    [Id(0)] public required string Id { get; init; }
    [Id(1)] public required DateTimeOffset StartedAt { get; init; }
    [Id(2)] public DateTimeOffset? EndedAt { get; init; }
    [Id(3)] public string? Reason { get; init; }
    /// <summary>True when its tracks are in the store.</summary>
    [Id(4)] public bool Stored { get; init; }
    /// <summary>True when somebody withdrew consent while it was open or after.</summary>
    [Id(5)] public bool Marked { get; init; }
    /// <summary>True when files that a page plays were made of it.</summary>
    [Id(6)] public bool Playable { get; init; }
}

[GenerateSerializer, Immutable, Alias("RecordingTimeline")]
public sealed record RecordingTimeline
{
    /// <summary>Seconds of all stretches together: what lies between them takes no time.</summary>
    [Id(0)] public required double Duration { get; init; }
    [Id(1)] public required ImmutableArray<RecordedStretch> Stretches { get; init; }
    [Id(2)] public required ImmutableArray<TimelineMoment> Moments { get; init; }
    [Id(3)] public required ImmutableArray<RecordingLook> Looks { get; init; }
}

/// <summary>Where a closed segment stands on the recording's time, in seconds.</summary>
[GenerateSerializer, Immutable, Alias("RecordedStretch")]
public sealed record RecordedStretch
{
    [Id(0)] public required string Segment { get; init; }
    [Id(1)] public required double Offset { get; init; }
    [Id(2)] public required double Duration { get; init; }
    /// <summary>Wall time of the first packet; of the order to record while its tracks are not here yet.</summary>
    [Id(3)] public required DateTimeOffset StartedAt { get; init; }
    /// <summary>pending (still on its media node), preparing (in the store), ready (plays).</summary>
    [Id(4)] public required string State { get; init; }
    [Id(5)] public bool Marked { get; init; }
}

/// <summary>What there is to play: each track as a file of its own, and the MP4 when somebody had it made.</summary>
[GenerateSerializer, Immutable, Alias("RecordingPlayback")]
public sealed record RecordingPlayback
{
    /// <summary>Seconds.</summary>
    [Id(0)] public required double Duration { get; init; }
    [Id(1)] public required ImmutableArray<RecordedStretch> Stretches { get; init; }
    [Id(2)] public required ImmutableArray<PlaybackTrack> Tracks { get; init; }
    [Id(3)] public BlobRef? Film { get; init; }
    /// <summary>When the look that it is shown for is over.</summary>
    [Id(4)] public required DateTimeOffset Until { get; init; }
}

/// <summary>A WebM file of one voice, picture or screen. <see cref="At"/>: its first sample on the recording's time; seconds.</summary>
[GenerateSerializer, Immutable, Alias("PlaybackTrack")]
public sealed record PlaybackTrack
{
    [Id(0)] public required string Segment { get; init; }
    [Id(1)] public required string Participant { get; init; }
    [Id(2)] public required string Name { get; init; }
    /// <summary>microphone, camera, screen.</summary>
    [Id(3)] public required string Kind { get; init; }
    [Id(4)] public required double At { get; init; }
    [Id(5)] public required double Length { get; init; }
    [Id(6)] public required BlobRef Blob { get; init; }
}

/// <summary>Something that happened; <see cref="Second"/> is its place on the recording's time, null when it was not recorded.</summary>
[GenerateSerializer, Immutable, Alias("TimelineMoment")]
public sealed record TimelineMoment([property: Id(0)] DateTimeOffset At, [property: Id(1)] double? Second, [property: Id(2)] string What, [property: Id(3)] string Text);

[GenerateSerializer, Immutable, Alias("RecordingLook")]
public sealed record RecordingLook([property: Id(0)] DateTimeOffset At, [property: Id(1)] string By, [property: Id(2)] string Purpose);
