using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Balie.Bench;

/// <summary><c>[--json FILE] [name ...]</c>: runs the named benches, or all; a table for people on the output, rows as JSON in the file.</summary>
internal static class Program
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static async Task<int> Main(string[] args)
    {
        if (args is [BareSilo.Word, var web, var silo, var gateway])
        {
            await BareSilo.RunAsync(Port(web), Port(silo), Port(gateway));
            return 0;
        }

        using var stop = new CancellationTokenSource();
        Console.CancelKeyPress += (_, e) =>
        {
            e.Cancel = true;
            stop.Cancel();
        };
        // What was started on the way is ended then too.
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal =>
        {
            signal.Cancel = true;
            stop.Cancel();
        });
        var benches = typeof(IBench).Assembly.GetTypes().Where(t => t is { IsClass: true, IsAbstract: false } && t.IsAssignableTo(typeof(IBench)))
            .Select(t => (IBench)Activator.CreateInstance(t)!).OrderBy(b => b.Name, StringComparer.Ordinal).ToList();
        if (Read(args, benches) is not { } asked)
        {
            Console.Error.WriteLine("tests/bench [--json FILE] [name ...]");
            foreach (var bench in benches) Console.Error.WriteLine($"  {bench.Name,-10} {bench.About}");
            return 64;
        }

        try
        {
            return await RunAsync(asked.Benches, asked.File, stop.Token);
        }
        catch (Exception) when (stop.IsCancellationRequested)
        {
            return 130;
        }
        catch (Exception problem)
        {
            // Caught, so that what was started on the way is ended.
            await Console.Error.WriteLineAsync($"The bench broke. {problem}");
            return 1;
        }
    }

    private static int Port(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static async Task<int> RunAsync(IReadOnlyList<IBench> benches, string? file, CancellationToken ct)
    {
        var rows = new List<Row>();
        var whole = Stopwatch.StartNew();
        foreach (var bench in benches)
        {
            var clock = Stopwatch.StartNew();
            Console.WriteLine($"{bench.Name}: {bench.About}");
            var found = await bench.RunAsync(ct);
            rows.AddRange(found);
            Table.Print(found);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  ({clock.Elapsed.TotalSeconds:0} s)\n"));
            // Kept after each bench: a later one that breaks takes nothing away.
            if (file is not null) await File.WriteAllTextAsync(file, JsonSerializer.Serialize(rows, Json), ct);
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{rows.Count(r => r.Met)} of {rows.Count} rows meet their target; {whole.Elapsed.TotalSeconds:0} s"));
        return 0;
    }

    private static (IReadOnlyList<IBench> Benches, string? File)? Read(string[] args, List<IBench> all)
    {
        string? file = null;
        var named = new List<IBench>();
        for (var i = 0; i < args.Length; i++)
        {
            if (args[i] == "--json" && i + 1 < args.Length) file = Path.GetFullPath(args[++i]);
            else if (all.Find(b => b.Name == args[i]) is { } bench) named.Add(bench);
            else return null;
        }

        return (named.Count > 0 ? named : all, file);
    }
}
