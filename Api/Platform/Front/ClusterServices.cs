using System.Collections.Immutable;
using System.Xml.Linq;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Interfaces.Tenancy;
using Microsoft.AspNetCore.DataProtection.Repositories;

namespace Balie.Api.Platform.Front;

/// <summary>This front's copy of the list of municipalities, kept fresh by asking the cluster.</summary>
public sealed class ClusterTenants(IGrainFactory grains, FrontOptions options, TimeProvider clock, ILogger<ClusterTenants> log) : BackgroundService, ITenantDirectory
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(15);
    private volatile IReadOnlyList<TenantName> _tenants = [];

    public IReadOnlyList<TenantName> Tenants => _tenants;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var known = await ReadAsync(stoppingToken);
            // Until the first list is there, no page of a municipality exists here.
            await Task.Delay(known && _tenants.Count > 0 ? Every : options.Again, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<bool> ReadAsync(CancellationToken ct)
    {
        try
        {
            _tenants = [.. (await grains.Front().Tenants(ct)).Select(t => new TenantName(t.Code, t.Name))];
            return true;
        }
        catch (Exception away) when (Refusal.IsAway(away) || away is BalieException || ct.IsCancellationRequested)
        {
            log.LogDebug(away, "The list of municipalities could not be read; the next round tries again.");
            return false;
        }
    }
}

/// <summary>Heads of visits, by way of a silo.</summary>
internal sealed class ClusterHeads(IGrainFactory grains) : IJournalHeads
{
    public async Task<IReadOnlyDictionary<GrainKey, IReadOnlyDictionary<string, long>>> HeadsAsync(IReadOnlyCollection<GrainKey> visits, CancellationToken ct = default)
    {
        var heads = await grains.Front().Heads([.. visits.Select(v => v.ToString())], ct);
        return heads.ToDictionary(h => GrainKey.Parse(h.Visit), IReadOnlyDictionary<string, long> (h) => h.Rooms);
    }
}

/// <summary>
/// Keys of the login cookies, kept (and wrapped) by the cluster: all fronts share them. DataProtection asks a few times a day, and waits for the answer.
/// </summary>
internal sealed class ClusterCookieKeys(IServiceProvider services, FrontOptions options, TimeProvider clock) : IXmlRepository
{
    /// <summary>A front that just started knows nobody's cookies yet; it waits this long for the cluster before it says so.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private volatile bool _known;

    // Asked for late: the cluster client needs a while, and the host makes this one first.
    private IGrainFactory Grains => services.GetRequiredService<IGrainFactory>();

    public IReadOnlyCollection<XElement> GetAllElements()
    {
        var keys = Wait(ReadAsync);
        _known = true;
        return [.. keys.Select(xml => XElement.Parse(xml))];
    }

    public void StoreElement(XElement element, string friendlyName)
    {
        var xml = element.ToString(SaveOptions.DisableFormatting);
        Wait(async () =>
        {
            await Grains.Front().KeepCookieKey(friendlyName, xml);
            return true;
        });
    }

    private async Task<ImmutableArray<string>> ReadAsync()
    {
        for (var since = clock.GetTimestamp(); ;)
        {
            try
            {
                return await Grains.Front().CookieKeys();
            }
            catch (Exception away) when (Refusal.IsAway(away) && !_known && clock.GetElapsedTime(since) < Patience)
            {
                await Task.Delay(options.Again, clock);
            }
        }
    }

    /// <summary>On a thread of its own kind, with a caller of its own: whoever's request needs the key first stays who they are.</summary>
    private static T Wait<T>(Func<Task<T>> ask) => Task.Run(ask).GetAwaiter().GetResult();
}
