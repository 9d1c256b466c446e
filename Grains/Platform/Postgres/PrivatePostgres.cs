using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Balie.Grains.Platform;

/// <summary>
/// A PostgreSQL of Balie's own, in a folder of its own, reachable over a socket in a private folder and by password only: made at the first start, adopted
/// when it still runs after Balie was killed, started again when it is killed itself, stopped with Balie. Started by root it runs as the user <c>postgres</c>, since PostgreSQL refuses root.
/// </summary>
public sealed partial class PrivatePostgres : IAsyncDisposable
{
    private const string User = "balie";
    private const int LongestSocketFolder = 80;
    private const int Silent = 2;
    private readonly string _folder;
    private readonly PostgresBinaries _binaries;
    private readonly PostgresAccount _account;
    private readonly ILogger _log;
    private bool _stopped;

    private PrivatePostgres(string folder, PostgresBinaries binaries, PostgresAccount account, ILogger log)
    {
        (_folder, _binaries, _account, _log) = (folder, binaries, account, log);
        SocketFolder = SocketFolderOf(folder);
    }

    private string Data => Path.Combine(_folder, "data");

    private string SocketFolder { get; }

    private string PasswordFile => Path.Combine(_folder, "password");

    private string LogFile => Path.Combine(_folder, "postgres.log");

    /// <summary>True when a running server was taken over instead of started.</summary>
    public bool Adopted { get; private set; }

    /// <summary>Process id of the server.</summary>
    public int Pid { get; private set; }

    /// <param name="folder">Holds the data, the password and the log; made when missing.</param>
    /// <exception cref="PrivatePostgresException">It does not start; the message says why.</exception>
    public static async Task<PrivatePostgres> StartAsync(string folder, ILogger log, CancellationToken ct = default)
    {
        folder = Path.GetFullPath(folder);
        var account = await PostgresAccount.OfThisProcessAsync(ct);
        var version = Path.Combine(folder, "data", "PG_VERSION");
        var server = new PrivatePostgres(folder, PostgresBinaries.Find(File.Exists(version) ? int.Parse(File.ReadAllText(version), CultureInfo.InvariantCulture) : null), account, log);
        await account.MakeFolderAsync(folder, ct);
        await account.MakeFolderAsync(server.SocketFolder, ct);
        if (!File.Exists(version)) await server.InitialiseAsync(ct);
        await server.ConfigureAsync(ct);
        if (await server.TryAdoptAsync(ct)) return server;
        await server.EndOrphansAsync(ct);
        await server.StartAsync(ct, ct);
        return server;
    }

    /// <summary>Connection string to a database of this server, <c>postgres</c> unless told otherwise.</summary>
    public string ConnectionString(string database = "postgres") => ConnectionString(_folder, database);

    /// <summary>Connection string to the server of a folder that another process started.</summary>
    public static string ConnectionString(string folder, string database) => new NpgsqlConnectionStringBuilder
    {
        Host = SocketFolderOf(Path.GetFullPath(folder)),
        Port = 5432,
        Username = User,
        Password = File.ReadAllText(Path.Combine(folder, "password")).Trim(),
        Database = database,
        MaxPoolSize = 40,
        Timeout = 5,
        CommandTimeout = 30,
        MaxAutoPrepare = 100,
        // Cleaning a session before each use costs a third of a small write; Balie leaves nothing in one, and an open transaction is rolled back anyhow.
        NoResetOnClose = true,
        IncludeErrorDetail = false,
        ApplicationName = "Balie",
    }.ConnectionString;

    /// <summary>Creates the database when it is not there.</summary>
    public async Task EnsureDatabaseAsync(string database, string? template = null, CancellationToken ct = default)
    {
        await using var source = NpgsqlDataSource.Create(ConnectionString());
        await using var exists = source.CreateCommand("select 1 from pg_database where datname = $1").With(database);
        if (await exists.ExecuteScalarAsync(ct) is not null) return;
        var quoted = new NpgsqlCommandBuilder().QuoteIdentifier(database);
        await using var create = source.CreateCommand($"create database {quoted} encoding 'UTF8' template {template ?? "template0"}");
        await create.ExecuteNonQueryAsync(ct);
    }

