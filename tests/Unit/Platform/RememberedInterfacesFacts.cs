using Balie.Grains.Interfaces.Platform;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Metadata;
using Orleans.Runtime;
using Orleans.Serialization;
using Orleans.Serialization.TypeSystem;

namespace Balie.Unit.Tests.Platform;

/// <summary>Grains keep the names that Orleans gives them, and it works each out once.</summary>
public sealed class RememberedInterfacesFacts
{
    private static readonly IReadOnlyList<Type> Interfaces = [.. typeof(ILiveFeedGrain).Assembly.GetTypes().Where(type => type.IsInterface && type.IsAssignableTo(typeof(IAddressable)))];

    [Fact]
    public void Every_grain_interface_keeps_its_name()
    {
        var orleans = Resolver(new ServiceCollection());
        var services = new ServiceCollection();
        services.RememberGrainInterfaces();
        var ours = Resolver(services);

        Interfaces.ShouldContain(typeof(ILiveFeedGrain));
        Interfaces.Select(ours.GetGrainInterfaceType).ShouldBe(Interfaces.Select(orleans.GetGrainInterfaceType));
    }

    [Fact]
    public void Each_name_is_worked_out_once()
    {
        var asked = new Asked();
        var services = new ServiceCollection();
        // What others add comes before and after.
        services.AddSingleton<IGrainInterfaceTypeProvider>(asked);
        services.RememberGrainInterfaces();
        var ours = Resolver(services);

        for (var i = 0; i < 3; i++) ours.GetGrainInterfaceType(typeof(ILiveFeedGrain)).ShouldBe(GrainInterfaceType.Create("asked"));

        asked.Times.ShouldBe(1);
    }

    private static GrainInterfaceTypeResolver Resolver(IServiceCollection services)
    {
        services.AddSerializer();
        services.AddSingleton<IGrainInterfaceTypeProvider, AttributeGrainInterfaceTypeProvider>();
        var built = services.BuildServiceProvider();
        return new GrainInterfaceTypeResolver(built.GetServices<IGrainInterfaceTypeProvider>(), built.GetRequiredService<TypeConverter>());
    }

    private sealed class Asked : IGrainInterfaceTypeProvider
    {
        public int Times { get; private set; }

        public bool TryGetGrainInterfaceType(Type type, out GrainInterfaceType grainInterfaceType)
        {
            Times++;
            grainInterfaceType = GrainInterfaceType.Create("asked");
            return true;
        }
    }
}
