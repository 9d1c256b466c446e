using Balie.Grains.Platform;
using Npgsql;

namespace Balie.Silo.Hosting;

/// <summary>
/// <c>requeue [--data DIR] [--kind KIND]</c>: shows the messages that were given up, and has them (or those of one kind) sent again, beside a Balie that runs
/// or before one is started.
/// </summary>
internal static class RequeueCommand
{
    private static readonly Dictionary<string, string> Switches = new(SiloOptions.Switches) { ["--kind"] = "Kind" };

    public static async Task<int> RunAsync(string[] args, CancellationToken ct)
    {
        var configuration = new ConfigurationBuilder().AddEnvironmentVariables().AddCommandLine(args, Switches).Build();
        var options = SiloOptions.Read(configuration);
        await using var server = await VerifyCommand.ServerAsync(options, ct);
        await using var source = NpgsqlDataSource.Create(options.ConnectionString ?? PrivatePostgres.ConnectionString(Path.Combine(options.Data, "postgres"), "balie"));
        var box = new DeadLetterBox(source, await JournalClock.AlignAsync(source, TimeProvider.System, ct));
        foreach (var (kind, count, reason) in await box.LookAsync(ct)) Console.WriteLine($"{kind}: {count} given up, such as: {reason}");
        Console.WriteLine($"{await box.RequeueAsync(configuration["Kind"], ct)} sent again.");
        return 0;
    }
}
