using Balie.Grains.Platform;
using Balie.Grains.Recording.Media;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Balie.Grains.Recording;

/// <summary>Registers the Recording room.</summary>
public static class RecordingRoom
{
    public static IServiceCollection AddRecordingRoom(this IServiceCollection services)
    {
        services.TryAddSingleton<RecordingTimelines>();
        return services;
    }

    /// <summary>The work on the node that holds the raw tracks (role <c>media</c>): storing segments and composing.</summary>
    public static IServiceCollection AddRecordingWork(this IServiceCollection services, string dataFolder)
    {
        services.AddSingleton(new RecordingFolders(Path.Combine(dataFolder, "recording-work")));
        services.AddSingleton(s => new MediaJobs(s.GetRequiredService<ILogger<MediaJobs>>()));
        services.AddSingleton<IHostedService>(s => s.GetRequiredService<MediaJobs>());
        services.AddSingleton<SegmentKeeper>();
        services.AddSingleton<RecordingExporter>();
        services.AddSingleton<IOutboxHandler, StoreSegmentHandler>();
        services.AddSingleton<IOutboxHandler, ComposeRecordingHandler>();
        return services;
    }
}
