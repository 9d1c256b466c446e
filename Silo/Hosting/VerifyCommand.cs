using Balie.Grains.Platform;
using Npgsql;

namespace Balie.Silo.Hosting;

/// <summary>
/// <c>verify [--data DIR]</c>: verifies the journal of every tenant, beside a Balie that runs or without one, and prints what was changed, removed or cut
/// off. Exit code 0 when all is whole, 3 when something was found.
/// </summary>
internal static class VerifyCommand
{
    private const int Found = 3;

    public static async Task<int> RunAsync(string[] args, CancellationToken ct)
    {
        var configuration = new ConfigurationBuilder().AddEnvironmentVariables().AddCommandLine(args, SiloOptions.Switches).Build();
        var options = SiloOptions.Read(configuration);
        await using var server = await ServerAsync(options, ct);
        var folder = Path.Combine(options.Data, "postgres");
        await using var source = NpgsqlDataSource.Create(options.ConnectionString ?? PrivatePostgres.ConnectionString(folder, "balie"));
        var audit = new JournalAudit(source);
        var whole = true;
        foreach (var tenant in await audit.TenantsAsync(ct))
        {
            var report = await audit.VerifyAsync(tenant, ct);
            whole &= report.IsWhole;
            Console.WriteLine($"{tenant}: {report.Events} events in {report.Streams} streams, {report.Checkpoints} checkpoints: {(report.IsWhole ? "whole" : $"{report.Findings.Count} findings")}");
            foreach (var finding in report.Findings) Console.WriteLine($"  {finding.Stream} {finding.Version} {finding.What}");
        }

        return whole ? 0 : Found;
    }

    /// <summary>The private server, started for this when no Balie runs on the data folder; null when there is one to look at.</summary>
    internal static async Task<IAsyncDisposable?> ServerAsync(SiloOptions options, CancellationToken ct)
    {
        if (options.ConnectionString is not null) return null;
        if (!Directory.Exists(options.Data)) throw new DataFolderException($"There is no data folder {options.Data}.");
        DataFolder folder;
        try
        {
            folder = DataFolder.Take(options.Data);
        }
        catch (DataFolderException)
        {
            // Balie runs on it, and so does its database.
            return null;
        }

        using var logs = LoggerFactory.Create(_ => { });
        return new Borrowed(folder, await PrivatePostgres.StartAsync(Path.Combine(options.Data, "postgres"), logs.CreateLogger<PrivatePostgres>(), ct));
    }

    private sealed class Borrowed(DataFolder folder, PrivatePostgres server) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await server.DisposeAsync();
            folder.Dispose();
        }
    }
}
