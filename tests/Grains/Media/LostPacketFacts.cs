using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using Balie.Bench;
using Balie.Grains.Recording.Media;

namespace Balie.Grains.Tests.Media;

/// <summary>
/// A picture travels as several packets. What a browser plays when the raw track lacks some of them: made by the real tools, played by a real Chromium.
/// </summary>
[Collection("Media")]
public sealed class LostPacketFacts(MediaStage stage) : IDisposable
{
    /// <summary>Key frames are the pictures 0 and 75.</summary>
    private const int Pictures = 90;

    private const int SecondKey = 75;

    private const double OnePicture = 1.0 / 15, Length = Pictures * OnePicture;

    private readonly string _folder = Directory.CreateTempSubdirectory("balie-lost-").FullName;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public enum Which
    {
        FirstKey,

        /// <summary>The largest that is no key frame.</summary>
        Large,
        SecondKey,
        Final,
    }

    public enum Lost
    {
        /// <summary>Also what a recording lacks that begins within the picture.</summary>
        First,
        Middle,

        /// <summary>Also what a recording lacks that was cut off.</summary>
        Last,
        All,
    }

    [Theory]
    [InlineData(Which.FirstKey, Lost.First, Pictures - SecondKey)]
    [InlineData(Which.FirstKey, Lost.Middle, Pictures - SecondKey)]
    [InlineData(Which.FirstKey, Lost.Last, Pictures - SecondKey)]
    [InlineData(Which.Large, Lost.First, Pictures - 1)]
    [InlineData(Which.Large, Lost.Middle, Pictures - 1)]
    [InlineData(Which.Large, Lost.Last, Pictures - 1)]
    [InlineData(Which.Large, Lost.All, Pictures - 1)]
    [InlineData(Which.SecondKey, Lost.First, Pictures - 1)]
    [InlineData(Which.SecondKey, Lost.Last, Pictures - 1)]
    [InlineData(Which.Final, Lost.Last, Pictures - 1)]
    public async Task A_picture_that_lacks_a_packet_is_left_out_and_the_others_play_in_their_time(Which which, Lost lost, int shown)
    {
        var file = await PlayableAsync(packets =>
        {
            var picture = Number(which, packets);
            return [.. packets.Where(p => !IsLost(p, picture, lost))];
        });

        (await DecodedAsync(file)).ShouldBe(shown);
        var end = which is Which.FirstKey or Which.Final ? Length - OnePicture : Length;
        (await PlaysUntilAsync(file, from: null)).ShouldBe(end, 0.05);
        (await PlaysUntilAsync(file, from: Length - 0.5)).ShouldBe(end, 0.05);
    }

    [Fact]
    public async Task Packets_that_come_late_or_twice_are_no_loss()
    {
        var file = await PlayableAsync(packets => [.. packets.Chunk(5).SelectMany(some => some.Reverse().Append(some[0]))]);

        (await DecodedAsync(file)).ShouldBe(Pictures);
        (await PlaysUntilAsync(file, from: null)).ShouldBe(Length, 0.05);
    }

    [Fact]
    public async Task Nothing_of_a_track_without_one_whole_key_frame_is_called_playable()
    {
        var (track, destination) = (await TrackAsync(packets => [.. packets.Where(p => p.Picture < SecondKey && !IsLost(p, 0, Lost.Last))]), Path.Combine(_folder, "none.webm"));

        (await TrackRemuxer.RemuxAsync(track, destination, Path.Combine(_folder, "work"), Ct)).ShouldBeFalse();
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>A packet of a raw track, with the record it lies in.</summary>
    private sealed record Packet(byte[] Record, int Picture, bool First, bool Last);

    private static int Number(Which which, ImmutableArray<Packet> packets) => which switch
    {
        Which.FirstKey => 0,
        Which.SecondKey => SecondKey,
        Which.Final => Pictures - 1,
        _ => packets.CountBy(p => p.Picture).Where(p => p is { Key: not 0 and not SecondKey, Value: > 2 }).MaxBy(p => p.Value).Key,
    };

    private static bool IsLost(Packet packet, int picture, Lost lost) => packet.Picture == picture && lost switch
    {
        Lost.First => packet.First,
        Lost.Middle => packet is { First: false, Last: false },
        Lost.Last => packet.Last,
        _ => true,
    };

    private async Task<string> PlayableAsync(Func<ImmutableArray<Packet>, ImmutableArray<Packet>> change)
    {
        var destination = Path.Combine(_folder, "playable.webm");
        (await TrackRemuxer.RemuxAsync(await TrackAsync(change), destination, Path.Combine(_folder, "work"), Ct)).ShouldBeTrue();
        return destination;
    }

    private async Task<RecordedTrack> TrackAsync(Func<ImmutableArray<Packet>, ImmutableArray<Packet>> change)
    {
        var made = await RawTracks.MakeAsync(_folder, TimeSpan.FromSeconds(Length), Ct);
        var track = made.Tracks.First(t => t.Kind == RecordedKind.Camera);
        var bytes = await File.ReadAllBytesAsync(track.Path, Ct);
        var header = 10 + BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(8));
        await File.WriteAllBytesAsync(track.Path, [.. bytes[..header], .. change(Packets(bytes.AsSpan(header))).SelectMany(p => p.Record)], Ct);
        return track;
    }

    private static ImmutableArray<Packet> Packets(ReadOnlySpan<byte> records)
    {
        var packets = ImmutableArray.CreateBuilder<Packet>();
        for (var (picture, first) = (0, true); records.Length > 0;)
        {
            var record = records[..(10 + BinaryPrimitives.ReadUInt16BigEndian(records[8..]))];
            var last = (record[11] & 0x80) != 0;
            packets.Add(new Packet(record.ToArray(), picture, first, last));
            (picture, first) = (last ? picture + 1 : picture, last);
            records = records[record.Length..];
        }

        return packets.ToImmutable();
    }

    /// <summary>How many pictures FFmpeg decodes; none of them may be spoilt.</summary>
    private static async Task<int> DecodedAsync(string file)
    {
        (await MediaStage.RunAsync("ffmpeg", "-v", "error", "-i", file, "-f", "null", "-")).ShouldBeEmpty();
        var count = await MediaStage.RunAsync("ffprobe", "-v", "error", "-count_frames", "-show_entries", "stream=nb_read_frames", "-of", "csv=p=0", file);
        return int.Parse(count, CultureInfo.InvariantCulture);
    }

    /// <summary>The second at which Chromium is through with the file; fails with what the element says when it cannot play it.</summary>
    private async Task<double> PlaysUntilAsync(string file, double? from)
    {
        var page = await stage.OpenPageAsync();
        try
        {
            return await page.EvaluateAsync<double>("""
                async ([file, from]) => {
                  const video = document.createElement('video');
                  const until = what => new Promise((done, fail) => {
                    video.addEventListener(what, done, { once: true });
                    video.addEventListener('error', () => fail(new Error(video.error.message)), { once: true });
                  });
                  Object.assign(video, { muted: true, preload: 'auto' });
                  const there = until('canplay');
                  video.src = URL.createObjectURL(await (await fetch(`data:video/webm;base64,${file}`)).blob());
                  document.body.append(video);
                  await there;
                  if (from !== null) {
                    const stands = until('seeked');
                    video.currentTime = from;
                    await stands;
                  }
                  video.playbackRate = 4;
                  const ended = until('ended');
                  await video.play();
                  await ended;
                  return video.currentTime;
                }
                """, new object?[] { Convert.ToBase64String(await File.ReadAllBytesAsync(file, Ct)), from });
        }
        finally
        {
            await page.Context.CloseAsync();
        }
    }
}
