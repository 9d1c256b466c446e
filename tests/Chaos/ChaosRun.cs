using System.Diagnostics;
using Balie.Chaos.Checks;
using Balie.Chaos.Clients;
using Balie.Chaos.Play;
using Balie.Chaos.Strikes;
using Balie.Chaos.Topology;
using Npgsql;

namespace Balie.Chaos;

/// <summary>One run: start, play and strike, look, stop, look again. Exit code 0 when everything held, 1 otherwise.</summary>
public static class ChaosRun
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(150), Soon = TimeSpan.FromSeconds(3);

    /// <summary>How often each part is struck, against the others.</summary>
    private static readonly IReadOnlyDictionary<string, int> Weights = new Dictionary<string, int>
    {
        ["balie"] = 5, ["postgres"] = 2, ["backend"] = 2, ["slow-sandbox"] = 1, ["janus"] = 2, ["sandbox"] = 2, ["office"] = 2, ["disk"] = 3, [Striker.Browser] = 3,
        ["rooms-1"] = 3, ["rooms-2"] = 3, ["rooms"] = 1, ["media-1"] = 1, ["media-2"] = 1, ["front-1"] = 1, ["front-2"] = 1,
    };

    public static async Task<int> RunAsync(ChaosOptions options)
    {
        Console.WriteLine($"{options.Visits} visits, at most {options.Strikes} strikes, seed {options.Seed}, topology {options.Topology}");
        var logs = Path.Combine(Published.Root, "artifacts", "tests", "chaos");
        ITopology topology = options.Topology == "B" ? new SeveralSilos(logs) : new OneProcess(logs, ownDisk: options.Parts.Contains(OneProcess.Disk.Name));
        try
        {
            var checks = await PlayAsync(options, topology);
            Console.WriteLine();
            foreach (var check in checks) check.Print();
            Console.WriteLine($"{checks.Count(c => c.Holds)} passed, {checks.Count(c => !c.Holds)} failed");
            return checks.All(c => c.Holds) ? 0 : 1;
        }
        finally
        {
            if (options.Keep) Console.WriteLine($"kept: {topology.Data}");
            else await topology.DisposeAsync();
        }
    }

    private static async Task<IReadOnlyList<Check>> PlayAsync(ChaosOptions options, ITopology topology)
    {
        await topology.StartAsync();
        using var mail = new Mailbox(topology.Sandbox);
        var town = new Town(topology.Address, mail, Patience, options.Seed);
        var crowd = new Crowd(town, options.Visits);
        var watch = Stopwatch.StartNew();
        var striker = new Striker(topology, () => crowd.Playing, options.Seed, WeightsOf(options, topology));
        var playing = crowd.PlayAsync();
        IReadOnlyList<string> rolled = [];
        if (options.Roll && topology is SeveralSilos several) rolled = await several.RollAsync();
        else await striker.RunAsync(options.Strikes, () => playing.IsCompleted);
        crowd.Enough();
        await playing;
        var visits = crowd.All;
        Print(visits, striker, watch.Elapsed);
        var checks = await LookAsync(topology, visits, mail);
        await crowd.DisposeAsync();
        var stopped = await topology.StopAsync();
        var down = striker.Strikes.Where(s => s.Problem is not null).Select(s => s.ToString());
        return [Check.Of("what was struck serves again", striker.Strikes.Count, down), .. checks, .. LeftoverChecks.Run(topology, [.. rolled, .. stopped])];
    }

    private static IReadOnlyDictionary<string, int> WeightsOf(ChaosOptions options, ITopology topology) => Weights
        .Where(w => w.Key == Striker.Browser || topology.Parts.Any(p => p.Name == w.Key))
        .Where(w => options.Parts.Count == 0 || options.Parts.Contains(w.Key))
        .ToDictionary();

    private static async Task<IReadOnlyList<Check>> LookAsync(ITopology topology, IReadOnlyList<VisitPlay> visits, Mailbox mail)
    {
        await using var database = new NpgsqlConnection(topology.ConnectionString);
        await database.OpenAsync();
        var views = await ViewChecks.RunAsync(database, visits);
        var outside = await OutsideChecks.RunAsync(database, mail, visits);
        var (code, said) = await topology.VerifyAsync();
        var lines = said.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return
        [
            Check.Of("every visit ends closed, no room is stuck", visits.Count, visits.Where(v => !v.Finished).Select(v => $"{v}; last: {v.History.Commands.LastOrDefault()}")),
            Check.Of("no answer speaks of a fault, double clicks get one answer", visits.Sum(v => v.History.Commands.Count), visits.SelectMany(v => v.History.Faults)),
            PutOffCheck(visits),
            .. await JournalChecks.RunAsync(database, visits),
            views,
            .. outside,
            Check.Of("the journal's chains verify", lines.Length, code == 0 ? [] : lines),
        ];
    }

    /// <summary>Without the database: "even geduld", soon. Who waits for a silo that may yet answer waits as long as the cluster's settings say.</summary>
    private static Check PutOffCheck(IReadOnlyList<VisitPlay> visits)
    {
        var putOff = visits.SelectMany(v => v.History.PutOff).Where(p => p.Code == "journal.unavailable").ToList();
        return Check.Of("who asks while the database is away hears so within 3 s", putOff.Count, putOff.Where(p => p.Took > Soon).Select(p => p.ToString()));
    }

    private static void Print(IReadOnlyList<VisitPlay> visits, Striker striker, TimeSpan took)
    {
        var commands = visits.SelectMany(v => v.History.Commands).ToList();
        var slowest = visits.SelectMany(v => v.History.PutOff).MaxBy(p => p.Took);
        Console.WriteLine($"""

            {took.TotalSeconds,8:0} s        played
            {visits.Count(v => v.Finished),8} / {visits.Count,-6} visits closed
            {striker.Strikes.Count,8}          strikes: {string.Join(", ", striker.Strikes.GroupBy(s => s.Part).OrderBy(g => g.Key).Select(g => $"{g.Key} {g.Count()}"))} ({striker.Missed} found nothing to strike)
            {commands.Count,8}          commands, {commands.Count(c => c.Acknowledged)} acknowledged, {commands.Count(c => c.Refused)} refused, {commands.Count(c => c.AnsweredAt is null)} never answered
            {commands.Count(c => c.Tries > 1),8}          of them sent more than once, {commands.Sum(c => c.Tries)} tries in all
            {visits.Sum(v => v.History.PutOff.Count),8}          times somebody was asked for patience, told after at most {slowest?.Took.TotalSeconds ?? 0:0.0} s{(slowest is null ? "" : $" ({slowest.Code})")}
            {visits.Sum(v => v.Views.Sum(w => w.Live.Entries)),8}          times a browser came in

            """);
        foreach (var visit in visits.Where(v => !v.Finished)) Console.WriteLine($"  {visit}");
    }
}
