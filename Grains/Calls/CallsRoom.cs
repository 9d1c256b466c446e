using Balie.Grains.Calls.Media;
using Balie.Grains.Platform;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Balie.Grains.Calls;

/// <summary>Registers the Calls room.</summary>
public static class CallsRoom
{
    /// <summary>The hand on the media node; without <see cref="AddMediaNode"/> there is none and calls say that picture and sound are away.</summary>
    public static IServiceCollection AddCallsRoom(this IServiceCollection services)
    {
        services.TryAddSingleton<IMediaNode, NoMediaNode>();
        services.TryAddSingleton(s => new JanusClient(
            s.GetRequiredService<IMediaNode>(), TimeProvider.System, s.GetRequiredService<ILogger<JanusClient>>()));
        services.TryAddSingleton(s => new MediaPool(
            s.GetRequiredService<IMediaNode>(), s.GetRequiredService<JanusClient>(), s.GetRequiredService<IGrainFactory>(), TimeProvider.System, s.GetRequiredService<ILoggerFactory>()));
        services.TryAddSingleton(s => new CallMediaFactory(
            s.GetRequiredService<MediaPool>(), s.GetRequiredService<IGrainFactory>(), TimeProvider.System, s.GetRequiredService<ILoggerFactory>()));
        services.AddSingleton<IClusterFigures, CallFigures>();
        services.TryAddSingleton(s => new Relay(ReadRelay(s.GetService<IConfiguration>()), s.GetRequiredService<JournalClock>()));
        return services;
    }

    /// <summary>The register of media nodes, through which silos find those of other machines.</summary>
    public static IServiceCollection AddMediaRegister(this IServiceCollection services)
    {
        services.AddSingleton<MediaRegister>();
        services.AddHostedService(s => s.GetRequiredService<MediaRegister>());
        return services;
    }

    private static RelayOptions ReadRelay(IConfiguration? configuration)
    {
        var relay = configuration?.GetSection("Balie:Relay");
        if (relay?.GetSection("Urls").Get<string[]>() is not { Length: > 0 } urls) return RelayOptions.None;
        var secret = relay["Secret"] is { Length: > 0 } given ? given : throw new ArgumentException("Balie:Relay:Urls is set and Balie:Relay:Secret is not; give the secret of the TURN servers.");
        return new RelayOptions([.. urls], secret, TimeSpan.FromHours(12));
    }

    /// <summary>A Janus of this machine, started, adopted and watched by this process (role <c>media</c>).</summary>
    /// <param name="dataFolder">Janus keeps its configuration and raw tracks in a folder below it.</param>
    /// <param name="node">Name of this node in the cluster.</param>
    public static IServiceCollection AddMediaNode(this IServiceCollection services, IConfiguration configuration, string dataFolder, NodeName node)
    {
        var media = configuration.GetSection("Balie:Media");
        services.AddSingleton(new JanusOptions
        {
            DataFolder = Path.Combine(dataFolder, "media"),
            Node = node.Name,
            ApiAddress = media["ApiAddress"] is { Length: > 0 } api ? HostName.Resolve("Balie:Media:ApiAddress", api).ToString() : "127.0.0.1",
            ApiPort = media.GetValue("ApiPort", 0),
            RtpPortMin = media.GetValue("RtpPortMin", 20000),
            RtpPortMax = media.GetValue("RtpPortMax", 20499),
            MediaAddress = media["Address"],
            PublicAddress = media["PublicAddress"] is { Length: > 0 } seen ? seen : null,
        });
        services.AddSingleton(s => new JanusProcess(s.GetRequiredService<JanusOptions>(), TimeProvider.System, s.GetRequiredService<ILogger<JanusProcess>>()));
        services.AddSingleton<IMediaNode>(s => s.GetRequiredService<JanusProcess>());
        services.AddSingleton<IHostedService>(s => s.GetRequiredService<JanusProcess>());
        services.AddSingleton<INodeFigures>(s => new MediaFigures(s.GetRequiredService<JanusProcess>(), TimeProvider.System));
        return services;
    }
}

/// <summary>A process that was given no media node.</summary>
internal sealed class NoMediaNode : IMediaNode
{
    public MediaNodeAddress? Current => null;

    public event Action<MediaNodeAddress>? Started
    {
        add { }
        remove { }
    }

    public event Action<string>? Died
    {
        add { }
        remove { }
    }
}
