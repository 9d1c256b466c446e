using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Balie.Bench;

/// <summary>The published Balie as a process of its own, with its own PostgreSQL and Janus; nobody logs in here, so there is no sandbox.</summary>
internal sealed class BalieProcess : IAsyncDisposable
{
    private static bool _published;
    private readonly Process _process;

    private BalieProcess(Process process, string data, int port) => (_process, Data, Address) = (process, data, new Uri($"http://localhost:{port}/"));

    public static string Root { get; } = FindRoot();

    public string Data { get; }

    public Uri Address { get; }

    public int Pid => _process.Id;

    /// <summary>A short folder that sockets fit in and that Janus, which gives up root, may walk through.</summary>
    public static string NewFolder()
    {
        var folder = Directory.CreateTempSubdirectory("bn").FullName;
        File.SetUnixFileMode(folder, (UnixFileMode)0b111_101_101);
        return folder;
    }

    /// <summary>Publishes once a run what <c>deploy/up</c> would start.</summary>
    public static async Task PublishAsync(CancellationToken ct)
    {
        if (_published) return;
        await Tool.RunAsync(ct, "dotnet", "publish", Path.Combine(Root, "Silo/Silo.csproj"), "-c", "Release", "-o", Path.Combine(Root, "artifacts/balie"), "--nologo", "-v", "q");
        _published = true;
    }

    /// <summary>Starts it and waits until <c>/health/ready</c> says so.</summary>
    public static async Task<(BalieProcess Balie, TimeSpan Took)> StartAsync(string data, CancellationToken ct)
    {
        var port = FreePort();
        var start = new ProcessStartInfo("dotnet", [Path.Combine(Root, "artifacts/balie/Balie.Silo.dll"), "--port", $"{port}", "--data", Path.Combine(data, "balie")]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Development";
        start.Environment["Balie__Examples"] = "true";
        start.Environment["Balie__Seals"] = Path.Combine(data, "seals");
        var clock = Stopwatch.StartNew();
        var process = Process.Start(start)!;
        var said = new List<string>();
        process.OutputDataReceived += (_, line) => { lock (said) said.Add(line.Data ?? ""); };
        process.ErrorDataReceived += (_, line) => { lock (said) said.Add(line.Data ?? ""); };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var balie = new BalieProcess(process, data, port);
        using var http = new HttpClient { BaseAddress = balie.Address, Timeout = TimeSpan.FromSeconds(2) };
        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!await ReadyAsync(http, ct))
        {
            if (process.HasExited || clock.Elapsed > TimeSpan.FromMinutes(2)) throw new InvalidOperationException($"Balie did not start: {string.Join('\n', said.TakeLast(20))}");
            await look.WaitForNextTickAsync(ct);
        }

        return (balie, clock.Elapsed);
    }

    /// <summary>SIGTERM, and waits until it left.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            using (var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"])) await kill.WaitForExitAsync();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private static async Task<bool> ReadyAsync(HttpClient http, CancellationToken ct)
    {
        try
        {
            using var answer = await http.GetAsync("health/ready", ct);
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (Exception away) when (away is HttpRequestException || (away is OperationCanceledException && !ct.IsCancellationRequested))
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Balie.sln"))) folder = folder.Parent ?? throw new DirectoryNotFoundException("This runs inside the repository.");
        return folder.FullName;
    }
}
