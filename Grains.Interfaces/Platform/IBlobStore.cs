namespace Balie.Grains.Interfaces.Platform;

/// <summary>Reads documents and recordings; all that a door needs, also one on a machine without the store.</summary>
public interface IBlobReader
{
    /// <summary>A seekable stream that decrypts and verifies the ranges that are read.</summary>
    Task<Stream> OpenReadAsync(string tenant, string dossier, BlobRef blob, CancellationToken ct = default);
}

/// <summary>Encrypted storage of documents and recordings. Grains pass references, never bytes.</summary>
public interface IBlobStore : IBlobReader
{
    /// <summary>Encrypts under the dossier's key and stores; durable when it returns.</summary>
    Task<BlobRef> WriteAsync(string tenant, string dossier, Stream plaintext, CancellationToken ct = default);

    Task DeleteAsync(string tenant, string dossier, BlobRef blob, CancellationToken ct = default);
}

/// <summary>Address = hex SHA-256 of the ciphertext; the plaintext's hex SHA-256 and its length in bytes.</summary>
[GenerateSerializer, Immutable, Alias("BlobRef")]
public sealed record BlobRef([property: Id(0)] string Address, [property: Id(1)] string PlainSha256, [property: Id(2)] long PlainLength);
