using Balie.Api.Platform;
using Balie.Grains;
using Balie.Grains.Calls;
using Balie.Grains.Documents.Conversion;
using Balie.Grains.Platform;
using Balie.Grains.Platform.Blobs;
using Balie.Grains.Platform.Front;
using Balie.Grains.Platform.Keys;
using Balie.Grains.Recording;
using Balie.Silo.Keys;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;
using Orleans.Configuration;

namespace Balie.Silo.Hosting;

/// <summary>Adds the silo to the web host: rooms, their database, and Orleans' own tables.</summary>
internal static class SiloHosting
{
    public static void AddBalieSilo(this WebApplicationBuilder builder, SiloOptions options, DataFolder folder, BalieDatabase database)
    {
        var node = NodeName.Of(folder.Path, options.Cluster.Node);
        builder.Services.AddSingleton(node);
        builder.Services.AddSingleton(database.Source);
        builder.Services.AddSingleton(database.Clock);
        // For tickets, cookies and logins too: what one web node gives out the others judge.
        builder.Services.AddSingleton<TimeProvider>(database.Clock);
        builder.Services.AddBalieBlobs(folder.Path, options.Blobs, options.MasterKey, builder.Environment.IsDevelopment());
        builder.Services.AddBalieConversion(folder.Path);
        builder.Services.AddBalieWorkers();
        builder.Services.AddSingleton<IXmlRepository, PostgresCookieKeys>();
        builder.Services.AddSingleton<IXmlEncryptor, CookieKeyWrap>();
        builder.Services.AddSingleton<ICookieKeyVault, CookieKeyVault>();
        builder.Services.AddSingleton(s => new StoreTickets(s.GetRequiredService<MasterKey>(), options.InternalAddress, s.GetRequiredService<TimeProvider>()));
        var media = options.Roles.HasFlag(SiloRoles.Media);
        builder.Services.Configure<OutboxOptions>(outbox => outbox.Node = node.Name);
        builder.Services.AddMediaRegister();
        builder.Services.AddHostedService<DrainWait>();
        if (media)
        {
            builder.Services.AddMediaNode(builder.Configuration, folder.Path, node);
            builder.Services.AddRecordingWork(folder.Path);
        }

        var ports = ClusterPorts.Choose(folder.Path);
        var roles = options.Roles.ToString().ToLowerInvariant() is "all" ? "web, rooms, media" : options.Roles.ToString().ToLowerInvariant();
        builder.Services.AddNodeReports(new($"{Environment.MachineName}:{builder.Configuration.GetValue("Balie:Cluster:SiloPort", ports.Silo)}", roles), folder.Path, options.Blobs);
        builder.UseOrleans(silo =>
        {
            silo.Configure<ClusterOptions>(o => (o.ClusterId, o.ServiceId) = ("balie", "balie"));
            silo.Configure<EndpointOptions>(o =>
            {
                o.AdvertisedIPAddress = options.Cluster.Address;
                o.SiloPort = builder.Configuration.GetValue("Balie:Cluster:SiloPort", ports.Silo);
                // Fronts speak to silos with rooms: a media node that fails takes nobody's line with it.
                o.GatewayPort = options.Roles.HasFlag(SiloRoles.Rooms) ? builder.Configuration.GetValue("Balie:Cluster:GatewayPort", ports.Gateway) : 0;
            });
            silo.Configure<Orleans.Configuration.SiloOptions>(o => o.SiloName = node.Name);
            options.Cluster.Apply(silo);
            silo.KeepIdleCheap();
            silo.UseBalieDatabase(database.ConnectionString);
            silo.AddBalieGrains(rooms: options.Roles.HasFlag(SiloRoles.Rooms), media);
            if (options.Roles.HasFlag(SiloRoles.Web)) silo.AddBalieDashboard();
        });
    }
}
