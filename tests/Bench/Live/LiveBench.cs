using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics;
using Balie.Grains.Interfaces.Documents;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Balie.Bench;

/// <summary>From a commit in a room to every browser that looks at it, against a bare hub that says the same to the same number of browsers.</summary>
internal sealed class LiveBench : IBench
{
    private const int Rooms = 100;
    private const int Viewers = 5;
    private static readonly TimeSpan Time = TimeSpan.FromSeconds(2);
    private static readonly string Text = new('x', 400);

    public string Name => "live";

    public string About => "commit to browser, 500 SignalR clients in 100 rooms, against a bare hub with groups";

    public async Task<IReadOnlyList<Row>> RunAsync(CancellationToken ct = default)
    {
        await using var database = await BenchDatabase.StartAsync(ct);
        await using var stage = await LiveStage.StartAsync(database, Rooms, ct);
        await using var bare = await StartBareAsync(ct);
        await using var ours = new Crowd();
        await using var theirs = new Crowd();
        await FillAsync(stage, bare, ours, theirs, ct);
        var asked = new ConcurrentDictionary<(string, long), long>();
        ours.AskedAt = (visit, version) => asked.GetValueOrDefault((visit, version));
        var counters = stage.Visits.ToDictionary(v => v, _ => new int[1]);
        BenchSilo.Be(BenchSilo.Officer());

        var pairs = await Figures.InTurnsAsync(
            () => ThroughAsync(ours, visit => SaveAsync(stage, visit, counters[visit], asked, ct)),
            () => ThroughAsync(theirs, Teller(bare)));
        var late = new List<double>();
        for (var run = 0; run < Figures.Runs; run++) late.Add(await PacedAsync(ours, stage, visit => SaveAsync(stage, visit, counters[visit], asked, ct), ct));
        var gaps = await GapsAsync(ours, counters, ct);

        var conditions = $"{Rooms * Viewers} clients over WebSockets in this process, {Viewers} in each of {Rooms} rooms (two screens of staff, three participants); ours: a section of {Text.Length} characters saved in every room over and over, committed (fsync on), told by stream and redacted for each viewer; floor: a hub with two groups a room in the same process, the same views, nothing stored";
        return
        [
            Row.Against("live deliveries", "deliveries/s", pairs, "bare hub with groups", Target.AtLeast(0.8), $"{conditions}; as fast as it goes for {Time.TotalSeconds:0} s a run, {Figures.Runs} runs in turns",
                "every fifth delivery of ours is also a commit, passes the stream's queues and is sent to each viewer by itself; which of these costs most is not measured yet"),
            Row.Budget("live p99 at 5,000/s", "ms", late, Target.AtMost(50), $"{conditions}; p99 from the grain call to the client, 1,000 commits a second asked for, {Time.TotalSeconds:0} s a run", "the stream's queues are looked at every 10 ms; at saturation (the row above) less than 5,000/s may get through on this machine at all"),
            Row.Budget("live gaps after catching up", "clients", [gaps], Target.AtMost(0), "clients that do not know the last version of their room once the heads were told and whoever was behind, or cut off, entered again",
                "some clients were cut off by the machine and had not come back after ten seconds"),
        ];
    }

    private static async Task FillAsync(LiveStage stage, WebApplication bare, Crowd ours, Crowd theirs, CancellationToken ct)
    {
        var address = bare.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        foreach (var visit in stage.Visits)
        {
            string?[] viewers = [null, null, .. Enumerable.Range(1, LiveStage.Participants).Select(n => $"p{n}")];
            await Task.WhenAll(viewers.Select(async who =>
            {
                var (hub, cookie) = stage.Seat(visit, who);
                await ours.JoinAsync(hub, visit, cookie, enter: true, ct);
                await theirs.JoinAsync(new Uri($"{address}/bare?visit={visit}&as={who}"), visit, null, enter: false, ct);
            }));
        }
    }

