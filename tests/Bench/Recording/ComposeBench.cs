using System.Diagnostics;
using System.Globalization;
using Balie.Grains.Recording.Media;

namespace Balie.Bench;

/// <summary>Balie's composer against the same work by FFmpeg on a command line.</summary>
internal sealed class ComposeBench : IBench
{
    /// <summary>Minutes of talk; <c>BALIE_BENCH_MINUTES=10</c> for the whole ten.</summary>
    private static readonly double Minutes = double.TryParse(Environment.GetEnvironmentVariable("BALIE_BENCH_MINUTES"), CultureInfo.InvariantCulture, out var minutes) ? minutes : 0.5;

    public string Name => "compose";

    public string About => "composing a recording against the bare ffmpeg commands";

    public async Task<IReadOnlyList<Row>> RunAsync(CancellationToken ct = default)
    {
        var folder = BalieProcess.NewFolder();
        try
        {
            var segment = await RawTracks.MakeAsync(folder, TimeSpan.FromMinutes(Minutes), ct);
            var work = Path.Combine(folder, "work");
            var pairs = await Figures.InTurnsAsync(() => OursAsync(segment, work, folder, ct), () => BareAsync(segment, folder, ct), warmUp: false);
            var conditions = $"{Minutes:0.##} minutes of two people (two VP8 pictures of 640x360 at 15 a second, two Opus voices), raw tracks to one MP4 1280x360 x264 veryfast + AAC; wall time; both at nice 10, files on the same disk; {Figures.Runs} runs in turns";
            return
            [
                Row.Against("composing", "s", pairs, "janus-pp-rec and three ffmpeg passes", Target.AtMost(1.05), conditions, "ours also probes every track, writes names into the picture and copies the tracks into a closed folder"),
            ];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<double> OursAsync(RecordedSegment segment, string work, string folder, CancellationToken ct)
    {
        var clock = Stopwatch.StartNew();
        var made = await new Composer(work).ComposeAsync([segment], Path.Combine(folder, "ours.mp4"), ct: ct);
        if (!made.HasVideo || !made.HasAudio || made.Duration < TimeSpan.FromMinutes(Minutes * 0.98)) throw new InvalidOperationException($"The composer made {made}.");
        return clock.Elapsed.TotalSeconds;
    }

    private static async Task<double> BareAsync(RecordedSegment segment, string folder, CancellationToken ct)
    {
        var clock = Stopwatch.StartNew();
        var (pictures, voices) = (new List<string>(), new List<string>());
        foreach (var track in segment.Tracks)
        {
            var playable = Path.ChangeExtension(track.Path, track.Kind == RecordedKind.Microphone ? ".opus" : ".webm");
            await NiceAsync(ct, "janus-pp-rec", "--disable-colors", track.Path, playable);
            (track.Kind == RecordedKind.Microphone ? voices : pictures).Add(playable);
        }

        var seconds = (Minutes * 60).ToString(CultureInfo.InvariantCulture);
        string At(string name) => Path.Combine(folder, name);
        await NiceAsync(ct, "ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", $"color=c=black:s=1280x360:r=15:d={seconds}", "-i", pictures[0], "-i", pictures[1],
            "-filter_complex", "[1:v]scale=640:360,setpts=PTS+0/TB[a];[2:v]scale=640:360,setpts=PTS+0/TB[b];[0:v][a]overlay=0:0:eof_action=pass[c];[c][b]overlay=640:0:eof_action=pass[out]",
            "-map", "[out]", "-an", "-c:v", "libx264", "-preset", "veryfast", "-crf", "26", "-pix_fmt", "yuv420p", At("bare-video.mp4"));
        await NiceAsync(ct, "ffmpeg", "-v", "error", "-y", "-i", voices[0], "-i", voices[1],
            "-filter_complex", $"[0:a]aresample=48000:async=1,adelay=0:all=1,apad=whole_dur={seconds}[a];[1:a]aresample=48000:async=1,adelay=0:all=1,apad=whole_dur={seconds}[b];[a][b]amix=inputs=2:normalize=0,atrim=0:{seconds}[out]",
            "-map", "[out]", "-vn", "-c:a", "aac", "-b:a", "96k", At("bare-audio.m4a"));
        await NiceAsync(ct, "ffmpeg", "-v", "error", "-y", "-i", At("bare-video.mp4"), "-i", At("bare-audio.m4a"), "-c", "copy", "-movflags", "+faststart", At("bare.mp4"));
        return clock.Elapsed.TotalSeconds;
    }

    private static Task NiceAsync(CancellationToken ct, params string[] words) => Tool.RunAsync(ct, ["nice", "-n", "10", .. words]);
}
