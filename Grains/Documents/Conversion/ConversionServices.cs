using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Balie.Grains.Documents.Conversion;

/// <summary>Registration of this node's document workers.</summary>
public static class ConversionServices
{
    /// <summary>Adds one <see cref="OfficeWorker"/>, ended with the host; its folder is <c>office</c> in the data folder.</summary>
    public static IServiceCollection AddBalieConversion(this IServiceCollection services, string dataFolder)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(s => new OfficeWorker(new OfficeOptions { Folder = Path.Combine(dataFolder, "office") },
            s.GetRequiredService<TimeProvider>(), s.GetRequiredService<ILogger<OfficeWorker>>()));
        return services.AddHostedService(s => s.GetRequiredService<OfficeWorker>());
    }
}
