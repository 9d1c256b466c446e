using Balie.Grains.Platform;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Balie.Grains.Tests.Platform;

public sealed class MigratorFacts(PostgresFixture postgres)
{
    [Fact]
    public async Task A_migrated_database_is_left_as_it_is()
    {
        await using var source = NpgsqlDataSource.Create(await postgres.NewDatabaseAsync());

        (await Migrator(source).RunAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_applied_migration_that_was_changed_stops_the_start()
    {
        await using var source = NpgsqlDataSource.Create(await postgres.NewDatabaseAsync());
        await ExecuteAsync(source, "update migration set checksum = 'other' where number = 1");

        (await Should.ThrowAsync<MigrationException>(Migrator(source).RunAsync())).Message.ShouldContain("0001-journal");
    }

    [Fact]
    public async Task A_newer_database_is_refused()
    {
        await using var source = NpgsqlDataSource.Create(await postgres.NewDatabaseAsync());
        await ExecuteAsync(source, "insert into migration values (9999, '9999-future', 'x', '2030-01-01')");

        (await Should.ThrowAsync<MigrationException>(Migrator(source).RunAsync())).Message.ShouldContain("newer");
    }

    [Fact]
    public async Task Nodes_that_start_together_migrate_once()
    {
        await postgres.Server.EnsureDatabaseAsync("together");
        await using var source = NpgsqlDataSource.Create(postgres.Server.ConnectionString("together"));

        var applied = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Migrator(source).RunAsync()));

        applied.Count(a => a.Count > 0).ShouldBe(1);
    }

    [Fact]
    public async Task A_node_waits_for_another_that_migrates_longer_than_a_command_may_take()
    {
        var ct = TestContext.Current.CancellationToken;
        var settings = new NpgsqlConnectionStringBuilder(await postgres.NewDatabaseAsync()) { CommandTimeout = 1 };
        await using var source = NpgsqlDataSource.Create(settings.ConnectionString);
        await using var other = await source.OpenConnectionAsync(ct);
        await ExecuteAsync(other, "select pg_advisory_lock(x'42414C4945'::bigint)");

        var log = new Lines();
        var waiting = Migrator(source, log).RunAsync(ct);
        while (!waiting.IsCompleted && !await HasWaitedAsync()) await Task.Yield();
        log.ShouldHaveSingleItem().ShouldContain($"PostgreSQL process {other.ProcessID}");
        await ExecuteAsync(other, "select pg_advisory_unlock_all()");

        (await waiting).ShouldBeEmpty();

        async Task<bool> HasWaitedAsync()
        {
            await using var command = new NpgsqlCommand("select exists (select 1 from pg_stat_activity where datname = current_database() and wait_event = 'advisory' and now() - query_start > interval '3 s')", other);
            return await command.ExecuteScalarAsync(ct) is true;
        }
    }

    private static Migrator Migrator(NpgsqlDataSource source, ILogger? log = null) => new(source, TimeProvider.System, log ?? NullLogger.Instance, typeof(Journal).Assembly);

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    private static async Task ExecuteAsync(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    private sealed class Lines : List<string>, ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Add(formatter(state, exception));
    }
}