    private static async Task<WebApplication> StartBareAsync(CancellationToken ct)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddSignalR().AddJsonProtocol(o => Api.BalieApi.Shape(o.PayloadSerializerOptions));
        builder.Services.AddSingleton<BareTeller>();
        var app = builder.Build();
        app.MapHub<BareHub>("/bare");
        await app.StartAsync(ct);
        return app;
    }

    private static Func<string, Task> Teller(WebApplication bare)
    {
        var teller = bare.Services.GetRequiredService<BareTeller>();
        var versions = new ConcurrentDictionary<string, long>();
        return visit =>
        {
            var version = versions.AddOrUpdate(visit, 1, (_, v) => v + 1);
            var section = new ReportSectionView { Section = "feiten", Heading = "De feiten", Text = Text, Version = (int)version, CallSecond = 60, SavedAt = DateTimeOffset.UtcNow };
            return teller.TellAsync(visit, new DossierView { Version = version, Documents = [], Report = new ReportView(false, [section]) });
        };
    }

    private static async Task SaveAsync(LiveStage stage, string visit, int[] counter, ConcurrentDictionary<(string, long), long> asked, CancellationToken ct)
    {
        var based = counter[0];
        asked[(visit, based + 1)] = Stopwatch.GetTimestamp();
        await stage.Grain<IDossierGrain>(visit).SaveSection(new SaveSection { CommandId = Guid.NewGuid(), Section = "feiten", Text = $"{Text}{based}", BasedOn = based, CallSecond = 60 }, ct);
        counter[0]++;
    }

    /// <summary>All rooms speak without a pause; deliveries a second until the last one that was said has arrived.</summary>
    private static async Task<double> ThroughAsync(Crowd crowd, Func<string, Task> say)
    {
        var visits = crowd.Seen.Select(s => s.Visit).Distinct().ToList();
        var (before, said) = (crowd.Delivered, 0L);
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(visits.Select(visit => Task.Run(async () =>
        {
            while (clock.Elapsed < Time)
            {
                await say(visit);
                Interlocked.Increment(ref said);
            }
        })));
        await UntilAsync(() => crowd.Delivered - before >= said * Viewers, TimeSpan.FromSeconds(10));
        return (crowd.Delivered - before) / clock.Elapsed.TotalSeconds;
    }

    /// <summary>1,000 commits a second, spread over the rooms; the p99 of the way to the browsers in milliseconds.</summary>
    private static async Task<double> PacedAsync(Crowd crowd, LiveStage stage, Func<string, Task> say, CancellationToken ct)
    {
        lock (crowd.Late) crowd.Late.Clear();
        var (before, said) = (crowd.Delivered, 0L);
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(stage.Visits.Select((visit, i) => Task.Run(async () =>
        {
            // Ten a second a room, each room a little later than the one before.
            using var beat = new PeriodicTimer(TimeSpan.FromSeconds(Rooms / 1000.0));
            await Task.Delay(TimeSpan.FromMilliseconds(i), ct);
            while (clock.Elapsed < Time)
            {
                await say(visit);
                Interlocked.Increment(ref said);
                await beat.WaitForNextTickAsync(ct);
            }
        }, ct)));
        await UntilAsync(() => crowd.Delivered - before >= said * Viewers, TimeSpan.FromSeconds(10));
        lock (crowd.Late) return Figures.Percentile(crowd.Late, 0.99);
    }

    private static async Task<double> GapsAsync(Crowd crowd, Dictionary<string, int[]> counters, CancellationToken ct)
    {
        int Behind() => crowd.Seen.Count(s => s.Version < counters[s.Visit][0]);
        await UntilAsync(() => Behind() == 0, TimeSpan.FromSeconds(10));
        ct.ThrowIfCancellationRequested();
        return Behind();
    }

    /// <summary>Waits for a condition; whether it came true the figures say.</summary>
    private static async Task UntilAsync(Func<bool> done, TimeSpan patience)
    {
        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        for (var clock = Stopwatch.StartNew(); !done() && clock.Elapsed < patience;) await look.WaitForNextTickAsync();
    }
}
