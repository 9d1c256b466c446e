using System.Buffers.Binary;
using System.Text;
using Balie.Grains.Recording.Media;

namespace Balie.Bench;

/// <summary>
/// Raw tracks as Janus writes them (.mjr: a header in JSON, then RTP packets, each with its moment of arrival), made of what FFmpeg encodes: VP8 (RFC 7741)
/// and Opus (RFC 7587). Two people: a picture and a voice each.
/// </summary>
internal static class RawTracks
{
    private const int MostPayload = 1100;
    private const int FramesASecond = 15;

    public static async Task<RecordedSegment> MakeAsync(string folder, TimeSpan length, CancellationToken ct)
    {
        var start = new DateTimeOffset(2026, 7, 6, 8, 0, 0, TimeSpan.Zero);
        var tracks = new List<RecordedTrack>();
        foreach (var (person, pattern, pitch) in new[] { ("gerrit", "testsrc", 440), ("an", "smptebars", 660) })
        {
            var (picture, voice) = (Path.Combine(folder, $"{person}.ivf"), Path.Combine(folder, $"{person}.ogg"));
            var seconds = $"{length.TotalSeconds:0}";
            await Tool.RunAsync(ct, "ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", $"{pattern}=size=640x360:rate={FramesASecond}:duration={seconds}", "-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-b:v", "500k", "-g", "75", picture);
            await Tool.RunAsync(ct, "ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", $"sine=frequency={pitch}:sample_rate=48000:duration={seconds}", "-ac", "1", "-c:a", "libopus", "-b:a", "24k", voice);
            var (video, audio) = (Path.Combine(folder, $"{person}-video.mjr"), Path.Combine(folder, $"{person}-audio.mjr"));
            Write(video, "v", "vp8", start, Pictures(picture));
            Write(audio, "a", "opus", start, Voices(voice));
            tracks.Add(new RecordedTrack(video, person, person, RecordedKind.Camera, start));
            tracks.Add(new RecordedTrack(audio, person, person, RecordedKind.Microphone, start));
            File.Delete(picture);
            File.Delete(voice);
        }

        return new RecordedSegment("s1", [.. tracks]);
    }

    private sealed record Packet(TimeSpan At, uint Timestamp, bool Last, byte[] Payload);

    private static void Write(string file, string type, string codec, DateTimeOffset start, IEnumerable<Packet> packets)
    {
        using var stream = new BufferedStream(File.Create(file));
        var micros = (start - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        var header = Encoding.UTF8.GetBytes($$"""{"t":"{{type}}","c":"{{codec}}","s":{{micros}},"u":{{micros}}}""");
        stream.Write("MJR00002"u8);
        stream.Write(Big16(header.Length));
        stream.Write(header);
        ushort sequence = 1;
        Span<byte> rtp = stackalloc byte[12];
        foreach (var packet in packets)
        {
            rtp[0] = 0x80;
            rtp[1] = (byte)((packet.Last && type == "v" ? 0x80 : 0) | (type == "v" ? 96 : 111));
            BinaryPrimitives.WriteUInt16BigEndian(rtp[2..], sequence++);
            BinaryPrimitives.WriteUInt32BigEndian(rtp[4..], packet.Timestamp);
            BinaryPrimitives.WriteUInt32BigEndian(rtp[8..], 0x42414C49);
            stream.Write("MEET"u8);
            stream.Write(Big32((uint)packet.At.TotalMilliseconds));
            stream.Write(Big16(12 + packet.Payload.Length));
            stream.Write(rtp);
            stream.Write(packet.Payload);
        }
    }

    /// <summary>IVF: 32 bytes of header, then frames of a 12-byte header (length, number) each.</summary>
    private static IEnumerable<Packet> Pictures(string file)
    {
        using var reader = new BinaryReader(File.OpenRead(file));
        reader.ReadBytes(32);
        while (reader.BaseStream.Position < reader.BaseStream.Length)
        {
            var length = reader.ReadInt32();
            var number = reader.ReadInt64();
            var frame = reader.ReadBytes(length);
            for (var from = 0; from < frame.Length; from += MostPayload)
            {
                var part = frame.AsSpan(from, Math.Min(MostPayload, frame.Length - from));
                // Payload descriptor, one byte: the start bit on the first part of a frame.
                byte[] payload = [(byte)(from == 0 ? 0x10 : 0x00), .. part];
                yield return new Packet(TimeSpan.FromSeconds((double)number / FramesASecond), (uint)(number * 90_000 / FramesASecond), from + part.Length == frame.Length, payload);
            }
        }
    }

    /// <summary>Ogg pages: each packet of 20 ms after the two headers.</summary>
    private static IEnumerable<Packet> Voices(string file)
    {
        using var reader = new BinaryReader(File.OpenRead(file));
        var (number, packet) = (0, new List<byte>());
        while (reader.BaseStream.Position < reader.BaseStream.Length)
        {
            reader.ReadBytes(26);
            foreach (var length in reader.ReadBytes(reader.ReadByte()))
            {
                packet.AddRange(reader.ReadBytes(length));
                if (length == 255) continue;
                if (number >= 2) yield return new Packet(TimeSpan.FromMilliseconds((number - 2) * 20), (uint)((number - 2) * 960), true, [.. packet]);
                number++;
                packet.Clear();
            }
        }
    }

    private static byte[] Big16(int value) => [(byte)(value >> 8), (byte)value];

    private static byte[] Big32(uint value) => [(byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value];
}
