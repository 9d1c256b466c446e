using System.Net;
using Orleans.Configuration;

namespace Balie.Silo.Hosting;

/// <summary>How this silo takes part in a cluster; section <c>Balie:Cluster</c>. The defaults suit one machine.</summary>
public sealed record ClusterSettings
{
    /// <summary>Address at which the other silos and fronts reach this one (<c>Address</c>); this machine only by default.</summary>
    public required IPAddress Address { get; init; }

    /// <summary>Name of this node (<c>Node</c>), the same after a restart: what its media node recorded is found by it. One of its own is kept in the data folder by default.</summary>
    public string? Node { get; init; }

    /// <summary>How often a silo asks its neighbours whether they live, and how long it waits for the answer (<c>Probe</c>); at most twice this when the network is slow.</summary>
    public TimeSpan Probe { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Unanswered probes in a row before it votes (<c>MissedProbes</c>).</summary>
    public int MissedProbes { get; init; } = 3;

    /// <summary>Silos that must vote before another counts as dead (<c>Votes</c>); a small cluster needs fewer.</summary>
    public int Votes { get; init; } = 2;

    /// <summary>How long a call from grain to grain may take (<c>Answer</c>).</summary>
    public TimeSpan Answer { get; init; } = TimeSpan.FromSeconds(30);

    public static ClusterSettings Read(IConfiguration cluster)
    {
        var standard = new ClusterSettings { Address = IPAddress.Loopback };
        return new ClusterSettings
        {
            Address = cluster["Address"] is { Length: > 0 } given ? AddressOf(given) : standard.Address,
            Node = cluster["Node"] is { Length: > 0 } node ? node : null,
            Probe = cluster.GetValue("Probe", standard.Probe),
            MissedProbes = cluster.GetValue("MissedProbes", standard.MissedProbes),
            Votes = cluster.GetValue("Votes", standard.Votes),
            Answer = cluster.GetValue("Answer", standard.Answer),
        };
    }

    public void Apply(ISiloBuilder silo)
    {
        silo.Configure<ClusterMembershipOptions>(o =>
        {
            (o.ProbeTimeout, o.MaxProbeTimeout) = (Probe, Probe * 2);
            (o.NumMissedProbesLimit, o.NumVotesForDeathDeclaration) = (MissedProbes, Votes);
            // Silos tell each other of every change; the table is read now and then for what was missed.
            o.TableRefreshTimeout = Probe * 4;
        });
        silo.Configure<SiloMessagingOptions>(o => o.ResponseTimeout = Answer);
    }

    /// <summary>An address, or the name of this machine on the network of the cluster.</summary>
    /// <exception cref="ArgumentException">The name is nobody's.</exception>
    private static IPAddress AddressOf(string given)
    {
        if (IPAddress.TryParse(given, out var address)) return address;
        try
        {
            return Dns.GetHostAddresses(given).OrderBy(a => a.AddressFamily).First();
        }
        catch (Exception unknown) when (unknown is System.Net.Sockets.SocketException or InvalidOperationException)
        {
            throw new ArgumentException($"Balie:Cluster:Address is {given}, which is no address and no name of this machine.");
        }
    }
}
