using Balie.Grains.Platform;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Balie.Bench;

/// <summary>A private PostgreSQL as Balie starts it (fsync on), with one migrated database; gone with its data at the end.</summary>
internal sealed class BenchDatabase : IAsyncDisposable
{
    private readonly string _folder;
    private readonly PrivatePostgres _server;

    private BenchDatabase(string folder, PrivatePostgres server, NpgsqlDataSource source) => (_folder, _server, Source) = (folder, server, source);

    public NpgsqlDataSource Source { get; }

    public string ConnectionString => _server.ConnectionString("balie");

    public static async Task<BenchDatabase> StartAsync(CancellationToken ct = default)
    {
        var folder = Path.Combine(Path.GetTempPath(), $"balie-bench-{Guid.NewGuid():N}"[..24]);
        var server = await PrivatePostgres.StartAsync(folder, NullLogger.Instance, ct);
        await server.EnsureDatabaseAsync("balie", ct: ct);
        var source = NpgsqlDataSource.Create(server.ConnectionString("balie"));
        await new Migrator(source, TimeProvider.System, NullLogger.Instance, typeof(Grains.Platform.Journal).Assembly).RunAsync(ct);
        return new BenchDatabase(folder, server, source);
    }

    public async Task ExecuteAsync(string sql, CancellationToken ct = default)
    {
        await using var command = Source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(ct);
    }

    public async Task<T> ScalarAsync<T>(string sql, CancellationToken ct = default)
    {
        await using var command = Source.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync(ct))!;
    }

    public async ValueTask DisposeAsync()
    {
        await Source.DisposeAsync();
        await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
