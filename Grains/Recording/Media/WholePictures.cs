using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Balie.Grains.Recording.Media;

/// <summary>
/// Copies a raw track (<c>.mjr</c>) without the pictures of which a part is missing: a packet was lost, or the recording began or ended within one.
/// <c>janus-pp-rec</c> writes what is left of them as if it were whole, and a browser that meets one refuses the rest of the file, or all of it when it is
/// the first. The pictures after a missing one stay: most show what they should but for a smear, and without them there is nothing until the next key
/// frame, which may never come.
/// </summary>
internal static class WholePictures
{
    /// <summary>Of a record: <c>MEET</c>, the moment of arrival (32 bits) and a length (16 bits).</summary>
    const int RecordHeader = 10, LengthAt = 8;

    /// <summary>Of a packet (RFC 3550), without what its first byte may add.</summary>
    const int RtpHeader = 12;

    /// <summary>A packet as far as it matters here.</summary>
    /// <param name="Begins">The first part of a picture.</param>
    /// <param name="Ends">The last part of a picture.</param>
    readonly record struct Part(uint Timestamp, ushort Sequence, bool Begins, bool Ends, bool Empty);

    /// <param name="from">Can be read twice.</param>
    /// <param name="to">Gets every packet; of a picture that is not whole they are empty, so that the others keep their place in time.</param>
    /// <returns>How many pictures were left out.</returns>
    internal static async Task<int> CopyAsync(Stream from, Stream to, CancellationToken ct)
    {
        var start = from.Position;
        var broken = await BrokenAsync(from, ct);
        from.Position = start;
        await to.WriteAsync(await FileHeaderAsync(from, ct), ct);
        await foreach (var record in RecordsAsync(from, ct))
            await to.WriteAsync(Read(record.Span[RecordHeader..]) is { } part && broken.Contains(part.Timestamp) ? Emptied(record) : record, ct);
        return broken.Count;
    }

    /// <summary>The timestamps of the pictures that are not whole.</summary>
    static async Task<HashSet<uint>> BrokenAsync(Stream track, CancellationToken ct)
    {
        var open = new Dictionary<uint, Picture>();
        var whole = new HashSet<uint>();
        await FileHeaderAsync(track, ct);
        await foreach (var record in RecordsAsync(track, ct))
        {
            if (Read(record.Span[RecordHeader..]) is not { Empty: false } part || whole.Contains(part.Timestamp)) continue;
            if (!open.TryGetValue(part.Timestamp, out var picture)) open[part.Timestamp] = picture = new();
            if (!picture.IsWholeWith(part)) continue;
            open.Remove(part.Timestamp);
            whole.Add(part.Timestamp);
        }
        return [.. open.Keys];
    }

    /// <summary><c>MJR00002</c>, a length (16 bits) and that many bytes of JSON; nothing when it is no raw track.</summary>
    static async Task<ReadOnlyMemory<byte>> FileHeaderAsync(Stream track, CancellationToken ct)
    {
        var start = new byte[10];
        if (await track.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, ct) < start.Length || !start.AsSpan(0, 8).SequenceEqual("MJR00002"u8)) return default;
        var text = new byte[BinaryPrimitives.ReadUInt16BigEndian(start.AsSpan(8))];
        var read = await track.ReadAtLeastAsync(text, text.Length, throwOnEndOfStream: false, ct);
        return (byte[])[.. start, .. text.AsSpan(0, read)];
    }

    /// <summary>Until the end, or until what is no record: a killed Janus leaves half of one. A record is good until the next is asked for.</summary>
    static async IAsyncEnumerable<ReadOnlyMemory<byte>> RecordsAsync(Stream track, [EnumeratorCancellation] CancellationToken ct)
    {
        var record = new byte[RecordHeader + ushort.MaxValue];
        while (await track.ReadAtLeastAsync(record.AsMemory(0, RecordHeader), RecordHeader, throwOnEndOfStream: false, ct) == RecordHeader)
        {
            if (!record.AsSpan(0, 4).SequenceEqual("MEET"u8)) yield break;
            var length = BinaryPrimitives.ReadUInt16BigEndian(record.AsSpan(LengthAt));
            if (await track.ReadAtLeastAsync(record.AsMemory(RecordHeader, length), length, throwOnEndOfStream: false, ct) < length) yield break;
            yield return record.AsMemory(0, RecordHeader + length);
        }
    }

    /// <summary>RTP (RFC 3550) with VP8 in it (RFC 7741); null when it is not.</summary>
    static Part? Read(ReadOnlySpan<byte> rtp)
    {
        if (rtp.Length < RtpHeader || rtp[0] >> 6 != 2) return null;
        var from = RtpHeader + 4 * (rtp[0] & 0x0F);
        if ((rtp[0] & 0x10) != 0)
        {
            if (rtp.Length < from + 4) return null;
            from += 4 + 4 * BinaryPrimitives.ReadUInt16BigEndian(rtp[(from + 2)..]);
        }
        var to = rtp.Length - ((rtp[0] & 0x20) != 0 ? rtp[^1] : 0);
        var empty = from >= to;
        // The payload descriptor: start of a partition, and it is partition 0.
        var begins = !empty && (rtp[from] & 0x17) == 0x10;
        return new(BinaryPrimitives.ReadUInt32BigEndian(rtp[4..]), BinaryPrimitives.ReadUInt16BigEndian(rtp[2..]), begins, (rtp[1] & 0x80) != 0, empty);
    }

    /// <summary>The record with its packet's header and nothing else.</summary>
    static ReadOnlyMemory<byte> Emptied(ReadOnlyMemory<byte> record)
    {
        var header = record[..(RecordHeader + RtpHeader)].ToArray();
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(LengthAt), RtpHeader);
        header[RecordHeader] = 0x80; // Version 2; no padding, extension or further sources follow.
        return header;
    }

    /// <summary>The parts of a picture that are there, in whatever order and however often each came.</summary>
    sealed class Picture
    {
        readonly HashSet<ushort> parts = [];
        ushort? first, last;

        internal bool IsWholeWith(Part part)
        {
            parts.Add(part.Sequence);
            if (part.Begins) first = part.Sequence;
            if (part.Ends) last = part.Sequence;
            return first is { } from && last is { } to && parts.Count == (ushort)(to - from) + 1;
        }
    }
}
