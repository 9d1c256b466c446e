using System.Reflection;
using Balie.Api;
using Balie.Api.Platform.Front;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Interfaces.Tenancy;
using Balie.Grains.Platform;
using Balie.Silo.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Orleans.Metadata;

namespace Balie.Unit.Tests.Architecture;

/// <summary>
/// The doors stand in two hosts: a silo, and a front on its own that asks a silo for what it does not have. Neither is started here; all that a visitor or the host itself will ask
/// of its services is made once, so that a service without its twin is missed now and not by somebody at the counter.
/// </summary>
public sealed class HostFacts(BothHosts hosts) : IClassFixture<BothHosts>
{
    [Theory]
    [InlineData("front")]
    [InlineData("silo")]
    public void Every_door_finds_what_it_takes(string host)
    {
        using var scope = hosts[host].Services.CreateScope();
        var taken = TakenByDoors(hosts[host]);

        taken.ShouldNotBeEmpty();
        foreach (var service in taken) scope.ServiceProvider.GetService(service).ShouldNotBeNull($"a door takes {service}, which the {host} does not have");
    }

    /// <summary>What a door takes is told from what a body brings by asking the host: one that lacks it would wait for it in the body.</summary>
    [Fact]
    public void A_front_and_a_silo_agree_on_what_is_a_service() => TakenByDoors(hosts["front"]).ShouldBe(TakenByDoors(hosts["silo"]), ignoreOrder: true);

    [Theory]
    [InlineData("front")]
    [InlineData("silo")]
    public void Every_hub_and_all_that_runs_in_the_background_can_be_made(string host)
    {
        using var scope = hosts[host].Services.CreateScope();
        foreach (var hub in typeof(BalieApi).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(Hub)) && !t.IsAbstract))
            ((Hub)ActivatorUtilities.CreateInstance(scope.ServiceProvider, hub)).Dispose();

        scope.ServiceProvider.GetServices<IHostedService>().ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData("front")]
    [InlineData("silo")]
    public void Every_service_of_Balie_can_be_made(string host)
    {
        using var scope = hosts[host].Services.CreateScope();
        foreach (var service in hosts.OursIn(host)) scope.ServiceProvider.GetServices(service).ShouldAllBe(made => made != null);
    }

    /// <summary>The doors do without these where a host has none; both of ours have them.</summary>
    [Theory]
    [InlineData("front")]
    [InlineData("silo")]
    public void Nothing_that_the_doors_can_do_without_is_left_out(string host)
    {
        var services = hosts[host].Services;

        services.GetService<IJournalHeads>().ShouldNotBeNull();
        services.GetService<IXmlRepository>().ShouldNotBeNull();
        services.GetRequiredService<ITenantDirectory>().ShouldNotBeOfType<Balie.Api.Tenancy.ConfiguredTenants>();
    }

    /// <summary>Both work out the names of grain interfaces once; Orleans follows the first that it asks.</summary>
    [Theory]
    [InlineData("front")]
    [InlineData("silo")]
    public void Grain_interfaces_are_remembered(string host) => hosts[host].Services.GetServices<IGrainInterfaceTypeProvider>().First().ShouldBeOfType<RememberedInterfaces>();

    /// <summary>Parameters of the doors that are neither in the address nor in the body.</summary>
    private static HashSet<Type> TakenByDoors(WebApplication app)
    {
        var known = app.Services.GetRequiredService<IServiceProviderIsService>();
        return
        [
            .. ((IEndpointRouteBuilder)app).DataSources.SelectMany(s => s.Endpoints).Select(e => e.Metadata.GetMetadata<MethodInfo>()).OfType<MethodInfo>()
                .SelectMany(door => door.GetParameters())
                .Where(p => p.ParameterType != typeof(HttpContext) && (known.IsService(p.ParameterType) || p.IsDefined(typeof(FromServicesAttribute))))
                .Select(p => p.ParameterType),
        ];
    }
}

/// <summary>A front and a silo as they are built from their settings; no database and no cluster is behind them.</summary>
public sealed class BothHosts : IAsyncLifetime
{
    private const string Nowhere = "Host=nowhere.invalid;Username=balie;Database=balie";
    private readonly string _folder = Directory.CreateTempSubdirectory("bh").FullName;
    private readonly Dictionary<string, (WebApplication App, IReadOnlyList<Type> Ours)> _hosts = [];

    public WebApplication this[string host] => _hosts[host].App;

    /// <summary>Services that are Balie's own.</summary>
    public IReadOnlyList<Type> OursIn(string host) => _hosts[host].Ours;

    public ValueTask InitializeAsync()
    {
        Build("front", builder => builder.AddFront());
        Build("silo", AddSilo);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (app, _) in _hosts.Values) await app.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
        File.Delete(_folder + ".key");
    }

    private void Build(string host, Action<WebApplicationBuilder> add)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Development", ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders();
        builder.Configuration["ConnectionStrings:Balie"] = Nowhere;
        builder.Configuration["Balie:Data"] = _folder;
        add(builder);
        builder.AddBalieApi();
        IReadOnlyList<Type> ours = [.. builder.Services.Where(s => !s.IsKeyedService && IsOurs(s.ServiceType)).Select(s => s.ServiceType).Distinct()];
        var app = builder.Build();
        _hosts[host] = (app, ours);
        app.MapBalieApi();
    }

    private void AddSilo(WebApplicationBuilder builder)
    {
        using var folder = DataFolder.Take(_folder);
        var source = NpgsqlDataSource.Create(Nowhere);
        builder.AddBalieSilo(SiloOptions.Read(builder.Configuration), folder, new BalieDatabase(null, Nowhere, source, new JournalClock(TimeProvider.System)));
    }

    private static bool IsOurs(Type service) => !service.IsGenericTypeDefinition && service.Assembly.GetName().Name?.StartsWith("Balie.", StringComparison.Ordinal) == true;
}
