using Balie.Grains.Platform;
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

    private static Migrator Migrator(NpgsqlDataSource source) => new(source, TimeProvider.System, typeof(Journal).Assembly);

    private static async Task ExecuteAsync(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
