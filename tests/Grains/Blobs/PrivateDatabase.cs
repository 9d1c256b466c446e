using System.Diagnostics;
using Npgsql;

namespace Balie.Tests.Grains.Blobs;

/// <summary>A PostgreSQL of this test class alone, on a socket in a temporary folder; ended and removed afterwards.</summary>
public sealed class PrivateDatabase : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("bkr-").FullName; // short: a socket's path may have 107 bytes

    public NpgsqlDataSource Source { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        if (Environment.IsPrivilegedProcess) await RunAsync("chown", "65534:65534", _folder);
        await PostgresAsync("initdb", "-D", $"{_folder}/data", "-U", "balie", "-A", "trust", "-E", "UTF8", "--no-sync");
        await PostgresAsync("pg_ctl", "-D", $"{_folder}/data", "-w", "-l", $"{_folder}/log", "-o", $"-c listen_addresses='' -c unix_socket_directories={_folder} -c fsync=off", "start");
        Source = NpgsqlDataSource.Create($"Host={_folder};Username=balie;Database=postgres");
        await using var migration = typeof(Balie.Grains.Platform.Keys.IKeyRing).Assembly.GetManifestResourceStream("Balie.Grains.Platform.Keys.0002-keys.sql")!;
        using var reader = new StreamReader(migration);
        await using var command = Source.CreateCommand(await reader.ReadToEndAsync());
        await command.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Source.DisposeAsync();
        await PostgresAsync("pg_ctl", "-D", $"{_folder}/data", "-w", "-m", "immediate", "stop");
        Directory.Delete(_folder, recursive: true);
    }

    private static Task PostgresAsync(string program, params string[] arguments)
    {
        var path = Directory.EnumerateDirectories("/usr/lib/postgresql").Select(version => $"{version}/bin/{program}").Last(File.Exists);
        return Environment.IsPrivilegedProcess
            ? RunAsync("setpriv", ["--reuid", "65534", "--regid", "65534", "--clear-groups", path, .. arguments])
            : RunAsync(path, arguments);
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("setsid", ["--wait", program, .. arguments]) { WorkingDirectory = "/tmp" })!;
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(0, program);
    }
}
