using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;

namespace Balie.Chaos.Topology;

/// <summary>
/// Topology B: a balancer with two fronts, two silos with rooms, two with media, one PostgreSQL, with the settings of <c>deploy/cluster/compose.yaml</c> except for what belongs
/// to this machine (<see cref="OfThisMachine"/>), and the sandbox beside it. Nothing comes back by itself: who strikes a part starts it again, as an
/// orchestrator would.
/// </summary>
public sealed class SeveralSilos : ITopology
{
    public static readonly IReadOnlyList<string> RoomSilos = ["rooms-1", "rooms-2"], MediaSilos = ["media-1", "media-2"], Silos = [.. RoomSilos, .. MediaSilos], Fronts = ["front-1", "front-2"];
    private const string Balancer = "balancer", Postgres = "postgres", SandboxName = "sandbox";

    /// <summary>All silos with rooms at one moment: the fronts have lost the cluster.</summary>
    private const string Rooms = "rooms";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly ComposeFile _compose = ComposeFile.Read(Path.Combine(Published.Root, "deploy", "cluster", "compose.yaml"));
    private readonly Dictionary<string, int> _ports = new[] { Balancer, SandboxName, "smtp" }.Concat(Silos).Concat(Fronts).ToDictionary(name => name, _ => Machine.FreePort());
    private readonly Dictionary<string, (int Silo, int Gateway)> _clusterPorts = Silos.ToDictionary(name => name, _ => (Machine.FreePort(), Machine.FreePort()));
    private readonly ConcurrentDictionary<string, Child> _children = [];
    private readonly ConcurrentDictionary<string, Lazy<Task>> _starting = [];
    private readonly OwnPostgres _postgres;
    private readonly HttpClient _http = new();
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

    public Uri Address => new($"http://localhost:{_ports[Balancer]}");

    public Uri Sandbox => new($"http://localhost:{_ports[SandboxName]}/");

    public string Data { get; }

    public string ConnectionString => _postgres.ConnectionString("balie", "Timeout=5;Pooling=false;Application Name=Chaos");

    public IReadOnlyList<Part> Parts { get; } = [.. Silos.Concat(Fronts).Append(Rooms).Append(Postgres).Append(SandboxName).Select(name => new Part(name, Heals: false))];

    public IReadOnlyList<string> Logs => [.. Silos.Concat(Fronts).Select(LogOf)];

    /// <summary>Where a part says how it is.</summary>
    public Uri HealthOf(string name, string what = "ready") => new($"http://localhost:{_ports[name]}/health/{what}");

    /// <summary>The Janus of a media silo; it lives on when its silo is killed.</summary>
    public int JanusOf(string media) => NodeOf(media).GetProperty("Pid").GetInt32();

    /// <summary>Which silos hold calls, or held one, and on which media nodes: a silo keeps its line to a node once a call of its rooms ran there, also when the room has moved.</summary>
    public async Task<IReadOnlyList<(string Rooms, string Media)>> CallsAsync()
    {
        var (_, lines) = await Machine.RunAsync(new Dictionary<string, string>(), "ss", "-Htnp", "state", "established");
        return
        [
            .. from media in MediaSilos.Where(HasNode)
               let address = $":{NodeOf(media).GetProperty("Port").GetInt32()} "
               from rooms in RoomSilos.Where(_children.ContainsKey)
               where lines.Split('\n').Any(line => line.Contains(address, StringComparison.Ordinal) && line.Contains($",pid={_children[rooms].Id},", StringComparison.Ordinal))
               select (rooms, media),
        ];
    }

    /// <summary>A machine with its media node fails: the silo and its Janus end at one moment.</summary>
    public async Task StrikeNodeAsync(string media)
    {
        Machine.Signal(JanusOf(media), Machine.Kill);
        await StrikeAsync(Parts.First(part => part.Name == media));
    }

    public async Task StartAsync()
    {
        await _postgres.MakeAsync();
        MakeMasterKey();
        await StartAsync(SandboxName);
        // The first one migrates the database; together they would only wait for it.
        await StartAsync(Silos[0]);
        await Task.WhenAll(Silos.Skip(1).Concat(Fronts).Append(Balancer).Select(StartAsync));
    }

    public async Task<bool> StrikeAsync(Part part)
    {
        if (part.Name == Postgres)
        {
            if (_postgres.Pid() is not { } pid) return false;
            Machine.Signal(pid, Machine.Kill);
            return true;
        }

        var struck = await Task.WhenAll(ProcessesOf(part).Select(KillAsync));
        return struck.Any(s => s);
    }

    /// <summary>Without the database, and the fronts without rooms, everybody is alive and nobody is ready.</summary>
    public async Task<IReadOnlyList<string>> LookAsync(Part down)
    {
        IReadOnlyList<string> unready = down.Name switch { Postgres => [.. Silos, .. Fronts], Rooms => Fronts, _ => [] };
        var wrong = await Task.WhenAll(unready.Where(_children.ContainsKey).Select(async name =>
            await UntilAsync(name, "ready", ready: false) ? await AnswersAsync(name, "live") || !_children.ContainsKey(name) ? null : $"{name} is not alive without {down}" : $"{name} stays ready without {down}"));
        return [.. wrong.OfType<string>()];
    }

