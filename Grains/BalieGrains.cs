using Balie.Grains.Platform;
using Orleans.Hosting;

namespace Balie.Grains;

/// <summary>All rooms of the house; each adds what is its own.</summary>
public static class BalieGrains
{
    public static ISiloBuilder AddBalieGrains(this ISiloBuilder silo)
    {
        silo.AddBaliePlatform();
        // One line a room.
        return silo;
    }
}
