using System.Text.Json;
using Npgsql;

namespace Balie.Chaos.Topology;

/// <summary>
/// Topology A: the one process of <c>deploy/up</c> with its own PostgreSQL and Janus, and the sandbox beside it. Who kills Balie also starts it again,
/// as a service manager would; what Balie started itself comes back by Balie.
/// </summary>
public sealed class OneProcess : ITopology
{
    public static readonly Part BaliePart = new("balie", Heals: false), SandboxPart = new("sandbox", Heals: false), Postgres = new("postgres", Heals: true),
        Backend = new("backend", Heals: true), Janus = new("janus", Heals: true), Office = new("office", Heals: true),
        SlowSandbox = new("slow-sandbox", Heals: false), Disk = new("disk", Heals: false);

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private readonly int _port = Machine.FreePort(), _sandboxPort = Machine.FreePort(), _smtpPort = Machine.FreePort();
    private readonly string _logs;
    private Child? _balie;
    private readonly bool _ownDisk;
    private Child? _sandbox;
    private SmallDisk? _disk;

    /// <param name="logs">Folder for what the processes print.</param>
    /// <param name="ownDisk">The data folder lies on a small disk of its own, so that a full one can be a strike. Needs root.</param>
    public OneProcess(string logs, bool ownDisk = false)
    {
        _ownDisk = ownDisk;
        Parts = [BaliePart, Postgres, Backend, Janus, SandboxPart, SlowSandbox, Office, .. ownDisk ? [Disk] : Array.Empty<Part>()];
        _logs = Directory.CreateDirectory(logs).FullName;
        // Short, because sockets live in it; open, because Janus gives up root.
        Data = Directory.CreateTempSubdirectory("bc").FullName;
        File.SetUnixFileMode(Data, (UnixFileMode)0b111_101_101);
        foreach (var log in Logs.Append(SandboxLog)) File.Delete(log);
    }

    public Uri Address => new($"http://localhost:{_port}");

    public Uri Sandbox => new($"http://localhost:{_sandboxPort}/");

    public string Data { get; }

    public IReadOnlyList<Part> Parts { get; }

    public IReadOnlyList<string> Logs => [Path.Combine(_logs, "balie.log")];

    public string ConnectionString => new NpgsqlConnectionStringBuilder
    {
        Host = Path.Combine(PostgresFolder, "run"),
        Username = "balie",
        Password = File.ReadAllText(Path.Combine(PostgresFolder, "password")).Trim(),
        Database = "balie",
        Timeout = 5,
        ApplicationName = "Chaos",
        Pooling = false,
    }.ConnectionString;

    private string BalieData => Path.Combine(Data, "balie");

    private string PostgresFolder => Path.Combine(BalieData, "postgres");

    private string SandboxLog => Path.Combine(_logs, "sandbox.log");

    public async Task StartAsync()
    {
        if (_ownDisk) _disk = await SmallDisk.MountAsync(Directory.CreateDirectory(BalieData).FullName);
        await StartSandboxAsync();
        await StartBalieAsync();
    }

    public async Task<bool> StrikeAsync(Part part)
    {
        if (part == BaliePart) return await KillAsync(_balie);
        if (part == SandboxPart) return await KillAsync(_sandbox);
        if (part == SlowSandbox) return Halt();
        if (part == Disk)
        {
            _disk!.Fill();
            return true;
        }

        if (part == Office) await UntilConvertingAsync();
        var pids = PidsOf(part);
        foreach (var pid in pids) Machine.Signal(pid, Machine.Kill);
        return pids.Count > 0;
    }

    /// <summary>There is nobody beside Balie who could notice.</summary>
    public Task<IReadOnlyList<string>> LookAsync(Part down) => Task.FromResult<IReadOnlyList<string>>([]);

    public async Task ReviveAsync(Part part)
    {
        if (part == BaliePart) await StartBalieAsync();
        else if (part == SandboxPart) await StartSandboxAsync();
        else if (part == SlowSandbox) Machine.Signal(_sandbox!.Id, Machine.Continue);
        else if (part == Disk) await EmptyAsync();
        else if (part == Postgres || part == Backend) await UntilAsync(DatabaseAnswersAsync, part);
        else if (part == Janus) await UntilAsync(() => Task.FromResult(PidsOf(Janus).Count > 0), part);
    }

    public Task<(int Code, string Output)> VerifyAsync() => Machine.RunAsync(new Dictionary<string, string>(), "dotnet", Published.Balie, "verify", "--data", BalieData);

    public async Task<IReadOnlyList<string>> StopAsync()
    {
        var wrong = new List<string>();
        foreach (var (name, child) in new[] { ("balie", _balie), ("sandbox", _sandbox) })
        {
            if (child is null || child.HasExited) continue;
            if (await child.TerminateAsync(Patience) is not 0 and var code) wrong.Add($"{name} ended with {code}");
        }

        return wrong;
    }

