using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Platform;
using Microsoft.Extensions.DependencyInjection;

namespace Balie.Grains.Tests.Platform;

/// <summary>The way from a room to the web nodes that watch it.</summary>
public sealed class LiveFeedFacts(Database database) : IClassFixture<Database>, IAsyncLifetime
{
    private const string Tenant = "zonnedaal";
    private readonly LiveFeedOptions _standard = new();
    private RoomCluster _cluster = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _cluster = await RoomCluster.StartAsync(database, silo => silo.Services.Configure<LiveFeedOptions>(o => o.Lease = _standard.Lease));

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task A_slow_watcher_holds_up_nobody_and_hears_the_newest_in_order()
    {
        var (slow, quick) = (new Watcher(), new Watcher());
        var released = slow.HoldNext();
        await WatchAsync("v1", slow, quick);

        await TellAsync("v1", View("dossier", 1));
        await slow.Holding.WaitAsync(Ct);
        foreach (var update in new[] { View("dossier", 2), Signal("a"), View("call", 1), View("dossier", 3), Signal("b") })
        {
            await TellAsync("v1", update);
            (await quick.NextAsync(u => u == update, Ct)).ShouldBe(update);
        }

        released.SetResult();
        (await slow.TakeAsync(5, Ct)).ShouldBe(["dossier 1", "signal a", "call 1", "dossier 3", "signal b"]);
    }

    [Fact]
    public async Task A_watcher_that_says_nothing_any_more_is_forgotten()
    {
        var (dead, alive) = (new Watcher(), new Watcher());
        await WatchAsync("v2", dead, alive);
        await TellAsync("v2", View("call", 1));
        await dead.NextAsync(u => u.Version == 1, Ct);

        _cluster.Clock.Advance(_standard.Lease);
        await WatchAsync("v2", alive);
        _cluster.Clock.Advance(TimeSpan.FromTicks(1));
        await TellAsync("v2", View("call", 2));
        await alive.NextAsync(u => u.Version == 2, Ct);
        (await WatchAsync("v2", dead)).ShouldBeFalse("it is told that something may have gone past it");
        (await WatchAsync("v2", dead)).ShouldBeTrue();
        await TellAsync("v2", View("call", 3));

        (await dead.NextAsync(u => u.Version > 1, Ct)).Version.ShouldBe(3, "what was said while it was forgotten went past it");
    }

    [Fact]
    public async Task Who_left_hears_nothing_more()
    {
        var (gone, here) = (new Watcher(), new Watcher());
        await WatchAsync("v3", gone, here);

        using (Edge()) await Feed("v3").Leave(gone.Reference(_cluster));
        await TellAsync("v3", View("call", 1));

        await here.NextAsync(u => u.Version == 1, Ct);
        gone.Heard.ShouldBe(0);
    }

    /// <summary>The feed has just opened where its silo's death brought it; rooms found it before its watchers did.</summary>
    [Fact]
    public async Task What_a_feed_hears_as_it_opens_reaches_those_who_come_back_to_it()
    {
        foreach (var update in new[] { Signal("a"), View("call", 4), Signal("b"), View("call", 5) }) await TellAsync("v4", update);
        var (first, second, late) = (new Watcher(), new Watcher(), new Watcher());

        await WatchAsync("v4", first, second);

        (await first.TakeAsync(3, Ct)).ShouldBe(["signal a", "call 5", "signal b"]);
        (await second.TakeAsync(3, Ct)).ShouldBe(["signal a", "call 5", "signal b"]);
        _cluster.Clock.Advance(_standard.ComingBack);
        await WatchAsync("v4", late);
        await TellAsync("v4", View("call", 6));
        (await late.TakeAsync(1, Ct)).ShouldBe(["call 6"]);
    }

    [Fact]
    public async Task What_a_watcher_could_not_take_is_said_again()
    {
        var watcher = new Watcher { Refusals = 2 };
        await WatchAsync("v5", watcher);

        await TellAsync("v5", Signal("a"));

        await _cluster.UntilAsync(() => Task.FromResult(watcher.Heard == 3), "it refused twice");
        (await watcher.TakeAsync(1, Ct)).ShouldBe(["signal a"]);
    }

    [Fact]
    public async Task A_watcher_that_was_cut_off_hears_as_it_watches_again_that_something_was_given_up()
    {
        var watcher = new Watcher { Refusals = int.MaxValue };
        await WatchAsync("v6", watcher);
        await TellAsync("v6", Signal("offer"));

        await _cluster.UntilAsync(async () => !await WatchAsync("v6", watcher), "nothing else is said, and it is told all the same");

        (await WatchAsync("v6", watcher)).ShouldBeTrue("once");
    }

    private static LiveUpdate View(string room, long version) => new() { Room = room, Version = version, View = "view" };

    private static LiveUpdate Signal(string what) => new() { Room = "signal", Version = 0, View = what, To = "p1", Id = Guid.NewGuid() };

    private static IDisposable Edge() => RoomCluster.As(Caller.System(Tenant, "live"));

    private ILiveFeedGrain Feed(string visit) => _cluster.Grain<ILiveFeedGrain>(Tenant, visit);

    private async Task TellAsync(string visit, LiveUpdate update)
    {
        using var _ = Edge();
        await Feed(visit).Tell(update);
    }

    /// <summary>True when the feed knew all of them.</summary>
    private async Task<bool> WatchAsync(string visit, params Watcher[] watchers)
    {
        using var _ = Edge();
        var known = true;
        foreach (var watcher in watchers) known &= await Feed(visit).Watch(watcher.Reference(_cluster));
        return known;
    }

    /// <summary>A web node's ear that can be slow, or refuse.</summary>
    private sealed class Watcher : ILiveWatcher
    {
        private readonly System.Threading.Channels.Channel<LiveUpdate> _updates = System.Threading.Channels.Channel.CreateUnbounded<LiveUpdate>();
        private readonly TaskCompletionSource _holding = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private TaskCompletionSource? _release;
        private ILiveWatcher? _reference;
        private int _heard;

        public Task Holding => _holding.Task;

        public int Heard => Volatile.Read(ref _heard);

        public int Refusals { get; init; }

        public ILiveWatcher Reference(RoomCluster cluster) => _reference ??= cluster.Cluster.Client.CreateObjectReference<ILiveWatcher>(this);

        /// <summary>The next update is not received before this is set.</summary>
        public TaskCompletionSource HoldNext() => _release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        public async Task Hear(LiveUpdate update)
        {
            if (Interlocked.Increment(ref _heard) <= Refusals) throw new InvalidOperationException("not now");
            if (Interlocked.Exchange(ref _release, null) is { } release)
            {
                _holding.SetResult();
                await release.Task;
            }

            _updates.Writer.TryWrite(update);
        }

        public async Task<LiveUpdate> NextAsync(Func<LiveUpdate, bool> fits, CancellationToken ct)
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
            limit.CancelAfter(TimeSpan.FromSeconds(20));
            while (true)
            {
                if (await _updates.Reader.ReadAsync(limit.Token) is var update && fits(update)) return update;
            }
        }

        public async Task<string[]> TakeAsync(int count, CancellationToken ct)
        {
            var taken = new List<string>();
            while (taken.Count < count)
            {
                var update = await NextAsync(_ => true, ct);
                taken.Add($"{update.Room} {(update.Version == 0 ? update.View : update.Version)}");
            }

            return [.. taken];
        }
    }
}
