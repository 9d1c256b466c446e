using System.Buffers;
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
    private const int GuidLength = 36;

    /// <summary>What stands before the first event of a stream.</summary>
    public static readonly byte[] Start = new byte[32];

    public static byte[] Next(byte[] previous, string tenant, RecordedEvent e)
    {
        var most = previous.Length + (8 * 8) + Encoding.UTF8.GetMaxByteCount(tenant.Length + e.Stream.Length + e.Name.Length + e.Actor.Length + e.Payload.Length + GuidLength);
        var buffer = ArrayPool<byte>.Shared.Rent(most);
        try
        {
            var text = new HashedText(buffer);
            text.Add(previous);
            text.Add(tenant);
            text.Add(e.Stream);
            text.Add(e.Version);
            text.Add(e.Name);
            text.Add((e.At.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) / TimeSpan.TicksPerMicrosecond);
            text.Add(e.Actor);
            text.Add(e.CommandId.ToString("D"));
            text.Add(e.Payload);
            return SHA256.HashData(text.Written);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
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

    /// <summary>Gathers what is hashed in one stretch: one call of the hash an event.</summary>
    private ref struct HashedText(Span<byte> buffer)
    {
        private readonly Span<byte> _buffer = buffer;
        private int _length;

        public readonly ReadOnlySpan<byte> Written => _buffer[.._length];

        public void Add(ReadOnlySpan<byte> bytes)
        {
            bytes.CopyTo(_buffer[_length..]);
            _length += bytes.Length;
        }

        public void Add(string text)
        {
            var bytes = Encoding.UTF8.GetBytes(text, _buffer[(_length + 8)..]);
            Add(bytes);
            _length += bytes;
        }

        public void Add(long number)
        {
            BinaryPrimitives.WriteInt64BigEndian(_buffer[_length..], number);
            _length += 8;
        }
    }
}
