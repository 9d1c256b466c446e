using Balie.Grains.Interfaces.Tenancy;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Balie.Grains.Tenancy;

/// <summary>Registers the Tenancy room.</summary>
public static class TenancyRoom
{
    /// <summary>
    /// Reads <c>Balie:Examples</c> (in Development on by default) and <c>Balie:ExamplesFolder</c>; the municipalities to practise with are set up when the
    /// silo has started.
    /// </summary>
    /// <param name="examples">False on a silo that hosts no rooms: others set them up.</param>
    public static IServiceCollection AddTenancyRoom(this IServiceCollection services, bool examples = true)
    {
        services.AddSingleton(s => Options(s.GetRequiredService<IConfiguration>(), s.GetService<IHostEnvironment>()));
        services.AddSingleton<TenantRegister>();
        services.AddSingleton<ITenantDirectory>(s => s.GetRequiredService<TenantRegister>());
        services.AddHostedService<TenantRegisterLoop>();
        if (examples) services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, ExampleMunicipalities>();
        return services;
    }

    private static TenancyOptions Options(IConfiguration configuration, IHostEnvironment? environment)
    {
        var options = new TenancyOptions { Examples = configuration.GetValue("Balie:Examples", environment?.IsDevelopment() ?? false) };
        return configuration["Balie:ExamplesFolder"] is { Length: > 0 } folder ? options with { ExamplesFolder = folder } : options;
    }
}
