using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Balie.Grains.Recording;

/// <summary>Registers the Recording room.</summary>
public static class RecordingRoom
{
    public static IServiceCollection AddRecordingRoom(this IServiceCollection services)
    {
        services.TryAddSingleton<RecordingTimelines>();
        return services;
    }
}
