using Balie.Grains.Calls.Media;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Playwright;

namespace Balie.Bench;

/// <summary>
/// What the rows about calls share: one Chromium for each of two people (camera and microphone are files that belong to a browser process), Janus with the
/// settings that Balie gives it for the floor's relay, and a folder for all of it.
/// </summary>
internal sealed class MediaStage : IAsyncDisposable
{
    private readonly IPlaywright _playwright;
    private readonly Dictionary<string, IBrowser> _browsers = [];
    private readonly List<(JanusProcess Process, int Ports)> _nodes = [];
    private CancellationTokenRegistration _stop;

    private MediaStage(string folder, IPlaywright playwright) => (Folder, _playwright) = (folder, playwright);

    public string Folder { get; }

    public static async Task<MediaStage> StartAsync(CancellationToken ct)
    {
        var stage = new MediaStage(BalieProcess.NewFolder(), await Playwright.CreateAsync());
        try
        {
            await Faces.MakeAsync(stage.Folder, ct);
            foreach (var person in Faces.People) stage._browsers[person] = await stage.OpenBrowserAsync(person);
        }
        catch
        {
            await stage.DisposeAsync();
            throw;
        }

        // A page that is waited for answers no token: without its browser the wait ends.
        stage._stop = ct.Register(() => _ = stage.CloseBrowsersAsync());
        return stage;
    }

    /// <summary>A fresh browser window of one of the <see cref="Faces.People"/>, with an <see cref="Onlooker"/> in every page.</summary>
    public async Task<IBrowserContext> OpenAsync(string person)
    {
        var context = await _browsers[person].NewContextAsync(new()
        {
            ViewportSize = new() { Width = 1280, Height = 800 }, Locale = "nl-BE", TimezoneId = "Europe/Brussels", Permissions = ["camera", "microphone"],
        });
        await context.AddInitScriptAsync(Onlooker.Script);
        return context;
    }

    /// <summary>The floor's Janus processes that run now.</summary>
    public IReadOnlyList<MediaNodeAddress> Nodes => [.. _nodes.Select(node => node.Process.Current).OfType<MediaNodeAddress>()];

    /// <summary>Starts another Janus for the floor.</summary>
    public async Task StartNodeAsync(CancellationToken ct)
    {
        var ports = Enumerable.Range(0, 8).Select(n => 21000 + (500 * n)).First(first => _nodes.TrueForAll(node => node.Ports != first));
        var options = new JanusOptions { DataFolder = Path.Combine(Folder, $"janus-{ports}"), Node = $"floor-{ports}", RtpPortMin = ports, RtpPortMax = ports + 499 };
        var process = new JanusProcess(options, TimeProvider.System, NullLogger<JanusProcess>.Instance);
        await process.StartAsync(ct);
        _nodes.Add((process, ports));
    }

    /// <summary>Kills (SIGKILL) the floor's oldest Janus, and starts none in its place.</summary>
    /// <returns>When, in milliseconds of the machine's clock.</returns>
    public async Task<double> KillNodeAsync()
    {
        var (process, _) = _nodes[0];
        var pid = process.ProcessId!.Value;
        // It would start another one at once; the floor has its standby instead.
        await process.DisposeAsync();
        var at = Kill(pid);
        await process.StopAsync();
        _nodes.RemoveAt(0);
        return at;
    }

    /// <summary>SIGKILL, and when it was sent in milliseconds of the machine's clock.</summary>
    public static double Kill(int pid)
    {
        using var process = System.Diagnostics.Process.GetProcessById(pid);
        var at = (DateTimeOffset.UtcNow - DateTimeOffset.UnixEpoch).TotalMilliseconds;
        process.Kill();
        return at;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.DisposeAsync();
        await CloseBrowsersAsync();
        _playwright.Dispose();
        foreach (var (process, _) in _nodes) await process.StopAsync();
        Directory.Delete(Folder, recursive: true);
    }

    private async Task CloseBrowsersAsync()
    {
        foreach (var browser in _browsers.Values) await browser.CloseAsync();
    }

    private Task<IBrowser> OpenBrowserAsync(string person) => _playwright.Chromium.LaunchAsync(new()
    {
        ExecutablePath = "/usr/bin/chromium",
        HandleSIGINT = false,
        HandleSIGTERM = false,
        Args =
        [
            "--no-sandbox", "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream", $"--use-file-for-fake-video-capture={Faces.Camera(Folder, person)}",
            $"--use-file-for-fake-audio-capture={Faces.Microphone(Folder, person)}", "--autoplay-policy=no-user-gesture-required", "--disable-background-networking", "--disable-component-update", "--no-first-run",
        ],
    });
}
