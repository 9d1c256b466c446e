namespace Balie.Grains.Platform.Keys;

/// <summary>Hands out the data key of a dossier: 32 random bytes, made at its first use, wrapped under the tenant's key under the master key.</summary>
public interface IKeyRing
{
    /// <summary>The key. A copy of one's own: clear it after use.</summary>
    /// <exception cref="KeyDestroyedException">The dossier was erased.</exception>
    /// <exception cref="MasterKeyException"><c>key.master-mismatch</c>: the keys in the database are under another master key, or were altered.</exception>
    ValueTask<byte[]> DossierKeyAsync(string tenant, string dossier, CancellationToken ct = default);

    /// <summary>Destroys the wrapping of a dossier's key for good: whatever was encrypted under it is unreadable from then on. May be repeated.</summary>
    Task DestroyDossierKeyAsync(string tenant, string dossier, CancellationToken ct = default);
}

/// <summary>The dossier was erased: its key is gone, and with it everything encrypted under it.</summary>
public sealed class KeyDestroyedException(string tenant, string dossier) : Exception($"The dossier {tenant}/{dossier} was erased.");
