using Npgsql;

namespace Balie.Chaos.Topology;

/// <summary>A PostgreSQL on this machine that no Balie looks after: on a free port, trusted from here, with nothing in it. It refuses root, so root starts it as <c>postgres</c>.</summary>
public sealed class OwnPostgres(string folder, string log)
{
    private static readonly string Binaries = Directory.EnumerateDirectories("/usr/lib/postgresql").OrderDescending().First() + "/bin";
    private readonly int _port = Machine.FreePort();

    public string ConnectionString(string database, string more) => $"Host=127.0.0.1;Port={_port};Username=balie;Database={database};{more}";

    private string Data => Path.Combine(folder, "data");

    public async Task MakeAsync()
    {
        Directory.CreateDirectory(folder);
        if (Environment.IsPrivilegedProcess) await DoAsync("chown", "postgres", folder);
        await AsPostgresAsync("initdb", "-D", Data, "-U", "balie", "--auth", "trust", "-E", "UTF8", "--locale", "C.UTF-8");
        await StartAsync();
        await using var server = new NpgsqlConnection(ConnectionString("postgres", "Pooling=false"));
        await server.OpenAsync();
        await using var create = new NpgsqlCommand("create database balie", server);
        await create.ExecuteNonQueryAsync();
    }

    /// <summary>Those that a killed server left behind are ended first, as a service manager does with a unit's processes: their shared memory would be in the way.</summary>
    public async Task StartAsync()
    {
        for (var left = Machine.ProcessesOf(Data); left.Count > 0; left = Machine.ProcessesOf(Data))
        {
            foreach (var orphan in left) Machine.Signal(orphan.Pid, Machine.Kill);
            await Task.Delay(20);
        }

        // A postmaster that was killed and that nobody has buried yet passes for a running one: its locks would hold the next one up.
        File.Delete(Path.Combine(Data, "postmaster.pid"));
        File.Delete(Path.Combine(folder, $".s.PGSQL.{_port}.lock"));

        await LaunchAsync();
    }

    private Task LaunchAsync() => AsPostgresAsync(
        "pg_ctl", "start", "-D", Data, "-w", "-t", "60", "-l", Path.Combine(folder, "server.log"), "-o", $"-p {_port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c max_connections=200");

    public Task StopAsync() => AsPostgresAsync("pg_ctl", "stop", "-D", Data, "-m", "fast", "-w");

    /// <summary>Null when it does not run.</summary>
    public int? Pid()
    {
        var file = Path.Combine(Data, "postmaster.pid");
        return File.Exists(file) && int.TryParse(File.ReadLines(file).FirstOrDefault(), out var pid) && Directory.Exists($"/proc/{pid}") ? pid : null;
    }

    private Task AsPostgresAsync(string program, params string[] words) =>
        Environment.IsPrivilegedProcess ? DoAsync(["runuser", "-u", "postgres", "--", Path.Combine(Binaries, program), .. words]) : DoAsync([Path.Combine(Binaries, program), .. words]);

    private async Task DoAsync(params string[] words)
    {
        // Into a file: the server would hold a pipe open for as long as it lives.
        var (code, _) = await Machine.RunAsync(new Dictionary<string, string> { ["LOG"] = log }, ["/bin/sh", "-c", "exec \"$@\" >>\"$LOG\" 2>&1", "sh", .. words]);
        if (code != 0) throw new InvalidOperationException($"{string.Join(' ', words)} ended with {code}; see {log}.");
    }
}
