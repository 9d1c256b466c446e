using System.Diagnostics;
using Balie.Grains.Calls.Media;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Playwright;

namespace Balie.Grains.Tests.Media;

/// <summary>The facts that hold calls run one after the other, on one stage: two cores carry one call at a time well.</summary>
[CollectionDefinition("Media")]
public sealed class MediaCollection : ICollectionFixture<MediaStage>;

/// <summary>A real Janus and a real Chromium with a camera and a microphone made for the occasion, shared by the facts that need them.</summary>
public sealed class MediaStage : IAsyncLifetime
{
    IPlaywright? playwright;
    IBrowser? browser;

    public string Folder { get; } = Directory.CreateTempSubdirectory("balie-media-").FullName;

    public JanusProcess Janus { get; private set; } = null!;

    public JanusClient Client { get; private set; } = null!;

    public static JanusOptions OptionsFor(string folder) => new() { DataFolder = folder, RtpPortMin = 21000, RtpPortMax = 21999 };

    public async ValueTask InitializeAsync()
    {
        // The parent must be open to the unprivileged user, or the tracks would go to /var/lib.
        File.SetUnixFileMode(Folder, (UnixFileMode)0b111_101_101);
        Janus = new(OptionsFor(Path.Combine(Folder, "janus")), TimeProvider.System, NullLogger<JanusProcess>.Instance);
        await Janus.StartAsync(TestContext.Current.CancellationToken);
        Client = new(Janus, TimeProvider.System, NullLogger<JanusClient>.Instance);
    }

    /// <summary>A page of its own for one participant; the browser starts with the first.</summary>
    public async Task<IPage> OpenPageAsync()
    {
        browser ??= await LaunchAsync();
        var context = await browser.NewContextAsync(new() { Permissions = ["camera", "microphone"] });
        var page = await context.NewPageAsync();
        // Camera and microphone need a secure origin; nothing of this leaves the browser.
        await page.RouteAsync("https://balie.invalid/**", r => r.FulfillAsync(new() { ContentType = "text/html", Body = "<!doctype html><title>call</title>" }));
        await page.GotoAsync("https://balie.invalid/");
        return page;
    }

    async Task<IBrowser> LaunchAsync()
    {
        var camera = Path.Combine(Folder, "camera.y4m");
        var voice = Path.Combine(Folder, "voice.wav");
        await RunAsync("ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", "testsrc=size=320x240:rate=15:duration=3", "-pix_fmt", "yuv420p", camera);
        await RunAsync("espeak-ng", "-v", "nl", "-w", voice, "Goedemiddag, waarmee kan ik u helpen? Ik kom voor een nieuwe vergunning.");
        playwright = await Playwright.CreateAsync();
        return await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = "/usr/bin/chromium",
            Args =
            [
                "--no-sandbox", "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream",
                $"--use-file-for-fake-video-capture={camera}", $"--use-file-for-fake-audio-capture={voice}",
                "--disable-background-networking", "--disable-component-update", "--no-first-run",
            ],
        });
    }

    /// <summary>The browsers that Janus itself has in a room, sending or not.</summary>
    public async Task<IReadOnlyList<string>> BrowsersAsync(string room)
    {
        var ct = TestContext.Current.CancellationToken;
        var session = await Client.CreateSessionAsync(ct);
        var handle = await session.AttachAsync(ct);
        var list = await session.MessageAsync(handle, JanusBody.Request("listparticipants", ("room", room), ("admin_key", session.Node.AdminKey)), ct: ct);
        await session.DestroyAsync(ct);
        return [.. list.Data.GetProperty("participants").EnumerateArray().Select(p => p.GetProperty("display").GetString()!)];
    }

    /// <summary>The rooms that Janus itself has.</summary>
    public async Task<IReadOnlyList<string>> RoomsAsync()
    {
        var ct = TestContext.Current.CancellationToken;
        var session = await Client.CreateSessionAsync(ct);
        var handle = await session.AttachAsync(ct);
        var list = await session.MessageAsync(handle, JanusBody.Request("list", ("admin_key", session.Node.AdminKey)), ct: ct);
        await session.DestroyAsync(ct);
        return [.. list.Data.GetProperty("list").EnumerateArray().Select(r => r.GetProperty("room").GetString()!)];
    }

    /// <summary>What the program printed; it must end well.</summary>
    public static async Task<string> RunAsync(string program, params string[] words)
    {
        using var process = Process.Start(new ProcessStartInfo(program, words) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(0, await error);
        return await output + await error;
    }

    public async ValueTask DisposeAsync()
    {
        if (browser is not null) await browser.DisposeAsync();
        playwright?.Dispose();
        await Client.DisposeAsync();
        await Janus.StopAsync(CancellationToken.None);
        await Janus.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }
}
