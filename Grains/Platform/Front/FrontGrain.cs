using System.Collections.Immutable;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Interfaces.Tenancy;
using Orleans.Concurrency;

namespace Balie.Grains.Platform.Front;

/// <summary>Answers fronts from what this silo has anyway. Keeps nothing, so each silo with rooms has its own.</summary>
[StatelessWorker]
public sealed class FrontGrain(IJournal journal, ITenantDirectory tenants, IJournalHeads heads, ICookieKeyVault cookies, StoreTickets tickets) : Grain, IFrontGrain
{
    public Task Ready(CancellationToken ct = default) => journal.FindCommandAsync(FrontCaller.Cluster, Guid.Empty, ct);

    public Task<ImmutableArray<NamedTenant>> Tenants(CancellationToken ct = default) =>
        Task.FromResult<ImmutableArray<NamedTenant>>([.. tenants.Tenants.Select(t => new NamedTenant(t.Code, t.Name))]);

    public async Task<ImmutableArray<VisitHeads>> Heads(ImmutableArray<string> visits, CancellationToken ct = default) =>
        [.. (await heads.HeadsAsync([.. visits.Select(GrainKey.Parse)], ct)).Select(h => new VisitHeads(h.Key.ToString(), h.Value.ToImmutableDictionary()))];

    // DataProtection's own interface waits for its store; off the grain's thread it holds up nobody.
    public Task<ImmutableArray<string>> CookieKeys(CancellationToken ct = default) => Task.Run(cookies.Open, ct);

    public Task KeepCookieKey(string name, string xml, CancellationToken ct = default) => Task.Run(() => cookies.Keep(name, xml), ct);

    public Task<StorePass> Pass(StoreRequest request, CancellationToken ct = default) => Task.FromResult(tickets.Issue(request));
}

/// <summary>The keys of the login cookies, opened and wrapped for fronts that have no master key. Implemented by the host, which keeps them.</summary>
public interface ICookieKeyVault
{
    /// <summary>XML of every key, with its secret in the clear.</summary>
    ImmutableArray<string> Open();

    /// <summary>Wraps what DataProtection marked as secret, and keeps it.</summary>
    void Keep(string name, string xml);
}
