using System.Collections.Immutable;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Interfaces.Recording;

namespace Balie.Grains.Recording;

/// <summary>State of the recording of one visit: who is present, who agreed to which text, which segments exist. Changes only by <see cref="Apply"/>.</summary>
public sealed record VisitRecording
{
    public static readonly VisitRecording Empty = new();

    public long CallVersion { get; init; } = -1;

    public ImmutableArray<NotedPerson> Present { get; init; } = [];

    /// <summary>Everybody who was ever in the call, by participant: the labels in the composed picture.</summary>
    public ImmutableDictionary<string, string> Names { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Answers by participant; kept while somebody is briefly away.</summary>
    public ImmutableSortedDictionary<string, Answer> Answers { get; init; } = ImmutableSortedDictionary.Create<string, Answer>(StringComparer.Ordinal);

    /// <summary>True from the question until the officer stops.</summary>
    public bool Asked { get; init; }

    public string TextVersion { get; init; } = "";

    public ImmutableArray<Segment> Segments { get; init; } = [];

    public string? PausedBecause { get; init; }

    public Export? Export { get; init; }

    public ImmutableArray<RecordingLook> Looks { get; init; } = [];

    /// <summary>When each of the staff last wrote down a look.</summary>
    public ImmutableDictionary<string, DateTimeOffset> LookedAt { get; init; } = ImmutableDictionary<string, DateTimeOffset>.Empty;

    /// <summary>In the store, but not as files that a page plays.</summary>
    public IEnumerable<Segment> NotPlayable => Segments.Where(s => s is { Tracks.IsEmpty: false, Playable: null });

    public Segment? Open => Segments.FirstOrDefault(s => s.EndedAt is null);

    /// <summary>The rule: asked, somebody is there, and each person present said yes to this very text.</summary>
    public bool EverybodyConsents => Asked && Present.Length > 0 && Present.All(p => Consents(p.Participant, p.Session));

    /// <summary>Said yes to the text in force, in this very browser.</summary>
    public bool Consents(string participant, string session) =>
        Answers.TryGetValue(participant, out var answer) && answer.Given == ConsentAnswer.Yes && answer.TextVersion == TextVersion && answer.Session == session;

    public VisitRecording Apply(IDomainEvent e, DateTimeOffset at) => e switch
    {
        PresenceNoted p => this with
        {
            CallVersion = p.CallVersion,
            Present = p.People,
            Names = Names.SetItems(p.People.Select(x => KeyValuePair.Create(x.Participant, x.Name ?? x.Participant))),
        },
        ConsentAsked a => this with
        {
            Asked = true,
            TextVersion = a.TextVersion,
            PausedBecause = null,
            Answers = Answers.RemoveRange(Answers.Where(x => x.Value.Given != ConsentAnswer.Yes || x.Value.TextVersion != a.TextVersion).Select(x => x.Key)),
        },
        ConsentAnswered c => this with
        {
            Answers = Answers.SetItem(c.Participant, new Answer(c.Yes ? ConsentAnswer.Yes : ConsentAnswer.No, c.TextVersion, c.Session, at)),
            PausedBecause = c.Yes ? PausedBecause : "refused",
        },
        ConsentWithdrawn w => this with
        {
            Answers = Answers.SetItem(w.Participant, new Answer(ConsentAnswer.Withdrawn, TextVersion, "", at)),
            Segments = [.. Segments.Select(s => s.Consenting.Contains(w.Participant) ? s with { Marked = true } : s)],
            PausedBecause = "withdrawn",
        },
        RecordingStopped => this with { Asked = false, PausedBecause = "stopped", Answers = Answers.Clear() },
        SegmentOpened s => this with { Segments = Segments.Add(new Segment(s.Segment, at, [.. s.Consenting]) { Node = s.Node }), PausedBecause = null },
        SegmentEnded s => this with { Segments = Change(s.Segment, x => x with { EndedAt = s.At >= x.StartedAt ? s.At : at, Reason = s.Reason }), PausedBecause = s.Reason },
        SegmentKept s => this with { Segments = Change(s.Segment, x => x with { Tracks = s.Tracks }) },
        SegmentMadePlayable p => this with { Segments = Change(p.Segment, x => x with { Playable = p.Tracks }) },
        ExportAsked => this with { Export = new Export("composing") },
        ExportMade m => this with { Export = new Export("ready") { Blob = m.Blob, Duration = m.Duration, Places = m.Places } },
        ExportFailed f => this with { Export = new Export("failed") { Failure = f.Reason } },
        RecordingWatched w => this with { Looks = Looks.Add(new RecordingLook(at, w.ByName, w.Purpose ?? "")), LookedAt = LookedAt.SetItem(w.By, at) },
        _ => this,
    };

    /// <summary>The whole view, for staff. <paramref name="percent"/>: progress of the export, which is not in the journal.</summary>
    public RecordingView View(long version, bool offered, string textVersion, int percent) => new()
    {
        Version = version,
        Offered = offered,
        Asked = Asked,
        TextVersion = Asked ? TextVersion : textVersion,
        Consents =
        [
            .. Present.Select(p => Answers.TryGetValue(p.Participant, out var a) && (a.Given != ConsentAnswer.Yes || a.Session == p.Session)
                ? new ConsentView(p.Participant, p.Name ?? "", a.Given, a.At)
                : new ConsentView(p.Participant, p.Name ?? "", ConsentAnswer.None, null)),
        ],
        SegmentOpen = Open is not null,
        Segments =
        [
            .. Segments.Select(s => new SegmentView
            {
                Id = s.Id, StartedAt = s.StartedAt, EndedAt = s.EndedAt, Reason = s.Reason, Stored = s.Stored, Marked = s.Marked, Playable = s.Plays,
            }),
        ],
        Export = Export?.Status ?? "none",
        ExportPercent = Export?.Status == "ready" ? 100 : percent,
        PausedBecause = PausedBecause,
    };

    private ImmutableArray<Segment> Change(string segment, Func<Segment, Segment> change) =>
        [.. Segments.Select(s => s.Id == segment ? change(s) : s)];
}

/// <summary>What somebody said, to which text, when.</summary>
public sealed record Answer(ConsentAnswer Given, string TextVersion, string Session, DateTimeOffset At);

/// <summary>A stretch of the call that was recorded without a break.</summary>
public sealed record Segment(string Id, DateTimeOffset StartedAt, ImmutableHashSet<string> Consenting)
{
    public DateTimeOffset? EndedAt { get; init; }

    public string? Reason { get; init; }

    /// <summary>The media node with its raw tracks; null in older journals.</summary>
    public string? Node { get; init; }

    /// <summary>Somebody in it withdrew consent: it stays until the product's policy decides.</summary>
    public bool Marked { get; init; }

    public ImmutableArray<KeptTrack>? Tracks { get; init; }

    public bool Stored => Tracks is not null;

    /// <summary>Files that a page plays, of the tracks that held something playable; null while they are not made.</summary>
    public ImmutableArray<PlayableTrack>? Playable { get; init; }

    public bool Plays => Playable is { IsEmpty: false };
}

/// <summary>The one MP4: composing, ready or failed.</summary>
public sealed record Export(string Status)
{
    public BlobRef? Blob { get; init; }

    public double Duration { get; init; }

    public ImmutableArray<SegmentPlace> Places { get; init; } = [];

    public string? Failure { get; init; }
}
