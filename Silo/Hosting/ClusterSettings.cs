using System.Net;
using Balie.Grains.Platform;
using Orleans.Configuration;

namespace Balie.Silo.Hosting;

/// <summary>How this silo takes part in a cluster; section <c>Balie:Cluster</c>. The defaults suit one machine.</summary>
public sealed record ClusterSettings
{
    /// <summary>Address at which the other silos and fronts reach this one (<c>Address</c>); this machine only by default.</summary>
    public required IPAddress Address { get; init; }

    /// <summary>Name of this node (<c>Node</c>), the same after a restart: what its media node recorded is found by it. One of its own is kept in the data folder by default.</summary>
    public string? Node { get; init; }

    /// <summary>How often a silo asks its neighbours whether they live, and how long it waits for the answer (<c>Probe</c>); longer while answers come slowly.</summary>
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
            Address = cluster["Address"] is { Length: > 0 } given ? HostName.Resolve("Balie:Cluster:Address", given) : standard.Address,
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
            o.ProbeTimeout = Probe;
            (o.NumMissedProbesLimit, o.NumVotesForDeathDeclaration) = (MissedProbes, Votes);
            // Silos tell each other of every change; the table is read now and then for what was missed.
            o.TableRefreshTimeout = Probe * 4;
        });
        silo.Configure<SiloMessagingOptions>(o => o.ResponseTimeout = Answer);
    }
}
