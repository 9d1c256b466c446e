using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;

namespace Balie.Chaos.Topology;

/// <summary>
/// Topology B: one front, two silos with rooms, two with media, one PostgreSQL, with the settings of <c>deploy/cluster/compose.yaml</c> except for what belongs
/// to this machine (<see cref="OfThisMachine"/>), and the sandbox beside it. Nothing comes back by itself: who strikes a part starts it again, as an
/// orchestrator would.
/// </summary>
public sealed class SeveralSilos : ITopology
{
    public static readonly IReadOnlyList<string> Silos = ["rooms-1", "rooms-2", "media-1", "media-2"];
    private const string Front = "front", Postgres = "postgres", SandboxName = "sandbox";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly ComposeFile _compose = ComposeFile.Read(Path.Combine(Published.Root, "deploy", "cluster", "compose.yaml"));
    private readonly Dictionary<string, int> _ports = new[] { Front, SandboxName, "smtp" }.Concat(Silos).ToDictionary(name => name, _ => Machine.FreePort());
    private readonly Dictionary<string, (int Silo, int Gateway)> _clusterPorts = Silos.ToDictionary(name => name, _ => (Machine.FreePort(), Machine.FreePort()));
    private readonly Dictionary<string, Child> _children = [];
    private readonly OwnPostgres _postgres;
    private readonly string _logs;

    public SeveralSilos(string logs)
    {
        _logs = Directory.CreateDirectory(logs).FullName;
        // Open, because Janus and PostgreSQL give up root.
        Data = Directory.CreateTempSubdirectory("bs").FullName;
        File.SetUnixFileMode(Data, (UnixFileMode)0b111_101_101);
        foreach (var name in _compose.Services.Append(SandboxName)) File.Delete(LogOf(name));
        _postgres = new OwnPostgres(Path.Combine(Data, "pg"), LogOf(Postgres));
    }

    public Uri Address => new($"http://localhost:{_ports[Front]}");

    public Uri Sandbox => new($"http://localhost:{_ports[SandboxName]}/");

    public string Data { get; }

    public string ConnectionString => _postgres.ConnectionString("balie", "Timeout=5;Pooling=false;Application Name=Chaos");

    public IReadOnlyList<Part> Parts { get; } = [.. Silos.Append(Front).Append(Postgres).Append(SandboxName).Select(name => new Part(name, Heals: false))];

    public IReadOnlyList<string> Logs => [.. Silos.Append(Front).Select(LogOf)];

    /// <summary>Where a part says how it is.</summary>
    public Uri HealthOf(string name, string what = "ready") => new($"http://localhost:{_ports[name]}/health/{what}");

    public async Task StartAsync()
    {
        await _postgres.MakeAsync();
        MakeMasterKey();
        await StartAsync(SandboxName);
        // The first one migrates the database; together they would only wait for it.
        await StartAsync(Silos[0]);
        await Task.WhenAll(Silos.Skip(1).Append(Front).Select(StartAsync));
    }

    public async Task<bool> StrikeAsync(Part part)
    {
        if (part.Name == Postgres)
        {
            if (_postgres.Pid() is not { } pid) return false;
            Machine.Signal(pid, Machine.Kill);
            return true;
        }

        if (!_children.Remove(part.Name, out var child) || child.HasExited) return false;
        await child.KillAsync();
        await child.DisposeAsync();
        return true;
    }

    public Task ReviveAsync(Part part) => part.Name == Postgres ? _postgres.StartAsync() : StartAsync(part.Name);

    /// <summary>SIGTERM, wait until it left, start it again: one step of a rolling restart.</summary>
    public async Task<int> RestartAsync(string name)
    {
        _children.Remove(name, out var child);
        var code = await child!.TerminateAsync(Patience);
        await child.DisposeAsync();
        await StartAsync(name);
        return code;
    }

    /// <summary>Each part after the other, as an orchestrator replaces them; what did not end well, by part.</summary>
    public async Task<IReadOnlyList<string>> RollAsync()
    {
        var wrong = new List<string>();
        foreach (var name in Silos.Append(Front))
        {
            var watch = Stopwatch.StartNew();
            if (await RestartAsync(name) is not 0 and var code) wrong.Add($"{name} ended with {code}");
            Console.WriteLine($"  {name} was replaced in {watch.Elapsed.TotalSeconds:0.0} s");
        }

        return wrong;
    }

