using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Balie.Bench;

/// <summary>The published Balie as a process of its own, with its own PostgreSQL and Janus.</summary>
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

    /// <summary>Publishes once a run what <c>deploy/up</c> would start; <c>BALIE_BENCH_PUBLISHED=1</c> says that it was.</summary>
    public static async Task PublishAsync(CancellationToken ct)
    {
        if (_published || Environment.GetEnvironmentVariable("BALIE_BENCH_PUBLISHED") == "1") return;
        foreach (var (project, folder) in new[] { ("Silo/Silo.csproj", "balie"), ("deploy/Sandbox/Sandbox.csproj", "sandbox") })
            await Tool.RunAsync(ct, "dotnet", "publish", Path.Combine(Root, project), "-c", "Release", "-o", Path.Combine(Root, "artifacts", folder), "--nologo", "-v", "q");
        _published = true;
    }

    /// <summary>Starts it and waits until <c>/health/ready</c> says so.</summary>
    /// <param name="settings">More of its environment.</param>
    /// <param name="port">A free one when not given.</param>
    public static async Task<(BalieProcess Balie, TimeSpan Took)> StartAsync(string data, CancellationToken ct, IReadOnlyDictionary<string, string>? settings = null, int port = 0)
    {
        if (port == 0) port = FreePort();
        var start = new ProcessStartInfo("dotnet", [Path.Combine(Root, "artifacts/balie/Balie.Silo.dll"), "--port", $"{port}", "--data", Path.Combine(data, "balie")]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Development";
        start.Environment["Balie__Examples"] = "true";
        start.Environment["Balie__Seals"] = Path.Combine(data, "seals");
        foreach (var (name, value) in settings ?? new Dictionary<string, string>()) start.Environment[name] = value;
        var clock = Stopwatch.StartNew();
        var process = Process.Start(start)!;
        var said = new Queue<string>();
        process.OutputDataReceived += (_, line) => Keep(said, line.Data);
        process.ErrorDataReceived += (_, line) => Keep(said, line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var balie = new BalieProcess(process, data, port);
        try
        {
            if (await AnswersAsync(process, new Uri(balie.Address, "health/ready"), ct)) return (balie, clock.Elapsed);
            lock (said) throw new InvalidOperationException($"Balie did not start: {string.Join('\n', said)}");
        }
        catch
        {
            await balie.DisposeAsync();
            throw;
        }
    }

    /// <summary>SIGTERM, and waits until it left.</summary>
    public async ValueTask DisposeAsync() => await TerminateAsync(_process);

    /// <summary>Waits until the program answers 200 there; false when it ended, or took longer than two minutes.</summary>
    internal static async Task<bool> AnswersAsync(Process process, Uri address, CancellationToken ct)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(2) };
        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        for (var clock = Stopwatch.StartNew(); !process.HasExited && clock.Elapsed < TimeSpan.FromMinutes(2); await look.WaitForNextTickAsync(ct))
        {
            if (await ReadyAsync(http, address, ct)) return true;
        }

        return false;
    }

    internal static async Task TerminateAsync(Process process)
    {
        if (!process.HasExited)
        {
            using (var kill = Process.Start("kill", ["-TERM", $"{process.Id}"])) await kill.WaitForExitAsync();
            await process.WaitForExitAsync();
        }

        process.Dispose();
    }

    private static async Task<bool> ReadyAsync(HttpClient http, Uri address, CancellationToken ct)
    {
        try
        {
            using var answer = await http.GetAsync(address, ct);
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (Exception away) when (away is HttpRequestException || (away is OperationCanceledException && !ct.IsCancellationRequested))
        {
            return false;
        }
    }

    /// <summary>The last lines say why it does not start.</summary>
    private static void Keep(Queue<string> said, string? line)
    {
        lock (said)
        {
            said.Enqueue(line ?? "");
            if (said.Count > 20) said.Dequeue();
        }
    }

    internal static int FreePort()
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
