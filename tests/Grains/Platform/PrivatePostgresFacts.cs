using System.Diagnostics;
using Balie.Grains.Platform;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Balie.Grains.Tests.Platform;

public sealed class PrivatePostgresFacts : IDisposable
{
    private readonly string _parent = Path.Combine(Path.GetTempPath(), $"balie-pg-{Guid.NewGuid():N}");

    private string Folder => Path.Combine(_parent, "a-rather-long-name-for-a-data-folder-so-that-no-socket-could-ever-live-in-it", "postgres");

    public void Dispose() => Directory.Delete(_parent, recursive: true);

    [Fact]
    public async Task A_server_that_outlived_its_parent_is_taken_over_with_its_data()
    {
        Directory.CreateDirectory(_parent, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        // The first is never stopped, as when Balie is killed: nothing of it runs in this process.
        var first = await PrivatePostgres.StartAsync(Folder, NullLogger.Instance);
        await ExecuteAsync(first, "create table kept (n int); insert into kept values (42)");

        await using var second = await PrivatePostgres.StartAsync(Folder, NullLogger.Instance);

        second.Adopted.ShouldBeTrue();
        second.Pid.ShouldBe(first.Pid);
        (await ScalarAsync(second, "select n from kept")).ShouldBe(42);
    }

    [Fact]
    public async Task A_killed_server_with_a_busy_backend_comes_back()
    {
        var first = await PrivatePostgres.StartAsync(Folder, NullLogger.Instance);
        await ExecuteAsync(first, "create table kept (n int); insert into kept values (42)");
        var busy = ExecuteAsync(first, "select pg_sleep(60)");
        await UntilAsync(async () => await ScalarAsync(first, "select count(*)::int from pg_stat_activity where query = 'select pg_sleep(60)'") is 1);
        using (var postmaster = Process.GetProcessById(first.Pid))
        {
            postmaster.Kill();
            await postmaster.WaitForExitAsync();
        }

        await using var second = await PrivatePostgres.StartAsync(Folder, NullLogger.Instance);

        second.Adopted.ShouldBeFalse();
        (await ScalarAsync(second, "select n from kept")).ShouldBe(42);
        await Should.ThrowAsync<NpgsqlException>(busy);
    }

    [Fact]
    public async Task A_watched_server_that_is_killed_starts_again_with_what_was_committed()
    {
        int pid;
        await using (var server = await PrivatePostgres.StartAsync(Folder, NullLogger.Instance))
        {
            server.KeepRunning(TimeProvider.System);
            await ExecuteAsync(server, "create table kept (n int); insert into kept values (42)");
            var first = server.Pid;
            using (var postmaster = Process.GetProcessById(first)) postmaster.Kill();

            await UntilAsync(() => Task.FromResult(server.Pid != first));

            NpgsqlConnection.ClearAllPools();
            (await ScalarAsync(server, "select n from kept")).ShouldBe(42);
            pid = server.Pid;
        }

        PrivatePostgres.IsAlive(pid).ShouldBeFalse("a stop is not answered by a start");
    }

    [Fact]
    public async Task A_watch_that_lost_its_connection_takes_another_and_leaves_the_server_alone()
    {
        const string Line = $"select pid from pg_stat_activity where application_name = '{PrivatePostgres.LineName}'";
        await using var server = await PrivatePostgres.StartAsync(Folder, NullLogger.Instance);
        server.KeepRunning(TimeProvider.System);
        var (first, line) = (server.Pid, 0);
        await UntilAsync(async () => (line = await ScalarAsync(server, Line) as int? ?? 0) != 0);

        await ExecuteAsync(server, $"select pg_terminate_backend({line})");

        await UntilAsync(async () => await ScalarAsync(server, Line) is int other && other != line);
        server.Pid.ShouldBe(first);
    }

    [Fact]
    public async Task A_server_that_still_recovers_is_waited_for_and_not_ended()
    {
        string socket;
        await using (var first = await PrivatePostgres.StartAsync(Folder, NullLogger.Instance))
        {
            await ExecuteAsync(first, "create table kept (n int); insert into kept values (42)");
            socket = new NpgsqlConnectionStringBuilder(first.ConnectionString()).Host!;
        }

        // It asks for log that is not there, two seconds a time, before it takes anybody in.
        var data = Path.Combine(Folder, "data");
        await File.WriteAllTextAsync(Path.Combine(data, "postgresql.auto.conf"), "restore_command = 'sleep 2; false'\n");
        await File.WriteAllTextAsync(Path.Combine(data, "recovery.signal"), "");
        var account = await PostgresAccount.OfThisProcessAsync(TestContext.Current.CancellationToken);
        var binaries = PostgresBinaries.Find(null);
        await account.RunAsync(binaries["pg_ctl"], ["start", "-D", data, "-W", "-l", Path.Combine(Folder, "postgres.log")], TestContext.Current.CancellationToken);
        await UntilAsync(async () => (await account.RunAsync(binaries["pg_isready"], ["-h", socket], TestContext.Current.CancellationToken)).Code == 1);

        await using var second = await PrivatePostgres.StartAsync(Folder, NullLogger.Instance);

        second.Adopted.ShouldBeTrue("nobody ended it");
        (await ScalarAsync(second, "select n from kept")).ShouldBe(42);
    }

    [Fact]
    public async Task Stopping_leaves_no_process_and_starting_again_keeps_the_data()
    {
        int pid;
        await using (var first = await PrivatePostgres.StartAsync(Folder, NullLogger.Instance))
        {
            await ExecuteAsync(first, "create table kept (n int); insert into kept values (42)");
            pid = first.Pid;
        }

        PrivatePostgres.IsAlive(pid).ShouldBeFalse();
        await using var second = await PrivatePostgres.StartAsync(Folder, NullLogger.Instance);
        (await ScalarAsync(second, "select n from kept")).ShouldBe(42);
    }

    [Fact]
    public async Task Nobody_gets_in_without_the_password()
    {
        await using var server = await PrivatePostgres.StartAsync(Folder, NullLogger.Instance);
        var guess = new NpgsqlConnectionStringBuilder(server.ConnectionString()) { Password = "guess", Pooling = false };
        await using var source = NpgsqlDataSource.Create(guess.ConnectionString);

        (await Should.ThrowAsync<PostgresException>(async () => await source.OpenConnectionAsync())).SqlState.ShouldBe(PostgresErrorCodes.InvalidPassword);
        (await ScalarAsync(server, "select count(*)::int from pg_settings where name = 'listen_addresses' and setting = ''")).ShouldBe(1);
    }

    private static async Task ExecuteAsync(PrivatePostgres server, string sql)
    {
        await using var source = Source(server);
        await using var command = source.CreateCommand(sql);
        command.CommandTimeout = 90;
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<object?> ScalarAsync(PrivatePostgres server, string sql)
    {
        await using var source = Source(server);
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync();
    }

    private static NpgsqlDataSource Source(PrivatePostgres server) => NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(server.ConnectionString()) { Pooling = false }.ConnectionString);

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!await condition()) limit.Token.ThrowIfCancellationRequested();
    }
}

public sealed class DataFolderFacts : IDisposable
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"balie-lock-{Guid.NewGuid():N}");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_second_Balie_on_a_data_folder_is_told_so()
    {
        using (DataFolder.Take(_folder)) Should.Throw<DataFolderException>(() => DataFolder.Take(_folder)).Message.ShouldContain(_folder);
        using var free = DataFolder.Take(_folder);
        free.Path.ShouldBe(_folder);
    }
}
