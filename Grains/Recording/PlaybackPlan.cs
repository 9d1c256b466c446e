using System.Collections.Immutable;
using Balie.Grains.Interfaces.Recording;

namespace Balie.Grains.Recording;

/// <summary>
/// Pure: where stretches and tracks stand on the recording's time, which is the time of the composed film too: consented time only, one stretch after the
/// other. A stretch that cannot be played yet takes the time between its start and its end.
/// </summary>
internal sealed record PlaybackPlan(double Duration, ImmutableArray<RecordedStretch> Stretches, ImmutableArray<PlaybackTrack> Tracks)
{
    /// <summary>From the order to record until the end of each stretch: a little longer than what was written of it.</summary>
    private ImmutableArray<(DateTimeOffset From, DateTimeOffset To)> Spans { get; init; } = [];

    internal static PlaybackPlan Of(VisitRecording recording)
    {
        var stretches = ImmutableArray.CreateBuilder<RecordedStretch>();
        var tracks = ImmutableArray.CreateBuilder<PlaybackTrack>();
        var spans = ImmutableArray.CreateBuilder<(DateTimeOffset, DateTimeOffset)>();
        var offset = 0.0;
        foreach (var segment in recording.Segments)
        {
            var (stretch, its) = Place(segment, offset, recording.Names);
            if (stretch is not { Duration: > 0 }) continue;
            stretches.Add(stretch);
            tracks.AddRange(its);
            spans.Add((segment.StartedAt, segment.EndedAt!.Value));
            offset += stretch.Duration;
        }

        return new PlaybackPlan(offset, stretches.ToImmutable(), tracks.ToImmutable()) { Spans = spans.ToImmutable() };
    }

    /// <summary>Where a moment stands on the recording's time, in seconds; null when it was not recorded.</summary>
    internal double? SecondOf(DateTimeOffset at)
    {
        for (var i = 0; i < Stretches.Length; i++)
        {
            if (at < Spans[i].From || at > Spans[i].To) continue;
            return Stretches[i].Offset + Math.Clamp((at - Stretches[i].StartedAt).TotalSeconds, 0, Stretches[i].Duration);
        }

        return null;
    }

    private static (RecordedStretch? Stretch, ImmutableArray<PlaybackTrack> Tracks) Place(Segment segment, double offset, ImmutableDictionary<string, string> names)
    {
        if (segment.EndedAt is not { } end || segment is { Tracks.IsEmpty: true } or { Playable.IsEmpty: true }) return (null, []);
        var stretch = new RecordedStretch
        {
            Segment = segment.Id,
            Offset = offset,
            Duration = (end - segment.StartedAt).TotalSeconds,
            StartedAt = segment.StartedAt,
            State = segment.Stored ? "preparing" : "pending",
            Marked = segment.Marked,
        };
        if (segment.Playable is not { } playable) return (stretch, []);
        var files = playable.Select(p => (Raw: segment.Tracks!.Value.First(t => t.Blob.Address == p.Raw), File: p)).ToList();
        var start = files.Min(f => f.Raw.StartedAt);
        var tracks = files.Select(f => new PlaybackTrack
        {
            Segment = segment.Id,
            Participant = f.Raw.Participant,
            Name = names.GetValueOrDefault(f.Raw.Participant, f.Raw.Participant),
            Kind = f.Raw.Kind,
            At = offset + (f.Raw.StartedAt - start).TotalSeconds + f.File.Lead,
            Length = f.File.Length,
            Blob = f.File.Blob,
        }).ToImmutableArray();
        return (stretch with { Duration = tracks.Max(t => t.At + t.Length) - offset, StartedAt = start, State = "ready" }, tracks);
    }
}
