using System.IO.Compression;
using Microsoft.Playwright;

namespace Balie.Bench;

/// <summary>What a citizen's phone fetches and when the page stands, on a slow phone and a slow line.</summary>
internal sealed class PageBench : IBench
{
    // Until the largest paint has settled: the entry of the longest wait that counts.
    private const string Largest = """
        () => new Promise(done => {
          let last = 0;
          new PerformanceObserver(list => { for (const e of list.getEntries()) last = e.startTime; }).observe({ type: 'largest-contentful-paint', buffered: true });
          const look = () => last > 0 && performance.now() > last + 1500 ? done(last) : setTimeout(look, 100);
          look();
        })
        """;

    private const string Busy = "on a busy machine the slowed-down browser waits for the machine";

    public string Name => "page";

    public string About => "a citizen's first page: JS + CSS, and when it stands on a slow phone";

    public async Task<IReadOnlyList<Row>> RunAsync(CancellationToken ct = default)
    {
        await BalieProcess.PublishAsync(ct);
        var data = BalieProcess.NewFolder();
        var (balie, _) = await BalieProcess.StartAsync(data, ct);
        try
        {
            using var playwright = await Playwright.CreateAsync();
            await using var browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = "/usr/bin/chromium", Args = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--no-first-run"] });
            var (paints, strict, sizes) = (new List<double>(), new List<double>(), new List<double>());
            for (var run = 0; run <= Figures.Runs; run++)
            {
                var (paint, size) = await OpenAsync(browser, new Uri(balie.Address, "zonnedaal"), latency: 150);
                var (late, _) = await OpenAsync(browser, new Uri(balie.Address, "zonnedaal"), latency: 562.5);
                // The first visit also warms the server up.
                if (run == 0) continue;
                paints.Add(paint);
                strict.Add(late);
                sizes.Add(size);
            }

            return
            [
                Row.Budget("first page, JS + CSS gzip", "KB", sizes, Target.AtMost(110), "every script and style that /zonnedaal fetches until it stands, each gzipped at level 9; a browser without a cache"),
                Row.Budget("first page, largest paint", "s", paints, Target.AtMost(2), "LCP in Chromium, 390x844, CPU slowed down 4 times, 1.6 Mbit/s and 150 ms before each answer, no cache, server on the same machine", Busy),
                Row.Budget("first page, largest paint, slower line", "s", strict, Target.AtMost(2), "the same with 562.5 ms before each answer: what Lighthouse makes of a round trip of 150 ms when it slows the browser itself down", Busy),
            ];
        }
        finally
        {
            await balie.DisposeAsync();
            Directory.Delete(data, recursive: true);
        }
    }

    private static async Task<(double Seconds, double Kilobytes)> OpenAsync(IBrowser browser, Uri address, double latency)
    {
        await using var context = await browser.NewContextAsync(new() { ViewportSize = new() { Width = 390, Height = 844 }, IsMobile = true, Locale = "nl-BE" });
        var page = await context.NewPageAsync();
        var line = await context.NewCDPSessionAsync(page);
        await line.SendAsync("Network.enable");
        await line.SendAsync("Network.emulateNetworkConditions", new() { ["offline"] = false, ["latency"] = latency, ["downloadThroughput"] = 1.6e6 / 8, ["uploadThroughput"] = 0.75e6 / 8 });
        await line.SendAsync("Emulation.setCPUThrottlingRate", new() { ["rate"] = 4 });
        var fetched = new List<IResponse>();
        page.Response += (_, response) =>
        {
            if (response.Request.ResourceType is "script" or "stylesheet") fetched.Add(response);
        };
        await page.GotoAsync(address.ToString(), new() { WaitUntil = WaitUntilState.NetworkIdle, Timeout = 60_000 });
        var largest = await page.EvaluateAsync<double>(Largest);
        var bytes = 0L;
        foreach (var response in fetched) bytes += Gzipped(await response.BodyAsync());
        return (largest / 1000, bytes / 1024.0);
    }

    private static long Gzipped(byte[] content)
    {
        using var small = new MemoryStream();
        using (var gzip = new GZipStream(small, CompressionLevel.SmallestSize, leaveOpen: true)) gzip.Write(content);
        return small.Length;
    }
}
