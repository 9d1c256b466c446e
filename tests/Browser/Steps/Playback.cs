using System.Globalization;
using System.Text.RegularExpressions;
using Balie.Browser.Stage;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Balie.Browser.Steps;

/// <summary>The page on which an officer watches a recording, and what its media elements really do.</summary>
internal sealed class Playback(IPage page)
{
    private static readonly PageWaitForFunctionOptions Patient = new() { Timeout = Person.Patience };

    public ILocator Purpose => page.GetByLabel("Waarvoor bekijk je deze opname?");

    public ILocator Player => page.GetByRole(AriaRole.Region, new() { Name = "Opname van het gesprek" });

    public ILocator Bar => Player.GetByRole(AriaRole.Slider, new() { Name = "Plaats in de opname" });

    public ILocator Pictures => Player.Locator("video:not([hidden])");

    public ILocator Button(string name) => Player.GetByRole(AriaRole.Button, new() { Name = name });

    public ILocator Tile(string name) => Player.Locator("figure").Filter(new() { Has = page.Locator("figcaption", new() { HasTextString = name }) });

    /// <summary>The button that plays from this moment.</summary>
    public ILocator Moment(Regex what) => page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex($"Speel af vanaf .*({what})") }).First;

    public async Task OpenAsync(string purpose)
    {
        await Purpose.FillAsync(purpose, new() { Timeout = Person.Patience });
        await page.GetByRole(AriaRole.Button, new() { Name = "Bekijk", Exact = true }).ClickAsync();
        await Expect(Player).ToBeVisibleAsync(new() { Timeout = Person.Patience });
    }

    /// <summary>Until that many pictures, each with a size and new frames, and that many voices, each with decoded sound, run at once, some seconds into the recording.</summary>
    public async Task AllPlayAsync(int pictures, int voices, double until)
    {
        try
        {
            await RunAsync(pictures, voices, until);
        }
        catch (TimeoutException late)
        {
            throw new TimeoutException($"{late.Message} {await StatesAsync()}", late);
        }
    }

    /// <summary>What each element says of itself, for who wonders why it does not play.</summary>
    private Task<string> StatesAsync() => page.EvaluateAsync<string>("""
        () => [document.querySelector('[data-testid=player]').dataset.second, ...[...document.querySelectorAll('[data-testid=player] :is(video, audio)')].map((e) =>
          `${e.tagName} ${e.hidden ? 'hidden' : ''} ${e.paused ? 'paused' : 'plays'} at ${e.currentTime.toFixed(2)} of ${e.duration} ready ${e.readyState} network ${e.networkState}${e.seeking ? ' seeking' : ''}${e.ended ? ' ended' : ''} ${e.error?.message ?? ''} ${e.dataset.track.slice(0, 6)}`)].join('; ')
        """);

    private Task RunAsync(int pictures, int voices, double until) => page.WaitForFunctionAsync("""
        ([pictures, voices, until]) => {
          const player = document.querySelector('[data-testid=player]');
          const runs = (e) => !e.paused && e.currentTime > 0.5 && !e.error;
          const seen = [...player.querySelectorAll('video:not([hidden])')].filter((v) => runs(v) && v.videoWidth > 0 && v.getVideoPlaybackQuality().totalVideoFrames > 5);
          const heard = [...player.querySelectorAll('audio')].filter((a) => runs(a) && a.webkitAudioDecodedByteCount > 0 && !a.muted && a.volume > 0);
          return seen.length === pictures && heard.length === voices && Number(player.dataset.second) >= until;
        }
        """, new[] { pictures, voices, until }, Patient);

    public Task AllStandAsync() => page.WaitForFunctionAsync("() => [...document.querySelectorAll('[data-testid=player] :is(video, audio)')].every((e) => e.paused)", null, Patient);

    public Task StandsAtAsync(double second) => page.WaitForFunctionAsync(
        "second => Math.abs(Number(document.querySelector('[data-testid=player]').dataset.second) - second) < 0.2", second, Patient);

    /// <summary>Until every picture that is shown has been found at its new place and shows it.</summary>
    public Task AllStandAtTheirPlaceAsync() => page.WaitForFunctionAsync(
        "() => { const all = [...document.querySelectorAll('[data-testid=player] video:not([hidden])')]; return all.length > 0 && all.every((v) => !v.seeking && v.readyState >= 2 && v.currentTime > 0); }", null, Patient);

    /// <summary>Seconds between the track that is furthest ahead and the one furthest behind, by the places they should have.</summary>
    public Task<double> ApartAsync() => page.EvaluateAsync<double>("""
        async () => {
          const [, tenant, , , visit] = location.pathname.split('/');
          const { tracks } = await (await fetch(`/api/${tenant}/visits/${visit}/recording/playback`)).json();
          const elements = [...document.querySelectorAll('[data-testid=player] :is(video, audio)')].filter((e) => !e.paused);
          const places = elements.map((e) => e.currentTime + tracks.find((t) => t.id === e.dataset.track).at);
          return Math.max(...places) - Math.min(...places);
        }
        """);

    /// <summary>Asks for the MP4 and waits until it can be downloaded.</summary>
    public async Task AskFilmAsync()
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "Maak een videobestand" }).ClickAsync();
        await Expect(FilmLink).ToBeVisibleAsync(new() { Timeout = 240_000 });
    }

    /// <summary>The second by which a damaged picture has come.</summary>
    public const double Damage = 1.4;

    /// <summary>Of the pictures that are asked for from now on, the first is a file of which the frame at 22/15 s is noise; there is a key frame every 3 s.</summary>
    public async Task DamageOnePictureAsync()
    {
        var file = Path.Combine(Stack.Output, "damaged.webm");
        await Machine.RunAsync("ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", "testsrc=size=320x240:rate=15:duration=30", "-c:v", "libvpx", "-deadline", "realtime", "-g", "45", "-bsf:v", @"noise=amount=eq(n\,22)", "-cues_to_front", "1", file);
        var bytes = await File.ReadAllBytesAsync(file);
        string? damaged = null;
        await page.RouteAsync(new Regex("/recording/file"), async route =>
        {
            var url = route.Request.Url;
            if (await page.EvaluateAsync<bool>("url => [...document.querySelectorAll('video')].some((v) => v.src.split('#')[0] === url)", url)) Interlocked.CompareExchange(ref damaged, url, null);
            if (damaged != url)
            {
                await route.ContinueAsync();
                return;
            }

            var from = Regex.Match(route.Request.Headers.GetValueOrDefault("range", ""), @"bytes=(\d+)-") is { Success: true } range ? int.Parse(range.Groups[1].Value, CultureInfo.InvariantCulture) : 0;
            await route.FulfillAsync(new()
            {
                Status = 206,
                ContentType = "video/webm",
                Headers = new Dictionary<string, string> { ["Accept-Ranges"] = "bytes", ["Content-Range"] = $"bytes {from}-{bytes.Length - 1}/{bytes.Length}" },
                BodyBytes = bytes[from..],
            });
        });
    }

    public ILocator FilmLink => page.GetByRole(AriaRole.Link, new() { Name = "Download het videobestand" });

    public async Task<byte[]> FilmAsync()
    {
        var download = await page.RunAndWaitForDownloadAsync(() => FilmLink.ClickAsync());
        return await File.ReadAllBytesAsync(await download.PathAsync());
    }
}
