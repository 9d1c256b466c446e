using Microsoft.Playwright;

namespace Balie.Browser.Stage;

/// <summary>
/// Somebody at a browser of their own: camera and microphone are files that belong to a browser process, so people do not share one.
/// </summary>
public sealed class Person : IAsyncDisposable
{
    /// <summary>How long one step may take: these machines are small and busy.</summary>
    public const float Patience = 90_000;

    /// <summary>Keeps the page's own connections in sight, so that what is truly received can be read from them.</summary>
    private const string Watch = """
        (() => {
          const Native = window.RTCPeerConnection, all = (window.__connections = []);
          window.RTCPeerConnection = class extends Native { constructor(...a) { super(...a); all.push(this); } };
          window.__heard = async () => {
            const found = { energy: 0, frames: 0, lost: 0 };
            for (const pc of all.filter(c => c.connectionState !== 'closed'))
              for (const s of (await pc.getStats()).values())
                if (s.type === 'inbound-rtp') { found.energy += s.totalAudioEnergy ?? 0; found.frames += s.framesDecoded ?? 0; found.lost += s.packetsLost ?? 0; }
            return found;
          };
          window.__paths = async () => {
            const found = [];
            for (const pc of all.filter(c => c.connectionState === 'connected')) {
              const stats = await pc.getStats();
              for (const s of stats.values())
                if (s.type === 'transport' && s.selectedCandidatePairId) {
                  const mine = stats.get(stats.get(s.selectedCandidatePairId).localCandidateId);
                  found.push([mine.candidateType, mine.relayProtocol ?? mine.protocol].join(' '));
                }
            }
            return found;
          };
        })();
        """;

    private readonly IBrowser browser;
    private readonly List<string> complaints = [];

    private Person(IBrowser browser, IBrowserContext context, IPage page, string name, IScene scene) =>
        (this.browser, Context, Page, Name, Scene) = (browser, context, page, name, scene);

    public string Name { get; }

    public IScene Scene { get; }

    public IBrowserContext Context { get; }

    public IPage Page { get; private set; }

    /// <summary>Errors of the pages, which should have none.</summary>
    public IReadOnlyList<string> Complaints => complaints;

    /// <summary>What the browser has to offer: a camera and a microphone, none, or some that it may not use.</summary>
    public enum Devices
    {
        Working,
        Missing,
        Forbidden,
    }

