using Balie.Browser.Stage;
using System.Globalization;
using System.Text.Json;
using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(Stack))]
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]

namespace Balie.Browser.Stage;

/// <summary>
/// The published product as <c>deploy/up</c> runs it, with the sandbox beside it, on free ports and a data folder of its own. Ended by SIGTERM; whatever
/// process is left then fails the run.
/// </summary>
public sealed class Stack : IScene, IAsyncLifetime
{
    private static readonly TimeSpan Start = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan Stop = TimeSpan.FromMinutes(1);

    private Child? sandbox;
    private Child? balie;
    private TurnServer? turn;
    private IPlaywright? playwright;

    public static string Root { get; } = FindRoot();

    /// <summary>Where logs and pictures of the run are kept.</summary>
    public static string Output { get; } = Directory.CreateDirectory(Path.Combine(FindRoot(), "artifacts", "tests")).FullName;

    public int Port { get; } = Machine.FreePorts();

    /// <summary>Short, because sockets live in it.</summary>
    public string Data { get; } = Directory.CreateTempSubdirectory("bb").FullName;

    public string Address => $"http://localhost:{Port}";

    public string SandboxAddress => $"http://localhost:{Port + 1}";

    public IPlaywright Playwright => playwright ?? throw new InvalidOperationException("The stage is not set yet.");

    public FakeMedia Media { get; private set; } = null!;

    public Mailbox Mail { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        // Janus gives up root; the folder above its own must be open to it.
        File.SetUnixFileMode(Data, (UnixFileMode)0b111_101_101);
        foreach (var log in new[] { "sandbox.log", "balie.log", "turn.log", "axe.log", "browser-steps.log" }) File.Delete(Path.Combine(Output, log));
        var media = FakeMedia.MakeAsync(Path.Combine(Data, "people"));
        await StartSandboxAsync();
        turn = await TurnServer.StartAsync(Path.Combine(Data, "turn"), Path.Combine(Output, "turn.log"));
        await StartBalieAsync();
        playwright = await Microsoft.Playwright.Playwright.CreateAsync();
        Media = await media;
        Mail = new Mailbox(SandboxAddress);
    }

    /// <summary>The login, the mail server and the authority of this run.</summary>
    public async Task StartSandboxAsync() =>
        sandbox = await Child.StartAsync(Path.Combine(Output, "sandbox.log"), "sandbox ready", Start, Settings,
            "dotnet", Published("sandbox", "Balie.Sandbox.dll"), "--port", $"{Port + 1}", "--smtp-port", $"{Port + 2}",
            "--data", Path.Combine(Data, "sandbox"), "--balie", Address, "--seals", Path.Combine(Data, "seals"));

    /// <summary>Login and mail are gone from one moment to the next.</summary>
    public async Task KillSandboxAsync()
    {
        await sandbox!.DisposeAsync();
        sandbox = null;
    }

    public async Task StartBalieAsync() =>
        balie = await Child.StartAsync(Path.Combine(Output, "balie.log"), "ready ", Start, Settings,
            "dotnet", Published("balie", "Balie.Silo.dll"), "--port", $"{Port}", "--data", Path.Combine(Data, "balie"));

    /// <summary>Ends Balie as an operator would; everything it started ends with it.</summary>
    public async Task StopBalieAsync()
    {
        (await balie!.TerminateAsync(Stop)).ShouldBe(0, "Balie ends well when it is asked to stop");
        await balie.DisposeAsync();
        balie = null;
        Machine.ProcessesNaming(Path.Combine(Data, "balie")).ShouldBeEmpty("Balie leaves no process behind");
    }

    /// <summary>Ends Balie as a failing machine would: nobody is asked, and what it started goes on.</summary>
    public async Task KillBalieAsync()
    {
        await balie!.KillAsync();
        await balie.DisposeAsync();
        balie = null;
    }

    /// <summary>Process number of Balie's Janus.</summary>
    public int JanusPid
    {
        get
        {
            using var node = JsonDocument.Parse(File.ReadAllText(Path.Combine(Data, "balie", "media", "node.json")));
            return node.RootElement.GetProperty("Pid").GetInt32();
        }
    }

    /// <summary>Process number of Balie's PostgreSQL.</summary>
    public int PostgresPid => int.Parse(File.ReadLines(Path.Combine(Data, "balie", "postgres", "data", "postmaster.pid")).First(), CultureInfo.InvariantCulture);

    /// <summary>Where the media node writes what it records.</summary>
    public string Recordings => Path.Combine(Data, "balie", "media", "recordings");

    /// <summary>Folders in which recordings lie in the clear while a job works on them.</summary>
    public IReadOnlyList<string> InTheClear => Directory.Exists(Work) ? [.. Directory.EnumerateDirectories(Work)] : [];

    private string Work => Path.Combine(Data, "balie", "recording-work");

    /// <summary>Until FFmpeg encodes a film; its process.</summary>
    public async Task<int> UntilEncodesAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (true)
        {
            if (Machine.ProcessIn(Work, "libx264") is { } process) return process;
            await look.WaitForNextTickAsync(limit.Token);
        }
    }

    /// <summary>The environment that <c>deploy/up</c> gives.</summary>
    private Dictionary<string, string> Settings => new()
    {
        ["ASPNETCORE_ENVIRONMENT"] = "Development",
        ["Balie__Oidc__Staff__Authority"] = $"{SandboxAddress}/op",
        ["Balie__Oidc__Staff__ClientId"] = "balie-staff",
        ["Balie__Oidc__Staff__ClientSecret"] = "oefen-geheim-staff",
        ["Balie__Oidc__Staff__OperatorOrganisation"] = "REGIO",
        ["Balie__Oidc__Citizen__Authority"] = $"{SandboxAddress}/op",
        ["Balie__Oidc__Citizen__ClientId"] = "balie-burger",
        ["Balie__Oidc__Citizen__ClientSecret"] = "oefen-geheim-burger",
        ["Balie__Smtp__Host"] = "localhost",
        ["Balie__Smtp__Port"] = $"{Port + 2}",
        ["Balie__Seals"] = Path.Combine(Data, "seals"),
        ["Balie__Examples"] = "true",
        ["Balie__Relay__Urls__0"] = turn?.Url ?? "",
        ["Balie__Relay__Secret"] = TurnServer.Secret,
        ["Logging__Console__FormatterName"] = "simple",
        ["Logging__Console__FormatterOptions__TimestampFormat"] = "HH:mm:ss.fff ",
    };

    public async ValueTask DisposeAsync()
    {
        playwright?.Dispose();
        Mail?.Dispose();
        try
        {
            if (balie is { HasExited: false }) await StopBalieAsync();
            if (sandbox is { HasExited: false }) (await sandbox.TerminateAsync(Stop)).ShouldBe(0);
        }
        finally
        {
            if (balie is not null) await balie.DisposeAsync();
            if (turn is not null) await turn.DisposeAsync();
            if (sandbox is not null) await sandbox.DisposeAsync();
            Directory.Delete(Data, recursive: true);
        }

        Machine.ProcessesNaming(Data).ShouldBeEmpty("no process is left behind");
    }

    private static string Published(string folder, string file)
    {
        var path = Path.Combine(Root, "artifacts", folder, file);
        return File.Exists(path) ? path : throw new FileNotFoundException($"{path} is not there; tests/run publishes it.");
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Balie.sln")))
            folder = folder.Parent ?? throw new DirectoryNotFoundException("These tests run inside the repository.");
        return folder.FullName;
    }
}
