using System.Collections.Immutable;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Interfaces.Recording;
using Balie.Grains.Platform;

namespace Balie.Grains.Recording;

/// <summary>The consent rule and the life of segments. Pure.</summary>
public static class RecordingDecisions
{
    /// <summary>Characters of the reason to look.</summary>
    public const int MaxPurpose = 300;

    /// <summary>So long one who said why may watch.</summary>
    public static readonly TimeSpan LookLasts = TimeSpan.FromHours(4);

    /// <summary>The officer asks; asking is the officer's own yes.</summary>
    public static Decision Ask(VisitRecording state, string textVersion, string officer, string session, bool offered)
    {
        if (!offered) return RecordingErrors.NotOffered;
        if (!IsPresent(state, officer, session)) return RecordingErrors.NotPresent;
        return state.Open is not null
            ? Decision.Nothing
            : Decision.Of(new ConsentAsked(textVersion, officer), new ConsentAnswered(officer, session, true, textVersion));
    }

    /// <summary>Only whoever sits in the call answers, with the browser they sit with: a second browser of the same link speaks for nobody.</summary>
    public static Decision Answer(VisitRecording state, AnswerConsent command, string participant, string session)
    {
        if (!state.Asked) return RecordingErrors.NotAsked;
        if (!IsPresent(state, participant, session)) return RecordingErrors.NotPresent;
        if (command.TextVersion != state.TextVersion) return RecordingErrors.OtherText;
        if (command.Yes && state.Consents(participant, session)) return Decision.Nothing;
        var answered = new ConsentAnswered(participant, session, command.Yes, command.TextVersion);
        return !command.Yes && state.Open is { } open
            ? Decision.Of(answered, new SegmentEnded(open.Id, "refused"))
            : Decision.Of(answered);
    }

    public static Decision Withdraw(VisitRecording state, string participant, string session)
    {
        if (!state.Consents(participant, session)) return Decision.Nothing;
        var withdrawn = new ConsentWithdrawn(participant);
        return state.Open is { } open ? Decision.Of(withdrawn, new SegmentEnded(open.Id, "withdrawn")) : Decision.Of(withdrawn);
    }

    public static Decision Stop(VisitRecording state, string officer) => (state.Asked, state.Open) switch
    {
        (false, null) => Decision.Nothing,
        (_, { } open) => Decision.Of(new SegmentEnded(open.Id, "stopped"), new RecordingStopped(officer)),
        _ => Decision.Of(new RecordingStopped(officer)),
    };

    private static bool IsPresent(VisitRecording state, string participant, string session) =>
        state.Present.Any(p => p.Participant == participant && p.Session == session);

    /// <summary>Who is in now. A newcomer without consent ends the segment here too, should the Calls room's own word not have come.</summary>
    public static Decision NotePresence(VisitRecording state, PresentPeople present)
    {
        if (present.CallVersion <= state.CallVersion) return Decision.Nothing;
        var people = present.People.Select(p => new NotedPerson { Participant = p.Participant, Name = p.Name, IsStaff = p.IsStaff, Session = p.Session }).ToImmutableArray();
        var noted = new PresenceNoted { CallVersion = present.CallVersion, People = people };
        if (state.Open is not { } open) return Decision.Of(noted);
        var reason = people.IsEmpty ? "nobody" : people.Any(p => !state.Consents(p.Participant, p.Session)) ? "newcomer" : null;
        return reason is null ? Decision.Of(noted) : Decision.Of(noted, new SegmentEnded(open.Id, reason));
    }

    /// <summary>Opens a segment on a media node when the rule holds and none is open.</summary>
    public static Decision Open(VisitRecording state, string segment, string? node = null) =>
        state.EverybodyConsents && state.Open is null
            ? Decision.Of(new SegmentOpened(segment, [.. state.Present.Select(p => p.Participant)], node))
            : Decision.Nothing;

    public static Decision Close(VisitRecording state, string segment, string reason, DateTimeOffset? at = null) =>
        state.Open?.Id == segment ? Decision.Of(new SegmentEnded(segment, reason, at)) : Decision.Nothing;

    public static Decision Keep(VisitRecording state, SegmentStored command)
    {
        var segment = state.Segments.FirstOrDefault(s => s.Id == command.Segment);
        if (segment is null) return RecordingErrors.UnknownSegment;
        return segment.Stored
            ? Decision.Nothing
            : Decision.Of(new SegmentKept(command.Segment, [.. command.Tracks.Select(t => new KeptTrack(t.Participant, t.Kind, t.StartedAt, t.Blob))]));
    }

    /// <param name="stalled">Nothing was heard of the work for a while: whoever had it is gone, so it may be asked again.</param>
    public static Decision Compose(VisitRecording state, string officer, bool stalled)
    {
        if (state.Segments.IsEmpty) return RecordingErrors.NothingRecorded;
        if (state.Open is not null) return RecordingErrors.StillRecording;
        if (state.Segments.Any(s => !s.Stored)) return RecordingErrors.StillComingIn;
        return state.Export?.Status == "ready" || (state.Export?.Status == "composing" && !stalled)
            ? Decision.Nothing
            : Decision.Of(new ExportAsked(officer));
    }

    /// <summary>The first film stands; the answer is whether this word came too late.</summary>
    public static Decision<bool> Composed(VisitRecording state, RecordingComposed command)
    {
        if (state.Export?.Status != "composing") return Decision.Nothing.Returning(true);
        var ended = command.Blob is null
            ? Decision.Of(new ExportFailed(command.Failure ?? "onbekend"))
            : Decision.Of(new ExportMade(command.Blob, command.Duration, command.Places));
        return ended.Returning(false);
    }

    /// <summary>The first files stand; what comes later is nobody's.</summary>
    public static Decision<bool> MakePlayable(VisitRecording state, SegmentPlayable command)
    {
        var segment = state.Segments.FirstOrDefault(s => s.Id == command.Segment);
        if (segment?.Tracks is null) return RecordingErrors.UnknownSegment;
        return segment.Playable is not null
            ? Decision.Nothing.Returning(false)
            : Decision.Of(new SegmentMadePlayable(command.Segment, [.. command.Tracks.Select(t => new PlayableTrack(t.Raw, t.Lead, t.Length, t.Blob))])).Returning(true);
    }

    public static Decision Prepare(VisitRecording state, string officer) =>
        state.NotPlayable.Any() ? Decision.Of(new PlaybackAsked(officer)) : Decision.Nothing;

    public static Decision Watch(VisitRecording state, OpenRecording command, string officer, string name)
    {
        if (string.IsNullOrWhiteSpace(command.Purpose) || command.Purpose.Length > MaxPurpose) return RecordingErrors.PurposeNeeded;
        return state.Segments.Any(s => s.Plays) || state.Export?.Blob is not null
            ? Decision.Of(new RecordingWatched { By = officer, ByName = name, Purpose = command.Purpose.Trim() })
            : RecordingErrors.NotPlayable;
    }

    /// <summary>Until when this officer may watch; null when they wrote down no look, or too long ago.</summary>
    public static DateTimeOffset? MayWatchUntil(VisitRecording state, string officer, DateTimeOffset now) =>
        state.LookedAt.TryGetValue(officer, out var at) && at + LookLasts is var until && until > now ? until : null;
}
