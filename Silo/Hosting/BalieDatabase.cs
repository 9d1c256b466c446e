using Balie.Grains.Platform;
using Npgsql;

namespace Balie.Silo.Hosting;

/// <summary>The database this process works on: the cluster's, or a private one that stops with it. Migrated, and its clock read, before it is handed out.</summary>
internal sealed class BalieDatabase : IAsyncDisposable
{
    private const int Attempts = 60;
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(1);

    private readonly PrivatePostgres? _private;

    internal BalieDatabase(PrivatePostgres? server, string connectionString, NpgsqlDataSource source, JournalClock clock) =>
        (_private, ConnectionString, Source, Clock) = (server, connectionString, source, clock);

    public string ConnectionString { get; }

    public NpgsqlDataSource Source { get; }

    public JournalClock Clock { get; }

    public static async Task<BalieDatabase> OpenAsync(SiloOptions options, DataFolder folder, ILoggerFactory logs, CancellationToken ct)
    {
        PrivatePostgres? server = null;
        try
        {
            var connectionString = options.ConnectionString;
            if (connectionString is null)
            {
                server = await PrivatePostgres.StartAsync(Path.Combine(folder.Path, "postgres"), logs.CreateLogger<PrivatePostgres>(), ct);
                server.KeepRunning(TimeProvider.System);
                await server.EnsureDatabaseAsync("balie", ct: ct);
                connectionString = server.ConnectionString("balie");
            }

            // Statements that come back are prepared: the journal's are the same all day.
            var settings = new NpgsqlConnectionStringBuilder(connectionString);
            if (settings.MaxAutoPrepare == 0) settings.MaxAutoPrepare = 100;
            // Nobody leaves anything behind in a session, so it is not cleaned before each use.
            settings.NoResetOnClose = true;
            var source = NpgsqlDataSource.Create(settings.ConnectionString);
            if (server is null) await ReachAsync(source, logs.CreateLogger<BalieDatabase>(), ct);
            await new Migrator(source, TimeProvider.System, logs.CreateLogger<Migrator>(), typeof(Journal).Assembly).RunAsync(ct);
            return new BalieDatabase(server, connectionString, source, await JournalClock.AlignAsync(source, TimeProvider.System, ct));
        }
        catch
        {
            if (server is not null) await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>A cluster's machines start in any order: its database may come after this silo, or restart just now.</summary>
    private static async Task ReachAsync(NpgsqlDataSource source, ILogger log, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await using var connection = await source.OpenConnectionAsync(ct);
                return;
            }
            catch (NpgsqlException away) when (away.IsTransient && attempt < Attempts)
            {
                log.LogWarning("The database cannot be reached yet ({Reason}); trying again.", away.Message);
                await Task.Delay(Again, ct);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Source.DisposeAsync();
        if (_private is not null) await _private.DisposeAsync();
    }
}
