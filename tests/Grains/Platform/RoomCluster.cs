using System.Threading.Channels;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Platform;
using Balie.Grains.Platform.Keys;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Orleans.Hosting;
using Orleans.Reminders;
using Orleans.TestingHost;

namespace Balie.Grains.Tests.Platform;

/// <summary>
/// One silo in this process with the real journal on the test class's database, live feeds, the call filter and a clock that the test moves. Grain timers
/// and reminders follow that clock too.
/// </summary>
public sealed class RoomCluster : IAsyncDisposable
{
    private readonly InProcessTestCluster _cluster;

    private RoomCluster(InProcessTestCluster cluster, FakeTimeProvider clock, Database database) => (_cluster, Clock, Database) = (cluster, clock, database);

    /// <summary>Monday 6 July 2026, 08:00 UTC (10:00 in Brussels) at the start.</summary>
    public static DateTimeOffset Start { get; } = new(2026, 7, 6, 8, 0, 0, TimeSpan.Zero);

    public FakeTimeProvider Clock { get; }

    public Database Database { get; }

    public InProcessTestCluster Cluster => _cluster;

    /// <summary>Services of the silo, for what grains have injected.</summary>
    public IServiceProvider Services => _cluster.Silos[0].ServiceProvider;

    public IJournal Journal => Services.GetRequiredService<IJournal>();

    /// <param name="database">The class's database.</param>
    /// <param name="configure">What the test's room needs: its services, an <see cref="EventAssembly"/>, stand-ins for the outside world.</param>
    public static async Task<RoomCluster> StartAsync(Database database, Action<ISiloBuilder>? configure = null)
    {
        var clock = new FakeTimeProvider(Start);
        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureSilo((_, silo) =>
        {
            silo.Configuration["Balie:Examples"] = "false";
            silo.Services.AddKeyedSingleton<TimeProvider>(TimeProviderNames.Grains, clock);
            silo.Services.AddKeyedSingleton<TimeProvider>(ReminderTimeProviderNames.Reminders, new ReminderClock(clock));
            silo.Services.AddSingleton(database.Source);
            silo.Services.AddSingleton(new JournalClock(clock));
            silo.Services.AddSingleton<IKeyRing, MemoryKeyRing>();
            silo.AddMemoryGrainStorage("settings");
            silo.UseInMemoryReminderService();
            // The clock jumps by days; an ear stays.
            silo.Services.Configure<LiveFeedOptions>(o => o.Lease = TimeSpan.FromDays(10_000));
            silo.AddBalieGrains();
            configure?.Invoke(silo);
        });
        var cluster = builder.Build();
        await cluster.DeployAsync();
        return new RoomCluster(cluster, clock, database);
    }

    /// <summary>A grain, to be called inside <see cref="As"/>.</summary>
    public TGrain Grain<TGrain>(string tenant, string id)
        where TGrain : IGrainWithStringKey => _cluster.Client.GetGrain<TGrain>(GrainKey.Of(tenant, id).ToString());

    /// <summary>Brings a room of a visit to where a test begins: by what is in its journal.</summary>
    public Task SeedAsync(string tenant, string visit, string room, params IDomainEvent[] events) => SeedAsync(tenant, visit, room, 0, events);

    /// <summary>The same behind what is there already.</summary>
    public async Task SeedAsync(string tenant, string visit, string room, long version, params IDomainEvent[] events)
    {
        if (events.Length == 0) return;
        var key = await Services.GetRequiredService<IKeyRing>().DossierKeyAsync(tenant, visit);
        var serializer = Services.GetRequiredService<EventSerializer>();
        var write = new JournalWrite { Tenant = tenant, CommandId = Guid.NewGuid(), Actor = "system:test", PayloadHash = [0], At = Journal.Now };
        write.Appends.Add(new PendingAppend { Stream = $"{room}/{visit}", ExpectedVersion = version, Events = [.. events.Select(e => serializer.Serialize(e, key))] });
        await Journal.AppendAsync(write, TestContext.Current.CancellationToken);
    }

    /// <summary>Moves the clock little by little, so that timers go on, until it is so; fails after a minute.</summary>
    /// <param name="step">Time that passes between two looks; a tenth of a second unless told otherwise.</param>
    public async Task UntilAsync(Func<Task<bool>> isSo, string what, TimeSpan? step = null)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(1));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!await isSo())
        {
            Clock.Advance(step ?? TimeSpan.FromMilliseconds(100));
            limit.IsCancellationRequested.ShouldBeFalse(what);
            await timer.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    /// <summary>Calls made inside the block are this caller's.</summary>
    public static IDisposable As(Caller caller)
    {
        var before = Caller.Current;
        Caller.Current = caller;
        return new Restore(before);
    }

    public static Caller Staff(string tenant, string id = "an.peeters", params string[] roles) =>
        new() { Kind = CallerKind.Staff, Tenant = tenant, Id = id, Name = "An Peeters", Roles = [.. roles.DefaultIfEmpty(StaffRole.Officer)], Session = $"s-{id}" };

    public static Caller Participant(string tenant, string visit, string id = "p1", string session = "s1") =>
        new() { Kind = CallerKind.Participant, Tenant = tenant, Id = id, Visit = visit, Session = session, Name = "Gerrit Maes" };

    /// <summary>What the live feed says about a visit (or "queue"), from now on.</summary>
    public async Task<LiveEar> ListenAsync(string tenant, string id)
    {
        var ear = new LiveEar();
        using var _ = As(Caller.System(tenant, "live"));
        await Grain<ILiveFeedGrain>(tenant, id).Watch(_cluster.Client.CreateObjectReference<ILiveWatcher>(ear));
        return ear;
    }

    public async ValueTask DisposeAsync() => await _cluster.DisposeAsync();

    private sealed class Restore(Caller? before) : IDisposable
    {
        public void Dispose() => Caller.Current = before;
    }
}

/// <summary>
/// The test's clock, but each look at it takes a tick. Orleans waits for a reminder's moment in whole milliseconds and looks again, at once and without end when it is less than one
/// away and the clock stands still.
/// </summary>
internal sealed class ReminderClock(TimeProvider clock) : TimeProvider
{
    private long _looks;

    public override long TimestampFrequency => clock.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => clock.GetUtcNow().AddTicks(Interlocked.Increment(ref _looks));

    public override long GetTimestamp() => clock.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => clock.CreateTimer(callback, state, dueTime, period);
}

/// <summary>Collects live updates and lets a test wait for one.</summary>
public sealed class LiveEar : ILiveWatcher
{
    private readonly Channel<LiveUpdate> _updates = Channel.CreateUnbounded<LiveUpdate>();

    public Task Hear(LiveUpdate update)
    {
        _updates.Writer.TryWrite(update);
        return Task.CompletedTask;
    }

    /// <summary>The next update that fits; fails after twenty seconds.</summary>
    public async Task<LiveUpdate> NextAsync(Func<LiveUpdate, bool>? fits = null)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (true)
        {
            if (await _updates.Reader.ReadAsync(limit.Token) is var update && (fits?.Invoke(update) ?? true)) return update;
        }
    }
}
