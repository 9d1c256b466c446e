using System.Diagnostics;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Platform;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Streams;

namespace Balie.Grains.Tests.Platform;

/// <summary>Live streams over a kill: what the killed process had subscribed to, and produced, stands in the database still.</summary>
public sealed class StaleStreamFacts(Database database) : IClassFixture<Database>
{
    [Fact]
    public async Task The_first_update_after_a_kill_waits_for_nobody_who_is_gone()
    {
        var ct = TestContext.Current.CancellationToken;
        var first = await StartAsync();
        await TellAsync(first, await HearAsync(first), ct);
        await TellAsync(first, await HearAsync(first), ct);
        await database.ExecuteAsync("create table at_the_kill as select * from OrleansStorage");
        await first.StopAsync(ct);
        first.Dispose();
        await database.ExecuteAsync("delete from OrleansStorage; insert into OrleansStorage select * from at_the_kill");

        (await database.ScalarAsync<long>("select count(*) from OrleansStorage where GrainTypeString ilike '%pubsub%'")).ShouldBe(1, "the killed silo's producers and subscribers");

        using var second = await StartAsync();
        var clock = Stopwatch.StartNew();
        var heard = await HearAsync(second);
        var subscribed = clock.Elapsed;
        await TellAsync(second, heard, ct);
        TestContext.Current.TestOutputHelper?.WriteLine($"Subscribed after {subscribed.TotalMilliseconds:0} ms, first update after {clock.ElapsedMilliseconds} ms");
        clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(5), "a handful of milliseconds, unless somebody is waited for");
        await second.StopAsync(ct);
    }

    private static async Task<TaskCompletionSource> HearAsync(IHost silo)
    {
        var heard = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await Stream(silo).SubscribeAsync((_, _) =>
        {
            heard.TrySetResult();
            return Task.CompletedTask;
        });
        return heard;
    }

    private static async Task TellAsync(IHost silo, TaskCompletionSource heard, CancellationToken ct)
    {
        await Stream(silo).OnNextAsync(new LiveUpdate { Room = "call", Version = 1, View = "changed" });
        await heard.Task.WaitAsync(TimeSpan.FromSeconds(60), ct);
    }

    private static IAsyncStream<LiveUpdate> Stream(IHost silo) =>
        silo.Services.GetRequiredService<IClusterClient>().GetStreamProvider(LiveFeed.Provider).GetStream<LiveUpdate>(StreamId.Create(LiveFeed.Visit, "t/v"));

    private async Task<IHost> StartAsync()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(database.Source);
        builder.Services.AddSingleton(new JournalClock(TimeProvider.System));
        builder.Services.AddSingleton<Balie.Grains.Platform.Keys.IKeyRing, MemoryKeyRing>();
        builder.UseOrleans(silo =>
        {
            silo.Configure<ClusterOptions>(o => (o.ClusterId, o.ServiceId) = ("test", "test"));
            silo.Configure<EndpointOptions>(o => (o.AdvertisedIPAddress, o.SiloPort, o.GatewayPort) = (System.Net.IPAddress.Loopback, FreePort(), 0));
            silo.UseBalieDatabase(database.ConnectionString);
            silo.AddBaliePlatform();
        });
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }

    private static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
    }
}
