using Balie.Grains.Interfaces.Platform;

namespace Balie.Grains.Platform;

/// <summary>Head versions of visits' streams, one look in the journal a tenant.</summary>
public sealed class JournalHeads(IJournal journal) : IJournalHeads
{
    public async Task<IReadOnlyDictionary<GrainKey, IReadOnlyDictionary<string, long>>> HeadsAsync(IReadOnlyCollection<GrainKey> visits, CancellationToken ct = default)
    {
        var found = new Dictionary<GrainKey, IReadOnlyDictionary<string, long>>();
        foreach (var tenant in visits.Distinct().GroupBy(v => v.Tenant))
        {
            var heads = await journal.HeadsAsync(tenant.Key, tenant.SelectMany(v => VisitRooms.Names.Select(r => $"{r}/{v.Id}")), ct);
            foreach (var visit in tenant)
                found[visit] = VisitRooms.Names.Where(r => heads.ContainsKey($"{r}/{visit.Id}")).ToDictionary(r => r, r => heads[$"{r}/{visit.Id}"]);
        }

        return found;
    }
}
