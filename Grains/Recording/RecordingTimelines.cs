using System.Collections.Immutable;
using System.Globalization;
using Balie.Grains.Interfaces.Calls;
using Balie.Grains.Interfaces.Documents;
using Balie.Grains.Interfaces.Identity;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Interfaces.Recording;
using Balie.Grains.Interfaces.Signing;
using Balie.Grains.Platform;
using Balie.Grains.Platform.Keys;

namespace Balie.Grains.Recording;

/// <summary>Reads what happened in the rooms of a visit and places it on the time of the composed recording.</summary>
public sealed class RecordingTimelines(IJournal journal, EventSerializer events, IKeyRing keys)
{
    private static readonly string[] Rooms = ["call", "identity", "dossier", "signing", "recording"];

    internal async Task<RecordingTimeline> ReadAsync(GrainKey visit, VisitRecording recording, CancellationToken ct)
    {
        var key = await keys.DossierKeyAsync(visit.Tenant, visit.Id, ct);
        var places = recording.Export?.Places ?? [];
        var names = recording.Names.ToDictionary();
        var moments = new List<TimelineMoment>();
        foreach (var room in Rooms)
        {
            foreach (var row in await journal.ReadAsync(visit.Tenant, $"{room}/{visit.Id}", 0, ct))
            {
                var happened = events.Deserialize(row.Name, row.Payload, key);
                Remember(names, happened);
                if (TimelineWords.Of(happened, who => names.GetValueOrDefault(who, who)) is not { } text) continue;
                moments.Add(new TimelineMoment(row.At, SecondOf(row.At, recording.Segments, places), row.Name, text));
            }
        }

        return new RecordingTimeline
        {
            Duration = recording.Export?.Duration ?? 0,
            Segments = places,
            Moments = [.. moments.OrderBy(m => m.At)],
            Looks = recording.Looks,
        };
    }

    /// <summary>Where a moment stands in the composed file, in seconds; null when it was not recorded.</summary>
    internal static double? SecondOf(DateTimeOffset at, ImmutableArray<Segment> segments, ImmutableArray<SegmentPlace> places)
    {
        foreach (var place in places)
        {
            if (segments.FirstOrDefault(s => s.Id == place.Segment) is not { } segment) continue;
            var inside = (at - segment.StartedAt).TotalSeconds;
            if (inside >= 0 && inside <= place.Duration) return place.Offset + inside;
        }

        return null;
    }

    private static void Remember(Dictionary<string, string> names, IDomainEvent happened)
    {
        if (happened is ParticipantWaiting { Name: { } name } waiting) names[waiting.Participant] = name;
        if (happened is OfficerJoined officer) names[officer.Staff] = officer.Name;
    }
}
