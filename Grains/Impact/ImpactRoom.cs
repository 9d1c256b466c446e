using Balie.Grains.Platform;
using Microsoft.Extensions.DependencyInjection;

namespace Balie.Grains.Impact;

/// <summary>Registers the Impact room.</summary>
public static class ImpactRoom
{
    public static IServiceCollection AddImpactRoom(this IServiceCollection services)
    {
        services.AddSingleton<ImpactLedger>();
        services.AddSingleton<IOutboxHandler, ImpactHandler>();
        return services;
    }
}
