using System.Collections.Concurrent;
using System.Security.Cryptography;
using Balie.Grains.Platform.Keys;

namespace Balie.Grains.Tests.Platform;

/// <summary>Dossier keys of a test run.</summary>
public sealed class MemoryKeyRing : IKeyRing
{
    private readonly ConcurrentDictionary<(string Tenant, string Dossier), byte[]> _keys = new();

    public ValueTask<byte[]> DossierKeyAsync(string tenant, string dossier, CancellationToken ct = default)
    {
        var key = _keys.GetOrAdd((tenant, dossier), _ => RandomNumberGenerator.GetBytes(32));
        return key.Length == 0 ? throw new KeyDestroyedException(tenant, dossier) : new([.. key]);
    }

    public Task DestroyDossierKeyAsync(string tenant, string dossier, CancellationToken ct = default)
    {
        _keys[(tenant, dossier)] = [];
        return Task.CompletedTask;
    }
}
