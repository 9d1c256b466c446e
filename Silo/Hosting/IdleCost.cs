using Orleans.Configuration;

namespace Balie.Silo.Hosting;

/// <summary>What Orleans does at intervals, also when nobody is there, made cheap. Nothing here decides how soon a failure is seen.</summary>
internal static class IdleCost
{
    public static void KeepIdleCheap(this ISiloBuilder silo)
    {
        // Addresses of rooms at other silos. The dashboard asks each second how many it holds, and they are counted by a walk along all its places: a million by default.
        silo.Configure<GrainDirectoryOptions>(o => o.CacheSize = 20_000);
        // How often each kind of stateless worker looks for workers that it needs no more; twice a second by default.
        silo.Configure<StatelessWorkerOptions>(o => o.IdleWorkersInspectionPeriod = TimeSpan.FromSeconds(10));
        // How often silos tell each other how busy they are, which decides where the next grain opens; once a second by default, also when there is one silo.
        silo.Configure<DeploymentLoadPublisherOptions>(o => o.DeploymentLoadPublisherRefreshTime = TimeSpan.FromSeconds(5));
    }
}
