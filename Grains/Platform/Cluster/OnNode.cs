using Balie.Grains.Interfaces.Platform;
using Orleans.Metadata;
using Orleans.Placement;
using Orleans.Runtime;
using Orleans.Runtime.Placement;

namespace Balie.Grains.Platform;

/// <summary>A grain with key <c>{tenant}/{node}</c> that runs on the silo of that name and nowhere else: it works on that machine's disk.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class OnNodeAttribute() : PlacementFilterAttribute(new OnNodeStrategy());

/// <inheritdoc cref="OnNodeAttribute"/>
public sealed class OnNodeStrategy() : PlacementFilterStrategy(order: 1)
{
    public override void AdditionalInitialize(GrainProperties properties)
    {
    }
}

/// <summary>Finds the silo by its name in the membership; none while that node is away, and then the call is refused.</summary>
internal sealed class OnNodeDirector(ISiloStatusOracle membership) : IPlacementFilterDirector
{
    public IEnumerable<SiloAddress> Filter(PlacementFilterStrategy filterStrategy, PlacementTarget target, IEnumerable<SiloAddress> silos)
    {
        var node = GrainKey.Parse(target.GrainIdentity.Key.ToString()!).Id;
        return silos.Where(silo => membership.TryGetSiloName(silo, out var name) && name == node);
    }
}
