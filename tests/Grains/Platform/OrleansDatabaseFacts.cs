using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Platform;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Storage;

namespace Balie.Grains.Tests.Platform;

[Alias("tests.ISettingsGrain")]
public interface ISettingsGrain : IGrainWithStringKey
{
    [Allow(CallerKind.Staff), Alias("Set")]
    Task Set(string value);

    [Allow(CallerKind.Staff), Alias("Get")]
    Task<string> Get();

    [Allow(CallerKind.Staff), Alias("Clear")]
    Task Clear();

    [Allow(CallerKind.Staff), Alias("Remind")]
    Task<int> Remind(string name);

    [Allow(CallerKind.Staff), Alias("Forget")]
    Task<int> Forget(string name);
}

[GenerateSerializer, Alias("tests.Setting")]
public sealed class Setting
{
    [Id(0)] public string Value { get; set; } = "";
}

public sealed class SettingsGrain([PersistentState("setting", "settings")] IPersistentState<Setting> state) : Grain, ISettingsGrain, IRemindable
{
    public Task Set(string value)
    {
        state.State.Value = value;
        return state.WriteStateAsync();
    }

    public async Task<string> Get()
    {
        await state.ReadStateAsync();
        return state.State.Value;
    }

    public Task Clear() => state.ClearStateAsync();

    public async Task<int> Remind(string name)
    {
        await this.RegisterOrUpdateReminder(name, TimeSpan.FromHours(1), TimeSpan.FromHours(1));
        return (await this.GetReminders()).Count;
    }

    public async Task<int> Forget(string name)
    {
        await this.UnregisterReminder((await this.GetReminder(name))!);
        return (await this.GetReminders()).Count;
    }

    public Task ReceiveReminder(string reminderName, TickStatus status) => Task.CompletedTask;
}

/// <summary>Our statements for Orleans' providers, exercised by Orleans itself: two silos that find each other, state, reminders.</summary>
public sealed class OrleansDatabaseFacts(Database database) : IClassFixture<Database>, IAsyncLifetime
{
    private readonly List<IHost> _silos = [];

    public async ValueTask InitializeAsync()
    {
        for (var i = 0; i < 2; i++) _silos.Add(await StartSiloAsync());
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var silo in _silos)
        {
            await silo.StopAsync();
            silo.Dispose();
        }
    }

    [Fact]
    public async Task Two_silos_find_each_other_through_the_database()
    {
        var management = _silos[0].Services.GetRequiredService<IGrainFactory>().GetGrain<IManagementGrain>(0);
        (await management.GetHosts(onlyActive: true)).Count.ShouldBe(2);

        var third = await StartSiloAsync();
        (await management.GetHosts(onlyActive: true)).Count.ShouldBe(3);
        await third.StopAsync();
        third.Dispose();
        (await management.GetHosts(onlyActive: true)).Count.ShouldBe(2);
    }

    [Fact]
    public async Task State_is_kept_and_seen_from_the_other_silo()
    {
        using var _ = RoomCluster.As(RoomCluster.Staff("t"));
        await Grain(0, "a").Set("een");
        await Grain(1, "a").Set("twee");

        (await Grain(1, "a").Get()).ShouldBe("twee");
        (await Grain(0, "b").Get()).ShouldBe("");
        await Grain(0, "a").Clear();
        (await Grain(1, "a").Get()).ShouldBe("");
        await Grain(1, "a").Set("drie");
        (await Grain(0, "a").Get()).ShouldBe("drie");
    }

    [Fact]
    public async Task A_write_on_outdated_state_is_refused()
    {
        var storage = _silos[0].Services.GetRequiredKeyedService<IGrainStorage>("settings");
        var id = GrainId.Create("test", $"t/{Guid.NewGuid():N}");
        var (mine, theirs) = (new GrainState<Setting>(new Setting { Value = "mine" }), new GrainState<Setting>(new Setting { Value = "theirs" }));
        await storage.WriteStateAsync("s", id, mine);

        await Should.ThrowAsync<InconsistentStateException>(storage.WriteStateAsync("s", id, theirs));
        theirs.ETag = "7";
        await Should.ThrowAsync<InconsistentStateException>(storage.WriteStateAsync("s", id, theirs));
        await Should.ThrowAsync<InconsistentStateException>(storage.ClearStateAsync("s", id, theirs));

        await storage.ReadStateAsync("s", id, theirs);
        theirs.State.ShouldNotBeNull().Value.ShouldBe("mine");
    }

    [Fact]
    public async Task Reminders_are_kept_replaced_and_removed()
    {
        using var _ = RoomCluster.As(RoomCluster.Staff("t"));
        (await Grain(0, "r").Remind("a")).ShouldBe(1);
        (await Grain(0, "r").Remind("b")).ShouldBe(2);
        (await Grain(0, "r").Remind("a")).ShouldBe(2);

        (await database.ScalarAsync<int>("select version from OrleansRemindersTable where ReminderName = 'a'")).ShouldBe(1);
        (await Grain(1, "r").Forget("a")).ShouldBe(1);
    }

    private ISettingsGrain Grain(int silo, string id) => _silos[silo].Services.GetRequiredService<IGrainFactory>().GetGrain<ISettingsGrain>($"t/{id}");

    private async Task<IHost> StartSiloAsync()
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
