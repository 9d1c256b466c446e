using Balie.Grains.Interfaces.Signing;
using Balie.Grains.Platform;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Balie.Grains.Signing;

/// <summary>Registers the Signing room.</summary>
public static class SigningRoom
{
    /// <summary>
    /// Adds the seals (folder <c>Balie:Seals</c>), the sealer and the maker of reports. Needs the platform with its blob store, and the
    /// document workers (<c>AddBalieConversion</c>).
    /// </summary>
    public static IServiceCollection AddSigningRoom(this IServiceCollection services)
    {
        services.TryAddSingleton(s => new SealOptions(s.GetRequiredService<IConfiguration>()["Balie:Seals"], s.GetRequiredService<IHostEnvironment>().IsDevelopment()));
        services.TryAddSingleton<SealFolder>();
        services.AddHostedService(s => s.GetRequiredService<SealFolder>());
        services.TryAddSingleton<ISealKeys>(s => s.GetRequiredService<SealFolder>());
        services.TryAddSingleton(s => ActivatorUtilities.CreateInstance<SignatureSealer>(s));
        services.TryAddSingleton<ISignatureReader>(s => ActivatorUtilities.CreateInstance<SignatureReader>(s));
        services.TryAddSingleton(s => ActivatorUtilities.CreateInstance<ReportRenderer>(s));
        services.AddSingleton<IOutboxHandler>(s => ActivatorUtilities.CreateInstance<ReportRenderHandler>(s));
        return services;
    }
}
