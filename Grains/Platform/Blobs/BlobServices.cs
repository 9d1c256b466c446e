using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Platform.Keys;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Balie.Grains.Platform.Blobs;

/// <summary>Registration of the key ring and the blob store.</summary>
public static class BlobServices
{
    /// <summary>
    /// Adds <see cref="MasterKey"/>, <see cref="IKeyRing"/> and <see cref="IBlobStore"/>. Needs an <see cref="NpgsqlDataSource"/>, a <see cref="NodeName"/> and the migration 0002-keys.sql. The
    /// master key is read at once, so that a start without one fails at the start.
    /// </summary>
    /// <param name="dataFolder">Balie's data folder.</param>
    /// <param name="blobs">Folder of the blobs; shared by all silos of a cluster.</param>
    /// <param name="masterKeyFile">Outside the data folder, except in Development.</param>
    /// <exception cref="MasterKeyException">See <see cref="MasterKey.Load"/>.</exception>
    public static IServiceCollection AddBalieBlobs(this IServiceCollection services, string dataFolder, string blobs, string masterKeyFile, bool development)
    {
        var master = MasterKey.Load(masterKeyFile, dataFolder, development);
        return services
            .AddSingleton(master)
            .AddSingleton<IKeyRing>(s => new PostgresKeyRing(s.GetRequiredService<NpgsqlDataSource>(), master, s.GetRequiredService<TimeProvider>()))
            .AddSingleton<IBlobStore>(s => new FileBlobStore(blobs, s.GetRequiredService<IKeyRing>(), s.GetRequiredService<TimeProvider>(), s.GetRequiredService<NodeName>().Name))
            .AddSingleton<IBlobReader>(s => s.GetRequiredService<IBlobStore>());
    }
}