    public static async Task<Person> OpenAsync(IScene scene, FakeMedia.Look look, string name, int width, int height, bool phone = false, Devices devices = Devices.Working, bool udp = true)
    {
        string[] media = devices switch
        {
            Devices.Working =>
            [
                "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream",
                $"--use-file-for-fake-video-capture={scene.Media.Camera(look)}", $"--use-file-for-fake-audio-capture={scene.Media.Microphone(look)}",
            ],
            Devices.Missing => ["--use-fake-ui-for-media-stream"],
            _ => ["--use-fake-device-for-media-stream", "--deny-permission-prompts"],
        };
        var browser = await scene.Playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = "/usr/bin/chromium",
            Args =
            [
                "--no-sandbox", .. media,
                "--autoplay-policy=no-user-gesture-required", "--disable-background-networking", "--disable-component-update", "--no-first-run",
                .. udp ? Array.Empty<string>() : ["--force-webrtc-ip-handling-policy", "--webrtc-ip-handling-policy=disable_non_proxied_udp"],
            ],
        });
        var context = await browser.NewContextAsync(new()
        {
            ViewportSize = new() { Width = width, Height = height },
            Locale = "nl-BE",
            TimezoneId = "Europe/Brussels",
            HasTouch = phone,
            IsMobile = phone,
            Permissions = devices == Devices.Forbidden ? [] : ["camera", "microphone"],
        });
        context.SetDefaultTimeout(Patience);
        context.SetDefaultNavigationTimeout(Patience);
        await context.AddInitScriptAsync(Watch);
        var person = new Person(browser, context, await context.NewPageAsync(), name, scene);
        person.Listen(person.Page);
        return person;
    }

    /// <summary>Another page in the same browser: the same cookies and session.</summary>
    public async Task<IPage> NewPageAsync()
    {
        var page = await Context.NewPageAsync();
        Listen(page);
        return page;
    }

    private void Listen(IPage page)
    {
        page.PageError += (_, error) => complaints.Add($"{Name} {page.Url}: {error}");
        page.Console += (_, said) =>
        {
            if (said.Type == "error" && said.Text.Contains("Content Security Policy", StringComparison.Ordinal)) complaints.Add($"{Name} {page.Url}: {said.Text}");
        };
    }

    /// <summary>Another page begins at its top, wherever the one before it was left.</summary>
    public static Task IsAtTopAsync(IPage page) => page.WaitForFunctionAsync("() => scrollY === 0");

    /// <summary>The whole of it is in the window, and nothing lies over it.</summary>
    public static async Task IsInSightAsync(ILocator what)
    {
        await what.WaitForAsync();
        await what.Page.WaitForFunctionAsync("""
            e => {
              const { left, right, top, bottom } = e.getBoundingClientRect();
              return [[left + 4, top + 4], [right - 4, bottom - 4]].every(([x, y]) => e.contains(document.elementFromPoint(x, y)));
            }
            """, await what.ElementHandleAsync());
    }

    /// <summary>The moving picture of somebody else in the call.</summary>
    public ILocator PictureOf(string other) => Page.GetByTestId("tile").GetByLabel(other, new() { Exact = true });

    /// <summary>Waits until new pictures of somebody are decoded and shown.</summary>
    public async Task SeesAsync(string other)
    {
        await Page.WaitForFunctionAsync("""
            ([name, token]) => {
              const v = [...document.querySelectorAll('[data-testid=tile] video')].find(x => x.getAttribute('aria-label') === name);
              if (!v || !v.videoWidth || !v.videoHeight) return false;
              const shown = v.getVideoPlaybackQuality().totalVideoFrames;
              // A picture that comes back has an element of its own, or takes the place of the former in the same one, which then counts from nothing.
              if (v.__token !== token) { v.__token = token; v.__from = shown; return false; }
              v.__from = Math.min(v.__from, shown);
              return shown > v.__from + 10;
            }
            """, new object[] { other, Guid.NewGuid().ToString() }, new() { Timeout = Patience, PollingInterval = 100 });
    }

    /// <summary>Waits until new sound arrives over the page's connections.</summary>
    public async Task HearsAsync()
    {
        // A connection that is replaced takes what it heard with it: then it counts from there.
        await Page.EvaluateAsync("async () => { window.__before = (await window.__heard()).energy; }");
        await Page.WaitForFunctionAsync("async () => { const e = (await window.__heard()).energy; window.__before = Math.min(window.__before, e); return e > window.__before + 0.001; }");
    }

    /// <summary>How the page's connections travel: kind of candidate and protocol, "host udp" or "relay tcp".</summary>
    public Task<string[]> PathsAsync() => Page.EvaluateAsync<string[]>("() => window.__paths()");

    /// <summary>How many media connections the page has made since it was opened.</summary>
    public Task<int> ConnectionsMadeAsync() => Page.EvaluateAsync<int>("() => window.__connections.length");

    public Task SeesAndHearsAsync(string other) => Task.WhenAll(SeesAsync(other), HearsAsync());

    /// <summary>Waits until so many more pictures of somebody were shown (15 a second).</summary>
    public Task ShowsMoreAsync(string other, int frames) => PictureOf(other).EvaluateAsync(
        "(v, n) => new Promise(done => { let from = Infinity; const look = () => { const shown = v.getVideoPlaybackQuality().totalVideoFrames; from = Math.min(from, shown); shown > from + n ? done() : v.requestVideoFrameCallback(look); }; look(); })", frames);

    /// <summary>From now on remembers the longest time in which no new picture of somebody was shown.</summary>
    public Task WatchPictureAsync(string other) => Page.EvaluateAsync("""
        name => {
          const seen = (window.__picture = { last: performance.now(), longest: 0, frames: -1 });
          setInterval(() => {
            const v = [...document.querySelectorAll('[data-testid=tile] video')].find(x => x.getAttribute('aria-label') === name);
            const frames = v ? v.getVideoPlaybackQuality().totalVideoFrames : 0, now = performance.now();
            seen.longest = Math.max(seen.longest, now - seen.last);
            if (frames && frames !== seen.frames) [seen.frames, seen.last] = [frames, now];
          }, 25);
        }
        """, other);

    /// <summary>The longest time without a new picture since <see cref="WatchPictureAsync"/>.</summary>
    public async Task<TimeSpan> LongestStillAsync() => TimeSpan.FromMilliseconds(await Page.EvaluateAsync<double>("() => window.__picture.longest"));

    /// <summary>The browser's process dies where it stands: no page says goodbye.</summary>
    public async Task DieAsync()
    {
        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        browser.Disconnected += (_, _) => gone.TrySetResult();
        var control = await browser.NewBrowserCDPSessionAsync();
        // There is nobody left to answer.
        _ = control.SendAsync("Browser.crash").ContinueWith(t => t.Exception, TaskScheduler.Default);
        await gone.Task;
    }

    public async ValueTask DisposeAsync()
    {
        if (browser.IsConnected) await Context.DisposeAsync();
        await browser.DisposeAsync();
    }
}
