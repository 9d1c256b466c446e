using Balie.Grains.Calls.Media;
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
        // Before the jobs: what a node that died was working on is a recording in the clear, and nobody will finish it.
        services.AddHostedService<WorkFolderSweep>();
        services.AddSingleton(s => new MediaJobs(s.GetRequiredService<ILogger<MediaJobs>>()));
        services.AddSingleton<IHostedService>(s => s.GetRequiredService<MediaJobs>());
        services.AddSingleton<SegmentKeeper>();
        services.AddSingleton<PlayableMaker>();
        services.AddSingleton<RecordingExporter>();
        services.AddSingleton<IOutboxHandler, StoreSegmentHandler>();
        services.AddSingleton<IOutboxHandler, MakePlayableHandler>();
        services.AddSingleton<IOutboxHandler, ComposeRecordingHandler>();
        return services;
    }
}

/// <summary>Empties this node's work folder when it starts, and ends the tools that still work in it: their Balie was killed.</summary>
internal sealed class WorkFolderSweep(RecordingFolders folders) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        var work = new DirectoryInfo(folders.Work);
        if (!work.Exists) return Task.CompletedTask;
        foreach (var left in HostProcess.WorkingUnder(work.FullName).ToList()) left.Signal(HostProcess.Kill);
        foreach (var left in work.EnumerateDirectories()) left.Delete(recursive: true);
        foreach (var left in work.EnumerateFiles()) left.Delete();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