    public Task<(int Code, string Output)> VerifyAsync() =>
        Machine.RunAsync(SettingsOf("rooms-1"), "dotnet", Published.Balie, "verify", "--data", Path.Combine(Data, "rooms-1"));

    public async Task<IReadOnlyList<string>> StopAsync()
    {
        var wrong = new List<string>();
        foreach (var name in new[] { Front }.Concat(Silos).Append(SandboxName))
        {
            if (!_children.Remove(name, out var child)) continue;
            if (!child.HasExited && await child.TerminateAsync(Patience) is not 0 and var code) wrong.Add($"{name} ended with {code}");
            await child.DisposeAsync();
        }

        if (_postgres.Pid() is not null) await _postgres.StopAsync();
        return wrong;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var child in _children.Values) await child.DisposeAsync();
        for (var left = Machine.ProcessesOf(Data); left.Count > 0; left = Machine.ProcessesOf(Data))
        {
            foreach (var process in left) Machine.Signal(process.Pid, Machine.Kill);
            await Task.Yield();
        }

        Directory.Delete(Data, recursive: true);
    }

    /// <summary>What of the compose file is another on this machine; everything else is taken as it is written there.</summary>
    public Dictionary<string, string> OfThisMachine(string name)
    {
        var settings = Published.Settings(Sandbox, _ports["smtp"], Path.Combine(Data, "seals"));
        settings["ConnectionStrings__Balie"] = _postgres.ConnectionString("balie", Written("rooms-1", "ConnectionStrings__Balie", after: "Database=balie;"));
        settings["Balie__Listen"] = "localhost";
        settings["Balie__Port"] = Text(_ports[name]);
        settings["Balie__PublicAddress"] = Address.ToString().TrimEnd('/');
        settings["Balie__Proxies"] = "";
        if (name == Front) return settings;
        settings["Balie__Data"] = Path.Combine(Data, name);
        settings["Balie__Blobs"] = Path.Combine(Data, "blobs");
        settings["Balie__MasterKey"] = Path.Combine(Data, "master.key");
        settings["Balie__Cluster__Address"] = "127.0.0.1";
        settings["Balie__Cluster__SiloPort"] = Text(_clusterPorts[name].Silo);
        settings["Balie__Cluster__GatewayPort"] = Text(_clusterPorts[name].Gateway);
        settings["Balie__Media__ApiAddress"] = "127.0.0.1";
        settings["Balie__Media__PublicAddress"] = "";
        return settings;
    }

    /// <summary>One for all silos; each would make one of its own.</summary>
    private void MakeMasterKey()
    {
        using var file = new StreamWriter(Path.Combine(Data, "master.key"), new FileStreamOptions
        {
            Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
        file.WriteLine(Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
    }

    private Dictionary<string, string> SettingsOf(string name)
    {
        // What the operator fills in is of this machine, or is not needed on it.
        var settings = _compose.Environment(name).Where(s => !s.Value.Contains("${", StringComparison.Ordinal)).ToDictionary();
        foreach (var (key, value) in OfThisMachine(name)) settings[key] = value;
        return settings;
    }

    private string Written(string service, string key, string after)
    {
        var value = _compose.Environment(service)[key];
        return value[(value.IndexOf(after, StringComparison.Ordinal) + after.Length)..];
    }

    private async Task StartAsync(string name) => _children[name] = name switch
    {
        SandboxName => await Child.StartAsync(
            LogOf(name), "sandbox ready", Patience, new Dictionary<string, string>(), "dotnet", Published.Sandbox, "--port", Text(_ports[name]), "--smtp-port", Text(_ports["smtp"]),
            "--data", Path.Combine(Data, name), "--balie", Address.ToString().TrimEnd('/'), "--seals", Path.Combine(Data, "seals")),
        Front => await Child.StartAsync(LogOf(name), "ready ", Patience, SettingsOf(name), "dotnet", Published.Front),
        _ => await Child.StartAsync(LogOf(name), "ready ", Patience, SettingsOf(name), "dotnet", Published.Balie),
    };

    private string LogOf(string name) => Path.Combine(_logs, $"b-{name}.log");

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
