using Balie.Grains.Interfaces.Calls;
using Balie.Grains.Interfaces.Documents;
using Balie.Grains.Interfaces.Identity;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Interfaces.Recording;
using Balie.Grains.Interfaces.Signing;
using Balie.Grains.Platform;
using Balie.Grains.Platform.Keys;

namespace Balie.Grains.Recording;

/// <summary>Reads what happened in the rooms of a visit and places it on the time of the recording.</summary>
public sealed class RecordingTimelines(IJournal journal, EventSerializer events, IKeyRing keys)
{
    private static readonly string[] Rooms = ["call", "identity", "dossier", "signing", "recording"];

    internal async Task<RecordingTimeline> ReadAsync(GrainKey visit, VisitRecording recording, CancellationToken ct)
    {
        var key = await keys.DossierKeyAsync(visit.Tenant, visit.Id, ct);
        var plan = PlaybackPlan.Of(recording);
        var names = recording.Names.ToDictionary();
        var moments = new List<TimelineMoment>();
        foreach (var room in Rooms)
        {
            foreach (var row in await journal.ReadAsync(visit.Tenant, $"{room}/{visit.Id}", 0, ct))
            {
                var happened = events.Deserialize(row.Name, row.Payload, key);
                Remember(names, happened);
                if (TimelineWords.Of(happened, who => names.GetValueOrDefault(who, who)) is not { } text) continue;
                moments.Add(new TimelineMoment(row.At, plan.SecondOf(row.At), row.Name, text));
            }
        }

        return new RecordingTimeline
        {
            Duration = plan.Duration,
            Stretches = plan.Stretches,
            Moments = [.. moments.OrderBy(m => m.At)],
            Looks = recording.Looks,
        };
    }

    private static void Remember(Dictionary<string, string> names, IDomainEvent happened)
    {
        if (happened is ParticipantWaiting { Name: { } name } waiting) names[waiting.Participant] = name;
        if (happened is OfficerJoined officer) names[officer.Staff] = officer.Name;
    }
}
