using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Balie.Grains;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Platform;
using Balie.Grains.Platform.Keys;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Hosting;

namespace Balie.Bench;

/// <summary>One silo in this process with all rooms on a private PostgreSQL; no media, no web. Calls run as in Balie's one process: without a network.</summary>
internal sealed class BenchSilo : IAsyncDisposable
{
    public const string Tenant = "zonnedaal";
    private readonly IHost _host;

    private BenchSilo(IHost host, BenchDatabase database) => (_host, Database) = (host, database);

    public BenchDatabase Database { get; }

    public IServiceProvider Services => _host.Services;

    public IJournal Journal => Services.GetRequiredService<IJournal>();

    public static async Task<BenchSilo> StartAsync(BenchDatabase database, Action<ISiloBuilder>? configure = null, CancellationToken ct = default)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration["Balie:Examples"] = "false";
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(database.Source);
        builder.Services.AddSingleton(await JournalClock.AlignAsync(database.Source, TimeProvider.System, ct));
        builder.Services.AddSingleton(new MasterKey(RandomNumberGenerator.GetBytes(32)));
        builder.Services.AddSingleton<IKeyRing, PostgresKeyRing>();
        builder.Logging.SetMinimumLevel(LogLevel.Error).AddConsole();
        builder.UseOrleans(silo =>
        {
            var (siloPort, gatewayPort) = TwoFreePorts();
            silo.Configure<ClusterOptions>(o => (o.ClusterId, o.ServiceId) = ("bench", "bench"));
            silo.Configure<EndpointOptions>(o => (o.AdvertisedIPAddress, o.SiloPort, o.GatewayPort) = (IPAddress.Loopback, siloPort, gatewayPort));
            silo.UseBalieDatabase(database.ConnectionString);
            silo.AddBalieGrains();
            configure?.Invoke(silo);
        });
        var host = builder.Build();
        await host.StartAsync(ct);
        return new BenchSilo(host, database);
    }

    public TGrain Grain<TGrain>(string id, string tenant = Tenant)
        where TGrain : IGrainWithStringKey => Services.GetRequiredService<IGrainFactory>().GetGrain<TGrain>(GrainKey.Of(tenant, id).ToString());

    /// <summary>Makes what follows in this flow of control the caller's.</summary>
    public static void Be(Caller caller) => Caller.Current = caller;

    public static Caller Officer(string tenant = Tenant) => new() { Kind = CallerKind.Staff, Tenant = tenant, Id = "an.peeters", Name = "An Peeters", Roles = [StaffRole.Officer] };

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }

    public static (int Silo, int Gateway) TwoFreePorts()
    {
        using var first = new TcpListener(IPAddress.Loopback, 0);
        using var second = new TcpListener(IPAddress.Loopback, 0);
        first.Start();
        second.Start();
        return (((IPEndPoint)first.LocalEndpoint).Port, ((IPEndPoint)second.LocalEndpoint).Port);
    }
}
