using Balie.Grains.Interfaces.Documents;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Interfaces.Signing;
using Balie.Grains.Interfaces.Tenancy;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Npgsql;
using Orleans.Configuration;

namespace Balie.Api.Platform.Front;

/// <summary>
/// The web tier on its own: an Orleans client that finds the cluster through its database, and asks silos for all it does not have itself (municipalities,
/// heads, cookie keys, files). It holds no master key.
/// </summary>
public static class FrontHosting
{
    private const string Invariant = "Npgsql";

    /// <exception cref="InvalidOperationException">Settings are missing; the message says which.</exception>
    public static WebApplicationBuilder AddFront(this WebApplicationBuilder builder)
    {
        var settings = FrontOptions.Read(builder.Configuration);
        // Kestrel answers while the cluster is not there yet: alive, not ready.
        builder.Services.Configure<HostOptions>(host => host.ServicesStartConcurrently = true);
        builder.UseOrleansClient(client =>
        {
            client.Configure<ClusterOptions>(o => (o.ClusterId, o.ServiceId) = ("balie", "balie"));
            client.UseAdoNetClustering(o => (o.Invariant, o.ConnectionString) = (Invariant, settings.ConnectionString));
            client.Configure<GatewayOptions>(o => o.GatewayListRefreshPeriod = settings.Gateways);
            client.Configure<ClientMessagingOptions>(o => o.ResponseTimeout = settings.Answer);
            client.UseConnectionRetryFilter((_, ct) => AgainAsync(settings.Again, ct));
            client.Services.RememberGrainInterfaces();
        });
        builder.Services.AddHostedService<DrainWait>();
        builder.Services.AddSingleton(settings).AddSingleton<FrontHealth>();
        builder.Services.AddSingleton<ClusterTenants>().AddSingleton<ITenantDirectory>(s => s.GetRequiredService<ClusterTenants>());
        builder.Services.AddHostedService(s => s.GetRequiredService<ClusterTenants>());
        builder.Services.AddSingleton<IJournalHeads, ClusterHeads>();
        builder.Services.AddSingleton<IXmlRepository, ClusterCookieKeys>();
        builder.Services.AddHttpClient<StoreClient>(http => http.Timeout = Timeout.InfiniteTimeSpan).RemoveAllLoggers();
        builder.Services.AddSingleton<IBlobReader, ClusterBlobs>().AddSingleton<IDocumentIntake, ClusterIntake>().AddSingleton<ISignatureReader, ClusterSignatures>();
        builder.WebHost.UseUrls(settings.Url);
        return builder;
    }

    internal static IFrontGrain Front(this IGrainFactory grains)
    {
        Caller.Current = FrontCaller.Caller;
        return grains.GetGrain<IFrontGrain>(FrontCaller.Key);
    }

    private static async Task<bool> AgainAsync(TimeSpan wait, CancellationToken ct)
    {
        await Task.Delay(wait, ct);
        return true;
    }
}

/// <summary>How a front on its own was asked to run; section <c>Balie</c>, and <c>ConnectionStrings:Balie</c>.</summary>
/// <param name="ConnectionString">PostgreSQL of the cluster: where its silos are.</param>
/// <param name="Url">What Kestrel listens on (<c>Listen</c>, <c>Port</c>).</param>
/// <param name="Again">Wait before the cluster is looked for again (<c>Cluster:Again</c>).</param>
/// <param name="Gateways">How often the list of silos is read (<c>Cluster:Gateways</c>): a silo that came back is used again within it.</param>
/// <param name="Answer">How long a room may take to answer (<c>Cluster:Answer</c>).</param>
public sealed record FrontOptions(string ConnectionString, string Url, TimeSpan Again, TimeSpan Gateways, TimeSpan Answer)
{
    public static FrontOptions Read(IConfiguration configuration)
    {
        var balie = configuration.GetSection("Balie");
        var connection = configuration.GetConnectionString("Balie");
        if (string.IsNullOrWhiteSpace(connection)) throw new InvalidOperationException("A front needs the cluster's database: ConnectionStrings:Balie.");
        // The pool is for membership only; a database that is away must be noticed soon.
        var source = new NpgsqlConnectionStringBuilder(connection) { MaxPoolSize = 4, ApplicationName = "Balie front" };
        return new FrontOptions(
            source.ConnectionString,
            $"http://{balie["Listen"] ?? "localhost"}:{balie.GetValue("Port", 8080)}",
            balie.GetValue("Cluster:Again", TimeSpan.FromSeconds(1)),
            balie.GetValue("Cluster:Gateways", TimeSpan.FromSeconds(10)),
            balie.GetValue("Cluster:Answer", TimeSpan.FromSeconds(15)));
    }
}
