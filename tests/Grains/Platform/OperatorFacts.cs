using Balie.Grains.Calls;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Platform;
using Microsoft.Extensions.Logging.Abstractions;

namespace Balie.Grains.Tests.Platform;

public sealed class OperatorFacts(Database database) : IClassFixture<Database>, IAsyncLifetime
{
    private RoomCluster _rooms = null!;

    public async ValueTask InitializeAsync()
    {
        await database.ExecuteAsync("truncate outbox, node_report, call_waiting");
        _rooms = await RoomCluster.StartAsync(database);
    }

    public ValueTask DisposeAsync() => _rooms.DisposeAsync();

    private NodeReporter Reporter(string name, params INodeFigures[] sources) =>
        new(database.Source, new JournalClock(_rooms.Clock), new NodeIdentity(name, "rooms, media"), sources, NullLogger<NodeReporter>.Instance);

    private async Task<ClusterHealth> HealthAsync()
    {
        using var _ = RoomCluster.As(new Caller { Kind = CallerKind.Operator, Tenant = "", Id = "op" });
        return await _rooms.Cluster.Client.GetGrain<IOperatorGrain>(IOperatorGrain.Key).Health(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task The_operator_sees_processes_calls_and_messages_and_no_content()
    {
        await Reporter("a:1", new Fixed(new Figure("balie.media.up", 1))).ReportAsync(TestContext.Current.CancellationToken);
        await database.ExecuteAsync("insert into call_waiting values ('zonnedaal', 'v1', null, 0, true), ('rivierbeke', 'v2', '2026-07-06 07:50Z', 2, false)");
        await database.ExecuteAsync("""
            insert into outbox (tenant, stream, kind, payload, idempotency_key, created_at, not_before, attempts, last_error, dead_at) values
              ('zonnedaal', 'a/1', 'mail', 'geheim', 'k1', '2026-07-06 07:59Z', '2026-07-06 07:59Z', 0, null, null),
              ('zonnedaal', 'a/2', 'mail', 'geheim', 'k2', '2026-07-06 07:00Z', '2026-07-06 07:00Z', 12, 'SmtpCommandException', '2026-07-06 07:30Z')
            """);

        var health = await HealthAsync();

        health.ActiveSilos.ShouldBe(1);
        health.DatabaseMilliseconds.ShouldNotBeNull();
        var node = health.Nodes.ShouldHaveSingleItem();
        (node.Name, node.Roles, node.SeenAt).ShouldBe(("a:1", "rooms, media", RoomCluster.Start));
        node.Figures.ShouldBe([new Figure("balie.media.up", 1)]);
        var figures = health.Figures.ToDictionary(f => f.Name, f => f.Value);
        (figures[CallFigures.Running], figures[CallFigures.Tenants], figures[CallFigures.Waiting], figures[CallFigures.LongestWait]).ShouldBe((1, 1, 2, 600));
        (figures[OperatorGrain.OutboxDue], figures[OperatorGrain.OutboxOldest]).ShouldBe((1, 60));
        health.Dead.ShouldHaveSingleItem().ShouldBe(new DeadLetters("mail", 1, new(2026, 7, 6, 7, 30, 0, TimeSpan.Zero), "SmtpCommandException"));
    }

    [Fact]
    public async Task A_process_that_leaves_on_purpose_is_no_longer_shown()
    {
        var reporter = Reporter("a:1");
        await reporter.ReportAsync(TestContext.Current.CancellationToken);
        (await HealthAsync()).Nodes.Length.ShouldBe(1);
        await reporter.StopAsync(TestContext.Current.CancellationToken);
        (await HealthAsync()).Nodes.ShouldBeEmpty();
    }

    [Fact]
    public async Task Staff_have_no_business_here()
    {
        using var _ = RoomCluster.As(RoomCluster.Staff("zonnedaal"));
        await Should.ThrowAsync<BalieException>(() => _rooms.Cluster.Client.GetGrain<IOperatorGrain>(IOperatorGrain.Key).Health());
    }

    private sealed class Fixed(params Figure[] figures) : INodeFigures
    {
        public IEnumerable<Figure> Read() => figures;
    }
}
