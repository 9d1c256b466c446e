using System.Collections.Immutable;
using FFMpegCore;
using FFMpegCore.Exceptions;

namespace Balie.Grains.Recording.Media;

/// <summary>
/// Makes one MP4 (H.264, AAC) of raw tracks: everyone in a grid, all voices mixed. Three passes, because FFmpeg 5.1 spoils the
/// sound when pictures and voices are composed in one; the first two side by side. Takes 10 to 20 s of one core for a minute of talk.
/// </summary>
/// <param name="workFolder">Folder for plaintext while the job runs; each job removes its own.</param>
public sealed class Composer(string workFolder)
{
    /// <summary>Tracks that are remuxed at a time.</summary>
    const int AtATime = 2;

    static readonly string[] Fonts =
    [
        "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
        "/usr/share/fonts/truetype/liberation2/LiberationSans-Regular.ttf",
        "/usr/share/fonts/truetype/liberation/LiberationSans-Regular.ttf",
    ];

    /// <summary>Composes into <paramref name="destination"/>; reports 0 to 1. A cancelled job leaves nothing behind.</summary>
    /// <exception cref="CompositionException">There is nothing playable, or FFmpeg failed.</exception>
    public async Task<Composition> ComposeAsync(
        ImmutableArray<RecordedSegment> segments, string destination, IProgress<double>? progress = null, CancellationToken ct = default)
    {
        using var tools = new MediaTools(workFolder);
        var (playable, unreadable) = await RemuxAllAsync(segments, tools, ct);
        var plan = CompositionPlan.Make(playable);
        if (plan.Duration <= TimeSpan.Zero) throw new CompositionException("The recording holds nothing that can be played");
        progress?.Report(0.05);
        try
        {
            await Task.WhenAll(PicturesAsync(plan, tools, Part(progress, 0.05, 0.92), ct), plan.Voices.Length > 0 ? VoicesAsync(plan, tools, ct) : Task.CompletedTask);
            await MuxAsync(plan, tools, ct);
        }
        catch (FFMpegException error)
        {
            throw new CompositionException($"FFmpeg could not compose the recording: {error.Message}", error);
        }
        var result = await tools.ProbeAsync("composed.mp4", ct) ?? throw new CompositionException("The composed file does not play");
        File.Move(tools.Path("composed.mp4"), destination, overwrite: true);
        progress?.Report(1);
        return new(destination, result.Duration, result.HasVideo, result.HasAudio, plan.Segments, unreadable);
    }

    static async Task<(List<(string, ImmutableArray<RemuxedTrack>)>, ImmutableArray<RecordedTrack>)> RemuxAllAsync(
        ImmutableArray<RecordedSegment> segments, MediaTools tools, CancellationToken ct)
    {
        var all = segments.SelectMany(s => s.Tracks.Select(t => (Segment: s.Id, Track: t))).Select((t, i) => (t.Segment, t.Track, Name: $"track-{i}", At: i)).ToList();
        var remuxed = new RemuxedTrack?[all.Count];
        await Parallel.ForEachAsync(all, new ParallelOptions { MaxDegreeOfParallelism = AtATime, CancellationToken = ct }, async (one, stop) =>
            remuxed[one.At] = await TrackRemuxer.RemuxAsync(one.Track, tools, one.Name, stop));
        var playable = segments.Select(s => (s.Id, all.Where(t => t.Segment == s.Id).Select(t => remuxed[t.At]).OfType<RemuxedTrack>().ToImmutableArray())).ToList();
        return (playable, [.. all.Where(t => remuxed[t.At] is null).Select(t => t.Track)]);
    }

    static async Task PicturesAsync(CompositionPlan plan, MediaTools tools, IProgress<double>? progress, CancellationToken ct)
    {
        for (var i = 0; i < plan.Tiles.Length; i++) await tools.WriteAsync(Label(i), Plain(plan.Tiles[i]), ct);
        await tools.WriteAsync("pictures.graph", plan.PictureGraph(Array.Find(Fonts, File.Exists), Label), ct);
        var inputs = FFMpegArguments.FromFileInput(plan.BasePicture, verifyExists: false, o => o.ForceFormat("lavfi"));
        foreach (var picture in plan.Pictures) inputs.AddFileInput(picture.Track.File, verifyExists: false);
        await RunAsync(inputs.OutputToFile("pictures.mp4", overwrite: true, o => o.WithCustomArgument(
            "-filter_complex_script pictures.graph -map [out] -an -c:v libx264 -preset veryfast -crf 26 -pix_fmt yuv420p")), plan, tools, progress, ct);
    }

    static async Task VoicesAsync(CompositionPlan plan, MediaTools tools, CancellationToken ct)
    {
        await tools.WriteAsync("voices.graph", plan.VoiceGraph(), ct);
        var inputs = FFMpegArguments.FromFileInput(plan.Voices[0].Track.File, verifyExists: false);
        foreach (var voice in plan.Voices[1..]) inputs.AddFileInput(voice.Track.File, verifyExists: false);
        await RunAsync(inputs.OutputToFile("voices.m4a", overwrite: true, o => o.WithCustomArgument(
            "-filter_complex_script voices.graph -map [out] -vn -c:a aac -b:a 96k")), plan, tools, null, ct);
    }

    static async Task MuxAsync(CompositionPlan plan, MediaTools tools, CancellationToken ct)
    {
        var inputs = FFMpegArguments.FromFileInput("pictures.mp4", verifyExists: false);
        if (plan.Voices.Length > 0) inputs.AddFileInput("voices.m4a", verifyExists: false);
        await RunAsync(inputs.OutputToFile("composed.mp4", overwrite: true, o => o.WithCustomArgument("-c copy -movflags +faststart")), plan, tools, null, ct);
    }

    static async Task RunAsync(FFMpegArgumentProcessor pass, CompositionPlan plan, MediaTools tools, IProgress<double>? progress, CancellationToken ct)
    {
        if (progress is not null)
            pass = pass.NotifyOnProgress(at => progress.Report(Math.Clamp(at / plan.Duration, 0, 1)));
        await pass.CancellableThrough(ct, TimeSpan.FromMilliseconds(500)).ProcessAsynchronously(throwOnError: true, tools.FFOptions);
        ct.ThrowIfCancellationRequested();
    }

    static string Label(int tile) => $"label-{tile}.txt";

    static string Plain(CompositionPlan.Tile tile) =>
        string.Concat(tile.Label.Where(c => !char.IsControl(c)).Take(60)) + (tile.Screen ? " (scherm)" : "");

    static Slice? Part(IProgress<double>? whole, double from, double share) => whole is null ? null : new(whole, from, share);

    sealed class Slice(IProgress<double> whole, double from, double share) : IProgress<double>
    {
        public void Report(double value) => whole.Report(from + value * share);
    }
}
