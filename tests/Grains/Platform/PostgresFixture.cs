using System.Globalization;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Platform;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

[assembly: AssemblyFixture(typeof(Balie.Grains.Tests.Platform.PostgresFixture))]

namespace Balie.Grains.Tests.Platform;

/// <summary>One private PostgreSQL for the run. Each test class gets a database of its own, made from a migrated template: see <see cref="Database"/>.</summary>
public sealed class PostgresFixture : IAsyncLifetime
{
    private const string Template = "balie_template";
    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"balie-tests-{Guid.NewGuid():N}"[..24]);
    private readonly SemaphoreSlim _gate = new(1);
    private int _databases;
    private PrivatePostgres? _server;

    public PrivatePostgres Server => _server!;

    public async ValueTask InitializeAsync()
    {
        _server = await PrivatePostgres.StartAsync(_folder, NullLogger.Instance);
        await _server.EnsureDatabaseAsync(Template);
        await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(_server.ConnectionString(Template)) { Pooling = false }.ConnectionString);
        await new Migrator(source, TimeProvider.System, NullLogger.Instance, typeof(Journal).Assembly).RunAsync();
    }

    /// <summary>A fresh, migrated database; its connection string.</summary>
    public async Task<string> NewDatabaseAsync()
    {
        await _gate.WaitAsync();
        try
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"test_{++_databases}");
            await Server.EnsureDatabaseAsync(name, Template);
            return Server.ConnectionString(name);
        }
        finally
        {
            _gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
        _gate.Dispose();
    }
}

/// <summary>Class fixture: the database of one test class.</summary>
public sealed class Database(PostgresFixture postgres) : IAsyncLifetime
{
    private NpgsqlDataSource? _source;

    public string ConnectionString { get; private set; } = "";

    public NpgsqlDataSource Source => _source!;

    public async ValueTask InitializeAsync()
    {
        ConnectionString = await postgres.NewDatabaseAsync();
        _source = NpgsqlDataSource.Create(ConnectionString);
    }

    public async Task<T?> ScalarAsync<T>(string sql)
    {
        await using var command = Source.CreateCommand(sql);
        return await command.ExecuteScalarAsync() is T value ? value : default;
    }

    public async Task ExecuteAsync(string sql)
    {
        await using var command = Source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_source is not null) await _source.DisposeAsync();
    }
}
