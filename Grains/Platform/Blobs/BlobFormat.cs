using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Balie.Grains.Platform.Blobs;

/// <summary>
/// The file format, version 1. Header: "BALIEBLB", version (1), salt (16), nonce prefix (7). Then chunks of 64 KiB plaintext, each AES-256-GCM with its tag
/// behind it; the last may be shorter, and only an empty blob has an empty one. The key of the file is HKDF-SHA256 of the dossier's key and the salt.
/// Nonce: prefix, chunk index (4, big endian), last flag (1), the STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár 2015): chunks
/// cannot be reordered, left out, repeated or cut off. Header, index and flag are authenticated data too.
/// </summary>
internal sealed class BlobFormat : IDisposable
{
    public const int ChunkLength = 64 * 1024;
    public const int TagLength = 16;
    public const int HeaderLength = 8 + 1 + SaltLength + PrefixLength;
    private const int SaltLength = 16;
    private const int PrefixLength = 7;
    private const byte Version = 1;
    private readonly AesGcm _gcm;
    private readonly byte[] _header;

    private BlobFormat(byte[] dossierKey, byte[] header)
    {
        _header = header;
        var salt = header.AsSpan(9, SaltLength).ToArray();
        var key = HKDF.DeriveKey(HashAlgorithmName.SHA256, dossierKey, 32, salt, "balie.blob.v1"u8.ToArray());
        _gcm = new AesGcm(key, TagLength);
        CryptographicOperations.ZeroMemory(key);
    }

    public ReadOnlyMemory<byte> Header => _header;

    /// <summary>For a new file.</summary>
    public static BlobFormat New(byte[] dossierKey)
    {
        var header = new byte[HeaderLength];
        "BALIEBLB"u8.CopyTo(header);
        header[8] = Version;
        RandomNumberGenerator.Fill(header.AsSpan(9));
        return new BlobFormat(dossierKey, header);
    }

    /// <exception cref="BlobException"><c>blob.broken</c>.</exception>
    public static BlobFormat Of(byte[] dossierKey, byte[] header)
    {
        if (!header.AsSpan().StartsWith("BALIEBLB"u8) || header[8] != Version) throw Broken("has no header of this version");
        return new BlobFormat(dossierKey, header);
    }

    public static long Chunks(long plainLength) => Math.Max(1, (plainLength + ChunkLength - 1) / ChunkLength);

    public static long FileLength(long plainLength) => HeaderLength + plainLength + Chunks(plainLength) * TagLength;

    public static long Offset(long chunk) => HeaderLength + chunk * (ChunkLength + TagLength);

    /// <param name="sealedChunk">Room for the ciphertext and its tag.</param>
    public void Seal(uint chunk, bool last, ReadOnlySpan<byte> plain, Span<byte> sealedChunk)
    {
        Span<byte> nonce = stackalloc byte[12];
        Span<byte> data = stackalloc byte[HeaderLength + 5];
        Name(chunk, last, nonce, data);
        _gcm.Encrypt(nonce, plain, sealedChunk[..plain.Length], sealedChunk.Slice(plain.Length, TagLength), data);
    }

    /// <exception cref="BlobException"><c>blob.broken</c>.</exception>
    public void Open(uint chunk, bool last, ReadOnlySpan<byte> sealedChunk, Span<byte> plain)
    {
        Span<byte> nonce = stackalloc byte[12];
        Span<byte> data = stackalloc byte[HeaderLength + 5];
        Name(chunk, last, nonce, data);
        try { _gcm.Decrypt(nonce, sealedChunk[..^TagLength], sealedChunk[^TagLength..], plain, data); }
        catch (AuthenticationTagMismatchException problem) { throw Broken($"was altered in chunk {chunk}, or is not under this key", problem); }
    }

    public void Dispose() => _gcm.Dispose();

    public static BlobException Broken(string what, Exception? inner = null) => new("blob.broken", $"The blob {what}.", inner);

    private void Name(uint chunk, bool last, Span<byte> nonce, Span<byte> data)
    {
        _header.AsSpan(9 + SaltLength, PrefixLength).CopyTo(nonce);
        BinaryPrimitives.WriteUInt32BigEndian(nonce[PrefixLength..], chunk);
        nonce[^1] = last ? (byte)1 : (byte)0;
        _header.CopyTo(data);
        nonce[PrefixLength..].CopyTo(data[HeaderLength..]);
    }
}
