using System.Reflection;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Platform;

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

    [Theory]
    [MemberData(nameof(Methods))]
    public void Every_grain_method_says_who_may_call_it_and_nobody_else_may(string method)
    {
        var rule = All[method].GetCustomAttribute<AllowAttribute>().ShouldNotBeNull("a method without [Allow] is callable by nobody");
        rule.Kinds.ShouldNotBeEmpty();
        foreach (var kind in Enum.GetValues<CallerKind>())
        {
            var caller = new Caller { Kind = kind, Tenant = Tenant, Id = "x", Visit = "v1", Roles = [StaffRole.Officer, StaffRole.Manager] };
            TenantFilter.MayCall(rule, caller, $"{Tenant}/v1").ShouldBe(rule.Kinds.Contains(kind), $"{kind}");
            if (kind == CallerKind.Operator) continue;
            TenantFilter.MayCall(rule, caller, "rivierbeke/v1").ShouldBeFalse("another municipality");
            TenantFilter.MayCall(rule, caller, Tenant).ShouldBeFalse("no key of ours");
            TenantFilter.MayCall(rule, caller, $"{Tenant}/v1/v1").ShouldBeFalse("no key of ours");
            if (kind == CallerKind.Participant) TenantFilter.MayCall(rule, caller, $"{Tenant}/v2").ShouldBe(rule.AnyVisit && rule.Kinds.Contains(kind), "another visit");
        }
    }

    public static TheoryData<string> Methods => [.. All.Keys];

    private static Dictionary<string, MethodInfo> All { get; } = typeof(IDomainEvent).Assembly.GetTypes()
        .Where(t => t.IsInterface && t.IsAssignableTo(typeof(IGrainWithStringKey)))
        .SelectMany(t => t.GetMethods()).ToDictionary(m => $"{m.DeclaringType!.Name}.{m.Name}");

    private INotebookGrain Book(string id) => _cluster.Grain<INotebookGrain>(Tenant, id);

    private static async Task Denied(Func<Task> call) => (await Should.ThrowAsync<BalieException>(call)).Error.Code.ShouldBe("access.denied");
}
