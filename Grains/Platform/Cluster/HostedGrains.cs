using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.Hosting;

namespace Balie.Grains.Platform;

/// <summary>Which grains a silo hosts.</summary>
public static class HostedGrains
{
    /// <summary>
    /// Leaves grain classes out of this silo. A silo that does not announce a class in its manifest is no candidate for it, so nothing else has to know which
    /// silo has which role.
    /// </summary>
    public static ISiloBuilder HostOnly(this ISiloBuilder silo, bool rooms, bool media)
    {
        silo.Services.PostConfigure<GrainTypeOptions>(grains =>
            grains.Classes.RemoveWhere(type => type.Assembly == typeof(HostedGrains).Assembly && !(IsOfMedia(type) ? media : rooms)));
        return silo;
    }

    private static bool IsOfMedia(Type grain) => grain.IsDefined(typeof(OnNodeAttribute), inherit: true);
}