    /// <summary>Whatever still lives under the folder is ended with it.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_balie is not null) await _balie.DisposeAsync();
        if (_sandbox is not null) await _sandbox.DisposeAsync();
        foreach (var left in Machine.ProcessesOf(Data)) Machine.Signal(left.Pid, Machine.Kill);
        await UntilAsync(() => Task.FromResult(Machine.ProcessesOf(Data).Count == 0), BaliePart);
        if (_disk is not null) await _disk.DisposeAsync();
        Directory.Delete(Data, recursive: true);
    }

    private async Task StartSandboxAsync() => _sandbox = await Child.StartAsync(
        SandboxLog, "sandbox ready", Patience, new Dictionary<string, string>(), "dotnet", Published.Sandbox, "--port", $"{_sandboxPort}", "--smtp-port", $"{_smtpPort}",
        "--data", Path.Combine(Data, "sandbox"), "--balie", Address.ToString().TrimEnd('/'), "--seals", Path.Combine(Data, "seals"));

    private async Task StartBalieAsync() => _balie = await Child.StartAsync(
        Logs[0], "ready ", Patience, Published.Settings(Sandbox, _smtpPort, Data), "dotnet", Published.Balie, "--port", $"{_port}", "--data", BalieData);

    private static async Task<bool> KillAsync(Child? child)
    {
        if (child is null || child.HasExited) return false;
        await child.KillAsync();
        await child.DisposeAsync();
        return true;
    }

    /// <summary>A conversion takes a second, so it is waited for a while; without one the resident itself is struck, if it runs.</summary>
    private async Task UntilConvertingAsync()
    {
        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        var until = DateTimeOffset.UtcNow + TimeSpan.FromSeconds(5);
        while (DateTimeOffset.UtcNow < until && !Machine.ProcessesOf(BalieData).Any(p => p.Command.Contains("--convert-to", StringComparison.Ordinal))) await look.WaitForNextTickAsync();
    }

    /// <summary>PostgreSQL ends when it cannot write; it serves again once there is room.</summary>
    private async Task EmptyAsync()
    {
        _disk!.Empty();
        if (_balie is null || _balie.HasExited) await StartBalieAsync();
        await UntilAsync(DatabaseAnswersAsync, Disk);
    }

    /// <summary>The sandbox takes connections and says nothing: login and mail hang.</summary>
    private bool Halt()
    {
        if (_sandbox is null || _sandbox.HasExited) return false;
        Machine.Signal(_sandbox.Id, Machine.Stop);
        return true;
    }

    private IReadOnlyList<int> PidsOf(Part part)
    {
        if (part == Postgres) return Postmaster() is { } postmaster ? [postmaster] : [];
        if (part == Janus) return JanusPid() is { } janus ? [janus] : [];
        var seen = Machine.ProcessesOf(BalieData);
        if (part == Office) return [.. seen.Where(p => p.Command.Contains("soffice.bin", StringComparison.Ordinal)).Select(p => p.Pid)];
        // One that works for Balie; the server then ends them all and recovers.
        return [.. seen.Where(p => p.Command.StartsWith("postgres: balie", StringComparison.Ordinal)).Select(p => p.Pid).Take(1)];
    }

    private int? Postmaster()
    {
        var file = Path.Combine(PostgresFolder, "data", "postmaster.pid");
        return File.Exists(file) && int.TryParse(File.ReadLines(file).FirstOrDefault(), out var pid) && Machine.ProcessesOf(BalieData).Any(p => p.Pid == pid) ? pid : null;
    }

    private int? JanusPid()
    {
        var file = Directory.EnumerateFiles(BalieData, "node.json", SearchOption.AllDirectories).FirstOrDefault();
        if (file is null) return null;
        using var node = JsonDocument.Parse(File.ReadAllText(file));
        var pid = node.RootElement.GetProperty("Pid").GetInt32();
        return Machine.ProcessesOf(BalieData).Any(p => p.Pid == pid) ? pid : null;
    }

    private async Task<bool> DatabaseAnswersAsync()
    {
        try
        {
            await using var connection = new NpgsqlConnection(ConnectionString);
            await connection.OpenAsync();
            return true;
        }
        catch (Exception away) when (away is NpgsqlException or TimeoutException or System.Net.Sockets.SocketException)
        {
            return false;
        }
    }

    private static async Task UntilAsync(Func<Task<bool>> done, Part part)
    {
        using var limit = new CancellationTokenSource(Patience);
        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        try
        {
            while (!await done()) await look.WaitForNextTickAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"{part} did not come back within {Patience.TotalSeconds} s.");
        }
    }
}