    public async Task ReviveAsync(Part part)
    {
        if (part.Name == Postgres) await _postgres.StartAsync();
        else await StartMissingAsync(ProcessesOf(part));
        if (part.Name is not (Postgres or Rooms)) return;
        var ready = await Task.WhenAll(Silos.Concat(Fronts).Where(_children.ContainsKey).Select(async name => (Name: name, Ready: await UntilAsync(name, "ready", ready: true))));
        if (ready.Where(r => !r.Ready).Select(r => r.Name).ToList() is { Count: > 0 } late) throw new TimeoutException($"not ready again: {string.Join(", ", late)}");
    }

    /// <summary>SIGTERM, wait until it left, start it again: one step of a rolling restart.</summary>
    public async Task<int> RestartAsync(string name)
    {
        _children.TryRemove(name, out var child);
        var code = await child!.TerminateAsync(Patience);
        await child.DisposeAsync();
        await StartAsync(name);
        return code;
    }

    /// <summary>Each part after the other, as an orchestrator replaces them; what did not end well, by part.</summary>
    public async Task<IReadOnlyList<string>> RollAsync()
    {
        var wrong = new List<string>();
        foreach (var name in Silos.Concat(Fronts))
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
        foreach (var name in Fronts.Concat(Silos).Append(SandboxName).Prepend(Balancer))
        {
            if (!_children.TryRemove(name, out var child)) continue;
            if (child.HasExited) wrong.Add($"{name} had ended by itself");
            // HAProxy ends as the signal says.
            else if (await child.TerminateAsync(Patience) is not 0 and var code && !(name == Balancer && code == 128 + Machine.Terminate)) wrong.Add($"{name} ended with {code}");
            await child.DisposeAsync();
        }

        if (_postgres.Pid() is not null) await _postgres.StopAsync();
        return wrong;
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
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
        var settings = Published.Settings(Sandbox, _ports["smtp"], Data);
        settings["ConnectionStrings__Balie"] = _postgres.ConnectionString("balie", Written("rooms-1", "ConnectionStrings__Balie", after: "Database=balie;"));
        settings["Balie__Listen"] = "localhost";
        settings["Balie__Port"] = Text(_ports[name]);
        settings["Balie__PublicAddress"] = Address.ToString().TrimEnd('/');
        settings["Balie__Proxies"] = "127.0.0.1";
        if (Fronts.Contains(name)) return settings;
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

    private Dictionary<string, string> BalancerSettings() => new()
    {
        ["BALIE_BIND"] = $"127.0.0.1:{_ports[Balancer]}",
        ["BALIE_FRONT_1"] = $"127.0.0.1:{_ports["front-1"]}",
        ["BALIE_FRONT_2"] = $"127.0.0.1:{_ports["front-2"]}",
    };

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
        Balancer => await Child.StartAsync(LogOf(name), "Using epoll", Patience, BalancerSettings(), "haproxy", "-db", "-V", "-f", Path.Combine(Published.Root, "deploy", "cluster", "haproxy.cfg")),
        "front-1" or "front-2" => await Child.StartAsync(LogOf(name), "ready ", Patience, SettingsOf(name), "dotnet", Published.Front),
        _ => await Child.StartAsync(LogOf(name), "ready ", Patience, SettingsOf(name), "dotnet", Published.Balie),
    };

    private static IEnumerable<string> ProcessesOf(Part part) => part.Name == Rooms ? RoomSilos : [part.Name];

    /// <summary>Two strikes may have fallen on one process; it is started once. Nobody waits for another: a front is ready only once silos are.</summary>
    private Task StartMissingAsync(IEnumerable<string> names) =>
        Task.WhenAll(names.Where(name => !_children.ContainsKey(name)).Select(name => _starting.GetOrAdd(name, _ => new Lazy<Task>(() => StartAgainAsync(name))).Value));

    private async Task StartAgainAsync(string name)
    {
        try
        {
            if (!_children.ContainsKey(name)) await StartAsync(name);
        }
        finally
        {
            _starting.TryRemove(name, out _);
        }
    }

    private async Task<bool> KillAsync(string name)
    {
        if (!_children.TryRemove(name, out var child) || child.HasExited) return false;
        await child.KillAsync();
        await child.DisposeAsync();
        return true;
    }

    private async Task<bool> UntilAsync(string name, string what, bool ready)
    {
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < Patience; await Task.Delay(100))
            if (await AnswersAsync(name, what) == ready) return true;
        return false;
    }

    private async Task<bool> AnswersAsync(string name, string what)
    {
        try
        {
            using var answer = await _http.GetAsync(HealthOf(name, what));
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private bool HasNode(string media) => File.Exists(NodeFile(media));

    private JsonElement NodeOf(string media) => JsonSerializer.Deserialize<JsonElement>(File.ReadAllText(NodeFile(media)));

    private string NodeFile(string media) => Path.Combine(Data, media, "media", "node.json");

    private string LogOf(string name) => Path.Combine(_logs, $"b-{name}.log");

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
