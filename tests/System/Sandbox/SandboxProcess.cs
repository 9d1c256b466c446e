using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Balie.System.Tests.Sandbox;

/// <summary>The built sandbox as a process of its own, on free ports, with a data folder of its own that goes away with it.</summary>
public sealed class SandboxProcess : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly bool ownsData;
    private readonly string[] extra;
    private Process? process;

    public SandboxProcess()
        : this(null, null)
    {
    }

    private SandboxProcess(string? data, int? port, params string[] extra)
    {
        ownsData = data is null;
        Data = data ?? Directory.CreateTempSubdirectory("balie-sandbox-").FullName;
        Port = port ?? FreePort();
        SmtpPort = FreePort();
        this.extra = extra;
        Http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = new Uri($"http://localhost:{Port}/") };
    }

    /// <summary>Starts a sandbox on a data folder that outlives it.</summary>
    /// <param name="data">The folder; the caller removes it.</param>
    /// <param name="port">The port of an earlier process, to be the same issuer again.</param>
    /// <param name="extra">More options for the command line.</param>
    public static async Task<SandboxProcess> Start(string data, int? port, params string[] extra)
    {
        var sandbox = new SandboxProcess(data, port, extra);
        await sandbox.InitializeAsync();
        return sandbox;
    }

    public string Data { get; }

    public string Seals => Path.Combine(Data, "seals");

    public int Port { get; }

    public int SmtpPort { get; }

    public HttpClient Http { get; }

    public string Issuer => $"http://localhost:{Port}/op";

    public async ValueTask InitializeAsync()
    {
        process = Process.Start(new ProcessStartInfo("dotnet", [
            Assembly(), "--port", $"{Port}", "--smtp-port", $"{SmtpPort}", "--data", Data,
            "--balie", "http://localhost:8080,https://balie.example/regio", "--seals", Seals, .. extra])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var errors = process.StandardError.ReadToEndAsync();
        using var deadline = new CancellationTokenSource(Patience);
        var line = await process.StandardOutput.ReadLineAsync(deadline.Token);
        if (line is null)
            throw new InvalidOperationException($"The sandbox did not start: {await errors}");
        line.ShouldBe($"sandbox ready http://localhost:{Port}");
    }

    /// <summary>Asks to stop as an operator would (SIGTERM) and returns the exit code and everything printed after the ready line.</summary>
    public async Task<(int ExitCode, string Output, TimeSpan Took)> Terminate()
    {
        var watch = Stopwatch.StartNew();
        using (var kill = Process.Start("kill", ["-TERM", $"{process!.Id}"]))
            await kill.WaitForExitAsync();
        using var deadline = new CancellationTokenSource(Patience);
        await process.WaitForExitAsync(deadline.Token);
        return (process.ExitCode, await process.StandardOutput.ReadToEndAsync(deadline.Token), watch.Elapsed);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        if (process is { HasExited: false })
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
        }
        process?.Dispose();
        if (ownsData)
            Directory.Delete(Data, recursive: true);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static string Assembly() => BesideTheProgram("Balie.Sandbox.dll");

    /// <summary>A file of the sandbox's build output, of the same configuration as these tests.</summary>
    public static string BesideTheProgram(string file)
    {
        var here = new DirectoryInfo(AppContext.BaseDirectory);
        var root = here;
        while (!File.Exists(Path.Combine(root.FullName, "Balie.sln")))
            root = root.Parent ?? throw new DirectoryNotFoundException("These tests run inside the repository.");
        return Path.Combine(root.FullName, "deploy", "Sandbox", "bin", here.Parent!.Name, here.Name, file);
    }
}

/// <summary>One sandbox for all facts that do not need one of their own.</summary>
[CollectionDefinition(Name)]
public sealed class SandboxCollection : ICollectionFixture<SandboxProcess>
{
    public const string Name = "sandbox";
}
