using Balie.Grains.Interfaces.Platform;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Npgsql;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Placement;

namespace Balie.Grains.Platform;

/// <summary>Wires what every room stands on.</summary>
public static class PlatformHosting
{
    /// <summary>
    /// Journal, events, outbox and the call filter. Expects an <see cref="NpgsqlDataSource"/>, a <see cref="JournalClock"/> and an
    /// <see cref="Keys.IKeyRing"/> among the services.
    /// </summary>
    public static ISiloBuilder AddBaliePlatform(this ISiloBuilder silo)
    {
        silo.Services.AddBaliePlatformServices();
        silo.Services.RememberGrainInterfaces();
        silo.AddIncomingGrainCallFilter<TenantFilter>();
        silo.AddIncomingGrainCallFilter<OutageFilter>();
        silo.Services.AddPlacementFilter<OnNodeStrategy, OnNodeDirector>(ServiceLifetime.Singleton);
        silo.Services.AddOptions<LiveFeedOptions>();
        return silo;
    }

    /// <summary>Orleans' own tables in the same database: membership, grain state ("settings"), reminders.</summary>
    public static ISiloBuilder UseBalieDatabase(this ISiloBuilder silo, string connectionString)
    {
        const string invariant = "Npgsql";
        silo.UseAdoNetClustering(o => (o.Invariant, o.ConnectionString) = (invariant, connectionString));
        silo.AddAdoNetGrainStorage("settings", o => (o.Invariant, o.ConnectionString) = (invariant, connectionString));
        silo.UseAdoNetReminderService(o => (o.Invariant, o.ConnectionString) = (invariant, connectionString));
        return silo;
    }

    /// <summary>The platform's work in the background of a node: carrying out the outbox, sealing the journal.</summary>
    public static IServiceCollection AddBalieWorkers(this IServiceCollection services)
    {
        services.AddOptions<OutboxOptions>();
        services.AddMetrics();
        services.TryAddSingleton<OutboxMetrics>();
        services.TryAddSingleton<OutboxDispatcher>();
        services.AddHostedService(s => s.GetRequiredService<OutboxDispatcher>());
        services.TryAddSingleton<RetentionSweep>();
        services.AddHostedService(s => s.GetRequiredService<RetentionSweep>());
        services.TryAddSingleton<Sealer>();
        services.AddHostedService(s => s.GetRequiredService<Sealer>());
        services.TryAddSingleton<JournalAudit>();
        services.AddHostedService<ClockKeeper>();
        return services;
    }

    /// <summary>This process says every ten seconds how it fares, for the operator's page.</summary>
    /// <param name="folders">On the disks whose free room counts: the fullest is told.</param>
    public static IServiceCollection AddNodeReports(this IServiceCollection services, NodeIdentity node, params IReadOnlyCollection<string> folders)
    {
        services.AddSingleton(node);
        services.AddSingleton<INodeFigures>(s => new ProcessFigures(folders, s.GetRequiredService<Sealer>()));
        services.AddHostedService<NodeReporter>();
        return services;
    }

    public static IServiceCollection AddBaliePlatformServices(this IServiceCollection services)
    {
        services.AddSingleton(new EventAssembly(typeof(IDomainEvent).Assembly));
        services.TryAddSingleton<EventTypes>();
        services.TryAddSingleton<EventSerializer>();
        services.TryAddSingleton<OutboxSignal>();
        services.TryAddSingleton<IJournal, Journal>();
        services.TryAddSingleton<IJournalHeads, JournalHeads>();
        services.TryAddSingleton<RoomServices>();
        return services;
    }
}