    /// <summary>Ends sessions and stops the server; waits until it is gone.</summary>
    public async Task StopAsync(CancellationToken ct = default)
    {
        if (_stopped) return;
        _stopped = true;
        await EndWatchAsync();
        NpgsqlConnection.ClearAllPools();
        var (code, output) = await _account.RunAsync(_binaries["pg_ctl"], ["stop", "-D", Data, "-m", "fast", "-w", "-t", "30"], ct);
        if (code != 0 && IsAlive(Pid)) LogNotStopped(output);
        else await GoneAsync(ct);
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    private async Task InitialiseAsync(CancellationToken ct)
    {
        LogInitialising(_folder, _binaries.Major);
        await _account.WriteFileAsync(PasswordFile, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24)), ct);
        var unfinished = Data + ".new";
        if (Directory.Exists(unfinished)) Directory.Delete(unfinished, recursive: true);
        var (code, output) = await _account.RunAsync(
            _binaries["initdb"], ["-D", unfinished, "-U", User, "--pwfile", PasswordFile, "--auth", "scram-sha-256", "-E", "UTF8", "--locale", "C.UTF-8", "--data-checksums"], ct);
        if (code != 0) throw new PrivatePostgresException($"PostgreSQL could not make its data folder {Data}: {output}");
        Directory.Move(unfinished, Data);
    }

    private Task ConfigureAsync(CancellationToken ct) => _account.WriteFileAsync(Path.Combine(Data, "postgresql.conf"), $"""
        # Written by Balie at every start.
        listen_addresses = ''
        unix_socket_directories = '{SocketFolder}'
        unix_socket_permissions = 0700
        port = 5432
        max_connections = 100
        shared_buffers = 128MB
        wal_level = replica
        max_wal_size = 512MB
        fsync = on
        synchronous_commit = on
        timezone = 'UTC'
        log_timezone = 'UTC'
        log_min_messages = warning
        log_min_error_statement = panic
        log_error_verbosity = terse
        idle_in_transaction_session_timeout = 300000
        """, ct);

    private async Task<bool> TryAdoptAsync(CancellationToken ct)
    {
        if (RunningPid() is not { } pid) return false;
        if (await AnswersAsync(ct) == Silent)
        {
            await _account.RunAsync(_binaries["pg_ctl"], ["stop", "-D", Data, "-m", "immediate", "-w", "-t", "10"], ct);
            return false;
        }

        (Adopted, Pid) = (true, pid);
        await ReadyAsync(ct);
        LogAdopted(pid);
        return true;
    }

    /// <param name="ct">Ends the start.</param>
    /// <param name="waiting">Ends only the wait until it is ready.</param>
    private async Task StartAsync(CancellationToken ct, CancellationToken waiting)
    {
        // Its code is left alone: after a hard stop the server may read its log back for longer than anybody waits here.
        var (_, output) = await _account.RunAsync(_binaries["pg_ctl"], ["start", "-D", Data, "-w", "-t", "30", "-l", LogFile], ct);
        if (RunningPid() is not { } pid) throw new PrivatePostgresException($"PostgreSQL did not start: {output}. Its log is {LogFile}.");
        Pid = pid;
        await ReadyAsync(waiting);
        LogStarted(pid);
    }

    /// <summary>Waits as long as the server lives: who ends one that recovers lets it begin all over.</summary>
    /// <exception cref="PrivatePostgresException">It ended meanwhile.</exception>
    private async Task ReadyAsync(CancellationToken ct)
    {
        using var look = new PeriodicTimer(Look);
        while (await AnswersAsync(ct) != 0)
        {
            if (!IsAlive(Pid)) throw new PrivatePostgresException($"PostgreSQL ended before it was ready. Its log is {LogFile}.");
            await look.WaitForNextTickAsync(ct);
        }
    }

    /// <summary>0 when it takes connections, 1 when it refuses them for now, as during recovery, <see cref="Silent"/> when nobody answers.</summary>
    private async Task<int> AnswersAsync(CancellationToken ct) => (await _account.RunAsync(_binaries["pg_isready"], ["-h", SocketFolder, "-p", "5432", "-t", "5"], ct)).Code;

    /// <summary>A postmaster that was killed can leave busy backends behind, which keep a new one from starting.</summary>
    private async Task EndOrphansAsync(CancellationToken ct)
    {
        foreach (var process in Process.GetProcessesByName("postgres"))
        {
            using (process)
            {
                if (WorkingFolder(process.Id) != Data) continue;
                LogOrphan(process.Id);
                process.Kill();
                await process.WaitForExitAsync(ct);
            }
        }

        // An ended postmaster that nobody has buried yet passes for a running one: its locks would hold the next one up. By now nothing of it runs.
        if (RunningPid() is not null) return;
        File.Delete(Path.Combine(Data, "postmaster.pid"));
        File.Delete(Path.Combine(SocketFolder, ".s.PGSQL.5432.lock"));
    }

    private int? RunningPid()
    {
        var file = Path.Combine(Data, "postmaster.pid");
        if (!File.Exists(file)) return null;
        var first = File.ReadLines(file).FirstOrDefault();
        return int.TryParse(first, CultureInfo.InvariantCulture, out var pid) && IsAlive(pid) && WorkingFolder(pid) == Data ? pid : null;
    }

    /// <summary>False too for a process that ended and that nobody has buried yet.</summary>
    internal static bool IsAlive(int pid) => ProcessStat.ReadAlive(pid) is not null;

    /// <summary>The server gives its files back a moment before its process ends.</summary>
    private async Task GoneAsync(CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(TimeSpan.FromSeconds(10));
        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (IsAlive(Pid) && await look.WaitForNextTickAsync(limit.Token))
        {
        }
    }

    /// <summary>Every PostgreSQL process works in its data folder: that tells ours from others, and from a process that took the number.</summary>
    private static string? WorkingFolder(int pid)
    {
        try
        {
            return new FileInfo($"/proc/{pid}/cwd").LinkTarget;
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>A socket's path has room for about a hundred characters; a deep data folder gets a short folder elsewhere, named after it.</summary>
    private static string SocketFolderOf(string folder)
    {
        var beside = Path.Combine(folder, "run");
        if (Encoding.UTF8.GetByteCount(beside) <= LongestSocketFolder) return beside;
        var name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(folder)))[..16];
        return Path.Combine(Path.GetTempPath(), $"balie-{name}");
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Making a PostgreSQL {Major} in {Folder}.")]
    private partial void LogInitialising(string folder, int major);

    [LoggerMessage(Level = LogLevel.Information, Message = "PostgreSQL started (process {Pid}).")]
    private partial void LogStarted(int pid);

    [LoggerMessage(Level = LogLevel.Information, Message = "PostgreSQL was still running (process {Pid}) and is taken over.")]
    private partial void LogAdopted(int pid);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Ending PostgreSQL process {Pid}, left over from a server that was killed.")]
    private partial void LogOrphan(int pid);

    [LoggerMessage(Level = LogLevel.Error, Message = "PostgreSQL did not stop: {Output}")]
    private partial void LogNotStopped(string output);
}
