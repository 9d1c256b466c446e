using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Balie.Grains.Platform;

/// <summary>
/// The link of a stream's chain: SHA-256 over the previous event's hash and every stored field, each with its length before it, so that no two different
/// events give the same bytes. The payload is hashed as stored: personal fields as ciphertext, so an erased dossier still verifies.
/// </summary>
internal static class EventHash
{
    /// <summary>What stands before the first event of a stream.</summary>
    public static readonly byte[] Start = new byte[32];

    public static byte[] Next(byte[] previous, string tenant, RecordedEvent e)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(previous);
        Add(hash, tenant);
        Add(hash, e.Stream);
        Add(hash, e.Version);
        Add(hash, e.Name);
        Add(hash, (e.At.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) / TimeSpan.TicksPerMicrosecond);
        Add(hash, e.Actor);
        Add(hash, e.CommandId.ToString("D"));
        Add(hash, e.Payload);
        return hash.GetHashAndReset();
    }

    public static void Add(IncrementalHash hash, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Add(hash, bytes.Length);
        hash.AppendData(bytes);
    }

    public static void Add(IncrementalHash hash, long number)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, number);
        hash.AppendData(bytes);
    }
}
