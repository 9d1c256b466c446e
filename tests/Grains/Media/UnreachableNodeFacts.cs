using Balie.Grains.Calls.Media;
using Balie.Grains.Platform;
using Balie.Grains.Platform.Keys;
using Balie.Grains.Tests.Platform;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Balie.Grains.Tests.Media;

/// <summary>A media machine that lost its power says nothing any more, not even that nobody listens there.</summary>
public sealed class UnreachableNodeFacts(Database database) : IClassFixture<Database>
{
    static readonly TimeSpan Real = TimeSpan.FromSeconds(20);

    readonly FakeTimeProvider clock = new();
    readonly RemoteMediaNode node = new("far");

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nobody_waits_long_for_it_and_nobody_behind_another()
    {
        using var hole = new BlackHole();
        node.Learn(hole.Address("far/1"), takesCalls: true);
        await using var client = Client();

        var asked = Enumerable.Range(0, 20).Select(_ => client.CreateSessionAsync(Ct)).ToList();
        clock.Advance(TimeSpan.FromSeconds(3));

        foreach (var one in asked) await Should.ThrowAsync<MediaUnavailableException>(one.WaitAsync(Real, Ct));
        node.Current.ShouldNotBeNull("it may come back");
    }

    [Fact]
    public async Task Who_gives_up_ends_the_attempt_for_nobody_else()
    {
        using var hole = new BlackHole();
        node.Learn(hole.Address("far/1"), takesCalls: true);
        await using var client = Client();
        using var left = new CancellationTokenSource();

        var gone = client.CreateSessionAsync(left.Token);
        var stays = client.CreateSessionAsync(Ct);
        await left.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(gone.WaitAsync(Real, Ct));
        stays.IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task After_the_reclaim_time_its_calls_go_elsewhere()
    {
        using var hole = new BlackHole();
        node.Learn(hole.Address("far/1"), takesCalls: true);
        var died = new List<string>();
        node.Died += died.Add;
        await using var client = Client();

        (await AskUntilGoneAsync(client)).ShouldBeGreaterThanOrEqualTo(TimeSpan.FromSeconds(30));
        died.ShouldBe(["far/1"]);
        node.Learn(hole.Address("far/1"), takesCalls: true);
        node.Current.ShouldBeNull("its row says nothing of whether it can be reached");
        node.Learn(hole.Address("far/2"), takesCalls: true);
        node.Current.ShouldNotBeNull("it started anew");
    }

    [Fact]
    public async Task One_try_is_enough_when_nobody_has_spoken_for_it_for_long()
    {
        using var hole = new BlackHole();
        node.Learn(hole.Address("far/1"), takesCalls: false, forsaken: true);
        await using var client = Client();

        (await AskUntilGoneAsync(client)).ShouldBeLessThan(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Fresh_calls_go_to_another_node_once_it_failed()
    {
        using var hole = new BlackHole();
        await using var ownClient = Client();
        await using var pool = new MediaPool(node, ownClient, null!, clock, NullLoggerFactory.Instance);
        node.Learn(hole.Address("own/1"), takesCalls: true);
        pool.Learn([new("far", hole.Address("far/1"), true)]);
        var room = Enumerable.Range(0, 100).Select(i => $"visit-{i}").First(r => pool.Choose(r)!.Node.Current!.Incarnation == "far/1");

        var far = pool.Choose(room)!;
        var asked = far.CreateSessionAsync(Ct);
        await PassAsync(() => far.IsFailing);

        pool.Choose(room).ShouldBe(ownClient);
        await Should.ThrowAsync<MediaUnavailableException>(asked);
        await PassAsync(() => !far.IsFailing);
        pool.Choose(room).ShouldBe(far, "after a while it is worth a try again");
    }

    [Fact]
    public async Task Calls_that_wait_for_a_node_hear_when_one_is_there()
    {
        using var hole = new BlackHole();
        await using var ownClient = Client();
        await using var pool = new MediaPool(node, ownClient, null!, clock, NullLoggerFactory.Instance);
        var start = pool.NextStart;
        pool.Choose("visit").ShouldBeNull();

        pool.Learn([new("other", hole.Address("other/1"), true)]);
        await start.WaitAsync(Real, Ct);
        pool.Choose("visit").ShouldNotBeNull();
        start = pool.NextStart;
        start.IsCompleted.ShouldBeFalse();
        node.Learn(hole.Address("far/1"), takesCalls: true);
        await start.WaitAsync(Real, Ct);
    }

    [Fact]
    public async Task A_silo_that_stops_takes_its_node_out_of_the_register()
    {
        using var hole = new BlackHole();
        node.Learn(hole.Address("here/1"), takesCalls: true);
        await using var client = Client();
        await using var pool = new MediaPool(node, client, null!, clock, NullLoggerFactory.Instance);
        using var register = Register("here", pool, new MasterKey(new byte[32]));

        await register.StoppingAsync(Ct);
        (await ListedAsync()).ShouldBe(1);
        node.Learn(null, takesCalls: false);
        await register.StoppedAsync(Ct);
        (await ListedAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task That_a_node_started_or_ended_is_told_at_once_and_not_at_the_next_look()
    {
        using var hole = new BlackHole();
        await using var client = Client();
        await using var pool = new MediaPool(node, client, null!, clock, NullLoggerFactory.Instance);
        using var register = Register("here", pool, new MasterKey(new byte[32]));
        await register.StartAsync(Ct);
        await UntilAsync(async () => await database.ScalarAsync<long>("select count(*) from media_node where name = 'here' and address is null") == 1);

        node.Learn(hole.Address("here/1"), takesCalls: true);
        await UntilAsync(async () => await ListedAsync() == 1);
        node.Learn(null, takesCalls: false);
        await UntilAsync(async () => await ListedAsync() == 0);

        await register.StopAsync(Ct);
    }

    [Fact]
    public async Task One_node_that_cannot_be_read_hides_no_other_and_one_that_is_gone_is_forgotten()
    {
        using var hole = new BlackHole();
        await using var client = Client();
        await using var pool = new MediaPool(node, client, null!, clock, NullLoggerFactory.Instance);
        await TellAsync("far", new MasterKey(new byte[32]));
        await TellAsync("foreign", new MasterKey([.. Enumerable.Repeat((byte)1, 32)]));
        await database.ExecuteAsync("insert into media_node (name, incarnation, address, leaving, at) values ('gone', null, null, false, '1999-12-01')");

        node.Learn(hole.Address("here/1"), takesCalls: true);
        using var register = Register("here", pool, new MasterKey(new byte[32]));
        await register.StoppingAsync(Ct);

        pool.Find("far/1").ShouldNotBeNull();
        pool.Find("foreign/1").ShouldBeNull();
        (await database.ScalarAsync<long>("select count(*) from media_node where name = 'gone'")).ShouldBe(0);

        async Task TellAsync(string name, MasterKey key)
        {
            node.Learn(hole.Address($"{name}/1"), takesCalls: true);
            await using var others = new MediaPool(node, client, null!, clock, NullLoggerFactory.Instance);
            using var theirs = Register(name, others, key);
            await theirs.StoppingAsync(Ct);
        }
    }

    MediaRegister Register(string name, MediaPool pool, MasterKey key) =>
        new(new NodeName(name), node, pool, database.Source, new JournalClock(clock), key, NullLogger<MediaRegister>.Instance);

    Task<long> ListedAsync() => database.ScalarAsync<long>("select count(*) from media_node where name = 'here' and address is not null");

    JanusClient Client() => new(node, clock, NullLogger<JanusClient>.Instance, TimeSpan.FromSeconds(30));

    /// <returns>How long it took on the test's clock.</returns>
    async Task<TimeSpan> AskUntilGoneAsync(JanusClient client)
    {
        var since = clock.GetUtcNow();
        while (node.Current is not null)
        {
            var asked = client.CreateSessionAsync(Ct);
            await PassAsync(() => asked.IsCompleted);
            await Should.ThrowAsync<MediaUnavailableException>(asked);
        }

        return clock.GetUtcNow() - since;
    }

    /// <summary>The test's clock stands still meanwhile.</summary>
    static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        limit.CancelAfter(Real);
        while (!await condition()) limit.Token.ThrowIfCancellationRequested();
    }

    /// <summary>Moves the clock little by little until it is so.</summary>
    async Task PassAsync(Func<bool> isSo)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        limit.CancelAfter(Real);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (!isSo())
        {
            await timer.WaitForNextTickAsync(limit.Token);
            clock.Advance(TimeSpan.FromMilliseconds(200));
        }
    }
}
