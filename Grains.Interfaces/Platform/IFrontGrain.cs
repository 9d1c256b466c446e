using System.Collections.Immutable;
using Balie.Grains.Interfaces.Documents;

namespace Balie.Grains.Interfaces.Platform;

/// <summary>
/// What a web front on its own (an Orleans client) asks of the cluster; key <see cref="FrontCaller.Key"/>. It holds no keys, no blobs and no journal: it asks a
/// silo, and streams bytes from the silo that a pass names.
/// </summary>
[Alias("IFrontGrain")]
public interface IFrontGrain : IGrainWithStringKey
{
    /// <summary>Returns when a room could work now. <c>journal.unavailable</c>.</summary>
    [Allow(CallerKind.System), Alias("Ready")]
    Task Ready(CancellationToken ct = default);

    [Allow(CallerKind.System), Alias("Tenants")]
    Task<ImmutableArray<NamedTenant>> Tenants(CancellationToken ct = default);

    /// <summary>See <see cref="IJournalHeads"/>; visits as <c>{tenant}/{visit}</c>.</summary>
    [Allow(CallerKind.System), Alias("Heads")]
    Task<ImmutableArray<VisitHeads>> Heads(ImmutableArray<string> visits, CancellationToken ct = default);

    /// <summary>The keys of the login cookies as DataProtection wants them, opened: the front keeps them in memory only.</summary>
    [Allow(CallerKind.System), Alias("CookieKeys")]
    Task<ImmutableArray<string>> CookieKeys(CancellationToken ct = default);

    /// <summary>Wraps and keeps a key that the front made.</summary>
    [Allow(CallerKind.System), Alias("KeepCookieKey")]
    Task KeepCookieKey(string name, string xml, CancellationToken ct = default);

    /// <summary>A pass for one blob or one upload, good for a minute, and where to go with it.</summary>
    [Allow(CallerKind.System), Alias("Pass")]
    Task<StorePass> Pass(StoreRequest request, CancellationToken ct = default);
}

/// <summary>How a front names itself to the cluster. No municipality has this code: theirs have no underscore.</summary>
public static class FrontCaller
{
    public const string Cluster = "_cluster";

    public static string Key { get; } = GrainKey.Of(Cluster, "front").ToString();

    public static Caller Caller { get; } = Caller.System(Cluster, "front");
}

[GenerateSerializer, Immutable, Alias("NamedTenant")]
public sealed record NamedTenant([property: Id(0)] string Code, [property: Id(1)] string Name);

[GenerateSerializer, Immutable, Alias("VisitHeads")]
public sealed record VisitHeads([property: Id(0)] string Visit, [property: Id(1)] ImmutableDictionary<string, long> Rooms);

/// <summary>What a front wants to do with the store of one dossier: read <see cref="Blob"/>, or, without one, hand in a file (<see cref="IDocumentIntake"/>).</summary>
[GenerateSerializer, Immutable, Alias("StoreRequest")]
public sealed record StoreRequest([property: Id(0)] string Tenant, [property: Id(1)] string Dossier, [property: Id(2)] BlobRef? Blob);

/// <summary><see cref="Address"/> is the silo's internal address (http), <see cref="Ticket"/> goes along as a bearer token.</summary>
[GenerateSerializer, Immutable, Alias("StorePass")]
public sealed record StorePass([property: Id(0)] string Address, [property: Id(1)] string Ticket);
