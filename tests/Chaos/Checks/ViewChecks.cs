using System.Text.Json.Nodes;
using Balie.Chaos.Clients;
using Balie.Chaos.Play;
using Npgsql;

namespace Balie.Chaos.Checks;

/// <summary>Every browser ends with what the rooms say, and the rooms say what the journal says.</summary>
public static class ViewChecks
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static async Task<Check> RunAsync(NpgsqlConnection database, IReadOnlyList<VisitPlay> visits)
    {
        var (looked, wrong) = (0, new List<string>());
        foreach (var visit in visits.Where(v => v.Visit.Length > 0))
        {
            foreach (var (who, browser, live) in visit.Views)
            {
                looked += LiveView.Rooms.Count;
                wrong.AddRange((await DifferencesAsync(database, visit.Visit, browser, live)).Select(d => $"{visit.Visit} {who}: {d}"));
            }
        }

        return Check.Of("each browser shows what the room says at the head of the journal", looked, wrong);
    }

    /// <summary>What is on its way arrives within seconds; what still differs then, differs.</summary>
    private static async Task<IReadOnlyList<string>> DifferencesAsync(NpgsqlConnection database, string visit, Browser browser, LiveView live)
    {
        var until = DateTimeOffset.UtcNow + Patience;
        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(500));
        while (true)
        {
            var differences = await CompareAsync(database, visit, browser, live);
            if (differences.Count == 0 || DateTimeOffset.UtcNow > until) return differences;
            await look.WaitForNextTickAsync();
        }
    }

    private static async Task<IReadOnlyList<string>> CompareAsync(NpgsqlConnection database, string visit, Browser browser, LiveView live)
    {
        var heads = new Dictionary<string, long>();
        await foreach (var row in database.RowsAsync("select stream, max(version) from journal_event where tenant = $1 and stream like '%/' || $2 group by stream", Town.Tenant, visit))
            heads[row.GetString(0).Split('/')[0]] = row.GetInt64(1);
        var room = (JsonObject)(await browser.ReadAsync($"/api/{Town.Tenant}/visits/{visit}"))!;
        if (live.Now is not { } seen) return ["never came in"];
        return [.. LiveView.Rooms.SelectMany(name => Compare(name, seen, room, heads.GetValueOrDefault(name)))];
    }

    private static IEnumerable<string> Compare(string name, JsonObject seen, JsonObject room, long head)
    {
        var (known, now) = (LiveView.Version(seen, name), LiveView.Version(room, name));
        if (now != head) yield return $"{name} answers at version {now}, the journal is at {head}";
        if (known != head) yield return $"{name} is known at version {known}, the journal is at {head}";
        else if (!JsonNode.DeepEquals(seen[name], room[name])) yield return $"{name} at version {known} is shown as {seen[name]!.ToJsonString()}, the room says {room[name]!.ToJsonString()}";
    }
}
