namespace Balie.Grains.Calls.Media;

/// <summary>How Balie runs a Janus of its own on this machine.</summary>
public sealed record JanusOptions
{
    /// <summary>Folder for configuration, log, raw tracks and the node file; made when absent.</summary>
    public required string DataFolder { get; init; }

    /// <summary>Name of this node in the cluster.</summary>
    public string Node { get; init; } = "";

    /// <summary>Address of Janus's API: loopback, or one of a private network when rooms run on other machines.</summary>
    public string ApiAddress { get; init; } = "127.0.0.1";

    /// <summary>Port of Janus's API; 0 takes a free one at every start.</summary>
    public int ApiPort { get; init; }

    /// <summary>First and last UDP port for media, both included.</summary>
    public int RtpPortMin { get; init; } = 20000;

    /// <inheritdoc cref="RtpPortMin"/>
    public int RtpPortMax { get; init; } = 20499;

    /// <summary>Address media is received on; null takes a non-loopback address of this host (Janus skips loopback).</summary>
    public string? MediaAddress { get; init; }

    /// <summary>Address browsers see when the host is behind a one to one translation; null when they see <see cref="MediaAddress"/>.</summary>
    public string? PublicAddress { get; init; }

    /// <summary>User that Janus runs as when Balie is root; it owns nothing else.</summary>
    public uint UnprivilegedUser { get; init; } = 65534;

    /// <summary>Path or name of the executable.</summary>
    public string Executable { get; init; } = "janus";

    /// <summary>Where the distribution keeps Janus's plugins and transports.</summary>
    public string LibraryFolder { get; init; } = "/usr/lib/x86_64-linux-gnu/janus";

    /// <summary>How long a start may take before it counts as failed.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often a Janus that runs is asked whether it answers; one that twice in a row does not is ended and replaced.</summary>
    public TimeSpan HealthInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long Janus gets to close its files after SIGTERM.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>
    /// How long Janus keeps a session of which it hears nothing: a Balie that is back within it takes calls over in which picture and sound never stopped. Longer than a start that
    /// waits for its database to recover; not for ever, since nobody can stop a recording meanwhile.
    /// </summary>
    public TimeSpan ReclaimTime { get; init; } = TimeSpan.FromMinutes(5);
}
