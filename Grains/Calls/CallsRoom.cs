using Balie.Grains.Calls.Media;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Balie.Grains.Calls;

/// <summary>Registers the Calls room: the media node of this machine and the hand on it.</summary>
public static class CallsRoom
{
    /// <param name="dataFolder">Janus keeps its configuration and raw tracks in a folder below it.</param>
    public static IServiceCollection AddCallsRoom(this IServiceCollection services, IConfiguration configuration, string dataFolder)
    {
        var media = configuration.GetSection("Balie:Media");
        var options = new JanusOptions
        {
            DataFolder = Path.Combine(dataFolder, "media"),
            RtpPortMin = media.GetValue("RtpPortMin", 20000),
            RtpPortMax = media.GetValue("RtpPortMax", 20499),
            MediaAddress = media["Address"],
            PublicAddress = media["PublicAddress"],
        };
        services.AddSingleton(options);
        services.AddSingleton<JanusProcess>();
        services.AddSingleton<IMediaNode>(s => s.GetRequiredService<JanusProcess>());
        services.AddSingleton<IHostedService>(s => s.GetRequiredService<JanusProcess>());
        services.AddSingleton(s => new JanusClient(
            s.GetRequiredService<IMediaNode>(), TimeProvider.System, s.GetRequiredService<ILogger<JanusClient>>(), options.ReclaimTime));
        services.AddSingleton(s => new CallMediaFactory(
            s.GetRequiredService<JanusClient>(), s.GetRequiredService<IGrainFactory>(), TimeProvider.System, s.GetRequiredService<ILoggerFactory>()));
        return services;
    }
}
