using Balie.Grains.Interfaces.Platform;

namespace Balie.Grains.Tests.Platform;

public sealed class FilterFacts(Database database) : IClassFixture<Database>, IAsyncLifetime
{
    private const string Tenant = "zonnedaal";
    private RoomCluster _cluster = null!;

    public async ValueTask InitializeAsync() => _cluster = await RoomCluster.StartAsync(database);

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task Without_a_caller_nothing_answers()
    {
        await Denied(() => Book("v1").Lines());
    }

    [Fact]
    public async Task Staff_of_another_municipality_is_refused()
    {
        using var _ = RoomCluster.As(RoomCluster.Staff("rivierbeke"));
        await Denied(() => Book("v1").Lines());
    }

    [Fact]
    public async Task A_participant_stays_within_their_visit()
    {
        using var _ = RoomCluster.As(RoomCluster.Participant(Tenant, "v1"));
        (await Book("v1").Lines()).ShouldBeEmpty();
        await Denied(() => Book("v2").Lines());
    }

    [Fact]
    public async Task A_kind_that_is_not_named_is_refused()
    {
        using var _ = RoomCluster.As(Caller.Visitor(Tenant));
        await Denied(() => Book("v1").Lines());
    }

    [Fact]
    public async Task A_role_that_is_asked_for_is_needed()
    {
        using (RoomCluster.As(RoomCluster.Staff(Tenant))) await Denied(() => Book("v1").Burn());
        using (RoomCluster.As(RoomCluster.Staff(Tenant, "carla.jacobs", StaffRole.Manager))) await Book("v1").Burn();
    }

    [Fact]
    public async Task A_method_that_says_nothing_is_callable_by_nobody()
    {
        using var _ = RoomCluster.As(RoomCluster.Staff(Tenant, "carla.jacobs", StaffRole.Manager));
        await Denied(() => Book("v1").Forgotten());
    }

    private INotebookGrain Book(string id) => _cluster.Grain<INotebookGrain>(Tenant, id);

    private static async Task Denied(Func<Task> call) => (await Should.ThrowAsync<BalieException>(call)).Error.Code.ShouldBe("access.denied");
}
