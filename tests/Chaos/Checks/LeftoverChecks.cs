using Balie.Chaos.Topology;

namespace Balie.Chaos.Checks;

/// <summary>After everything was stopped: nothing runs on, nothing unfinished lies about, and no log speaks of a fault.</summary>
public static class LeftoverChecks
{
    /// <summary>Names of what only exists while somebody works on it.</summary>
    private static readonly string[] Unfinished = [".tmp", ".part", ".partial", ".next", ".new"];

    public static IReadOnlyList<Check> Run(ITopology topology, IReadOnlyList<string> stopped) => [Processes(topology, stopped), Files(topology), Logs(topology)];

    private static Check Processes(ITopology topology, IReadOnlyList<string> stopped) => Check.Of(
        "everything stops when asked, no process is left", 1, stopped.Concat(Machine.ProcessesOf(topology.Data).Select(p => $"left: {p.Pid} {p.Command} in {p.Folder}")));

    private static Check Files(ITopology topology)
    {
        var files = Directory.EnumerateFiles(topology.Data, "*", SearchOption.AllDirectories)
            .Where(f => !f.Contains("/postgres/data/", StringComparison.Ordinal)).ToList();
        return Check.Of("no unfinished file is left", files.Count, files
            .Where(f => Unfinished.Contains(Path.GetExtension(f)) || f.Contains("/blobs/.writing/", StringComparison.Ordinal) || f.Contains("/office/", StringComparison.Ordinal) || f.EndsWith(".mjr", StringComparison.Ordinal))
            .Select(f => $"left: {f[topology.Data.Length..]}"));
    }

    /// <summary>What was ordered here: Balie says so when its own Janus or PostgreSQL is killed, that a file cannot be kept on a full disk, and Orleans cries for its tables while the database is away.</summary>
    private static readonly string[] Ordered = ["cannot be kept", "Janus process", "PostgreSQL (process", "PostgreSQL does not start; trying again", "fail: Orleans.", "fail: Microsoft.Extensions.Logging.ILogger"];

    /// <summary>Errors are for what Balie did wrong; that something else is away is a warning.</summary>
    private static Check Logs(ITopology topology)
    {
        var lines = topology.Logs.Where(File.Exists).SelectMany(File.ReadLines).Select(WithoutTime).ToList();
        return Check.Of("no log speaks of a fault", lines.Count, lines.Select((line, i) => (line, i))
            .Where(l => l.line.StartsWith("crit:", StringComparison.Ordinal) || l.line.StartsWith("fail:", StringComparison.Ordinal) || l.line.StartsWith("Unhandled", StringComparison.Ordinal))
            .Select(l => $"{l.line} {(l.i + 1 < lines.Count ? lines[l.i + 1].Trim() : "")} {(l.i + 2 < lines.Count ? lines[l.i + 2].Trim() : "")}")
            .Where(l => !Ordered.Any(o => l.Contains(o, StringComparison.Ordinal)))
            .GroupBy(l => l).Select(g => $"{g.Count()} x {g.Key}"));
    }

    private static string WithoutTime(string line) =>
        line.Length > Published.LogTime.Length && line[2] == ':' && line[Published.LogTime.Length - 1] == ' ' && char.IsDigit(line[0]) ? line[Published.LogTime.Length..] : line;
}
