using System.Text.Json.Nodes;
using Balie.Chaos.Play;

namespace Balie.Chaos.Topology;

/// <summary>The example municipality with more counters: its own are booked out for the week after some sixty visits, fewer when the week has holidays.</summary>
internal static class BusyTown
{
    private const int MoreCounters = 8;

    /// <summary>The folder for <c>Balie:ExamplesFolder</c>, made once: silos that start later find what the others read.</summary>
    public static string FolderIn(string data)
    {
        var file = Path.Combine(data, "examples", $"{Town.Tenant}.json");
        var folder = Path.GetDirectoryName(file)!;
        if (File.Exists(file)) return folder;
        var town = JsonNode.Parse(File.ReadAllText(Path.Combine(Path.GetDirectoryName(Published.Balie)!, "examples", Path.GetFileName(file))))!;
        var staff = town["settings"]!["staff"]!.AsArray();
        for (var n = 1; n <= MoreCounters; n++)
            staff.Add(new JsonObject { ["id"] = $"loket-{n}", ["subject"] = $"loket-{n}", ["name"] = $"Loket {n}", ["products"] = new JsonArray(Town.Product) });
        Directory.CreateDirectory(folder);
        File.WriteAllText(file, town.ToJsonString());
        return folder;
    }
}
