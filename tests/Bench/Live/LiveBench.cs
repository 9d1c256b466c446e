using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Balie.Bench;

/// <summary>From a commit in a room to every browser that looks at it, against a bare hub that says the same to the same number of browsers.</summary>
internal sealed class LiveBench : IBench
{
    public const int Rooms = 100;
    public const int Viewers = 5;

    /// <summary>Rounds of both sides that do not count: it takes the runtime some twenty seconds of this to compile what is used most.</summary>
    private const int WarmUps = 5;

    public string Name => "live";

    public string About => "commit to browser, 500 SignalR clients in 100 rooms, against a bare hub with groups";

    public async Task<IReadOnlyList<Row>> RunAsync(CancellationToken ct = default)
    {
        await using var database = await BenchDatabase.StartAsync(ct);
        await using var stage = await LiveStage.StartAsync(database, Rooms, ct);
        await using var bare = await BareHub.StartAsync(ct);
        await using var ours = new Crowd();
        await using var theirs = new Crowd();
        await FillAsync(stage, bare, ours, theirs, ct);
        BenchSilo.Be(BenchSilo.Officer());
        var saving = new Saving(stage);
        var telling = new BareTelling(bare);

        for (var i = 0; i < WarmUps; i++)
        {
            await LiveLoad.AsFastAsItGoesAsync(ours, visit => saving.SayAsync(visit, ct));
            await LiveLoad.AsFastAsItGoesAsync(theirs, telling.SayAsync);
        }

        var whole = await Figures.InTurnsAsync(
            () => LiveLoad.AsFastAsItGoesAsync(ours, visit => saving.SayAsync(visit, ct)), () => LiveLoad.AsFastAsItGoesAsync(theirs, telling.SayAsync), warmUp: false);
        var late = new List<double>();
        for (var run = 0; run < Figures.Runs; run++) late.Add(await LiveLoad.AtAPaceAsync(ours, saving, ct));
        var gaps = await LiveLoad.GapsAsync(ours, saving, ct);

        ours.Watch(Feeding.Room);
        var feeding = new Feeding(stage);
        var feed = await Figures.InTurnsAsync(
            () => LiveLoad.AsFastAsItGoesAsync(ours, feeding.SayAsync, LiveLoad.Window), () => LiveLoad.AsFastAsItGoesAsync(theirs, telling.SayAsync, LiveLoad.Window));
        var single = await Figures.InTurnsAsync(
            () => LiveLoad.AsFastAsItGoesAsync(ours, feeding.SayAsync, 0), () => LiveLoad.AsFastAsItGoesAsync(theirs, telling.SayAsync, 0));
        return LiveRows.Of(whole, late, gaps, feed, single);
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
}
