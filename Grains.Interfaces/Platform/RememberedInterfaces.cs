using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Metadata;
using Orleans.Runtime;
using Orleans.Serialization.TypeSystem;

namespace Balie.Grains.Interfaces.Platform;

/// <summary>
/// What Orleans calls each grain interface, worked out once. Orleans reads attributes by reflection and formats the type's name anew each time somebody asks for a grain,
/// which takes five times as long as the rest of it.
/// </summary>
public sealed class RememberedInterfaces(IServiceProvider services) : IGrainInterfaceTypeProvider
{
    private readonly ConcurrentDictionary<Type, GrainInterfaceType> _known = new();
    private readonly Lazy<GrainInterfaceTypeResolver> _others = new(() => new GrainInterfaceTypeResolver(
        services.GetServices<IGrainInterfaceTypeProvider>().Where(provider => provider is not RememberedInterfaces), services.GetRequiredService<TypeConverter>()));

    public bool TryGetGrainInterfaceType(Type type, out GrainInterfaceType grainInterfaceType)
    {
        grainInterfaceType = _known.GetOrAdd(type, static (type, others) => others.Value.GetGrainInterfaceType(type), _others);
        return true;
    }
}

/// <summary>Wires what silos and their clients share.</summary>
public static class PlatformClient
{
    /// <summary>The first that Orleans asks is the one that it follows.</summary>
    public static void RememberGrainInterfaces(this IServiceCollection services) =>
        services.Insert(0, ServiceDescriptor.Singleton<IGrainInterfaceTypeProvider, RememberedInterfaces>());
}
