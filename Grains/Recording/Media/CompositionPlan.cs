using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Balie.Grains.Recording.Media;

/// <summary>
/// Pure: where every track goes on one timeline and in one picture, and the FFmpeg filter graphs that say so.
/// Tiles stand in a grid, people in order of first appearance, screens after them.
/// </summary>
internal sealed record CompositionPlan
{
    internal const int FrameRate = 15;
    const string Background = "0x1F2933";

    internal required ImmutableArray<ComposedSegment> Segments { get; init; }
    internal required TimeSpan Duration { get; init; }
    internal required ImmutableArray<Tile> Tiles { get; init; }
    internal required ImmutableArray<Placed> Pictures { get; init; }
    internal required ImmutableArray<Placed> Voices { get; init; }
    internal required (int Width, int Height) Size { get; init; }

    /// <summary>A rectangle that belongs to one person's camera, or to their screen.</summary>
    internal sealed record Tile(string ParticipantId, bool Screen, string Label, int X, int Y, int Width, int Height);

    /// <summary>A playable track, and when its first sample is due in the composed file.</summary>
    internal sealed record Placed(RemuxedTrack Track, TimeSpan At, Tile Tile);

    internal static CompositionPlan Make(IEnumerable<(string Id, ImmutableArray<RemuxedTrack> Tracks)> segments)
    {
        var places = ImmutableArray.CreateBuilder<ComposedSegment>();
        var onTimeline = new List<(RemuxedTrack Track, TimeSpan At)>();
        var offset = TimeSpan.Zero;
        foreach (var (id, tracks) in segments.Where(s => s.Tracks.Length > 0).OrderBy(s => s.Tracks.Min(t => t.Track.StartUtc)))
        {
            var start = tracks.Min(t => t.Track.StartUtc);
            var length = tracks.Max(t => t.Track.StartUtc + t.Length) - start;
            places.Add(new(id, offset, length, start));
            onTimeline.AddRange(tracks.Select(t => (t, offset + (t.Track.StartUtc - start) + t.Lead)));
            offset += length;
        }
        var tiles = Arrange(onTimeline.OrderBy(t => t.At).Select(t => t.Track.Track).ToList());
        var placed = onTimeline.Select(t => new Placed(t.Track, t.At, tiles.First(x => Belongs(x, t.Track.Track)))).ToList();
        return new()
        {
            Segments = places.ToImmutable(),
            Duration = offset,
            Tiles = tiles,
            Pictures = [.. placed.Where(p => p.Track.Track.Kind != RecordedKind.Microphone)],
            Voices = [.. placed.Where(p => p.Track.Track.Kind == RecordedKind.Microphone)],
            Size = tiles.Length == 0 ? (0, 0) : (tiles.Max(t => t.X + t.Width), tiles.Max(t => t.Y + t.Height)),
        };
    }

    static bool Belongs(Tile tile, RecordedTrack track) => tile.ParticipantId == track.ParticipantId && tile.Screen == (track.Kind == RecordedKind.Screen);

    static ImmutableArray<Tile> Arrange(List<RecordedTrack> tracks)
    {
        var owners = tracks.Select(t => (t.ParticipantId, Screen: t.Kind == RecordedKind.Screen)).Distinct().OrderBy(o => o.Screen).ToList();
        var columns = (int)Math.Ceiling(Math.Sqrt(owners.Count));
        var (width, height) = owners.Count <= 4 ? (640, 360) : (428, 240);
        return [.. owners.Select((o, i) => new Tile(
            o.ParticipantId, o.Screen, tracks.First(t => t.ParticipantId == o.ParticipantId).Label, i % columns * width, i / columns * height, width, height))];
    }

    internal string BasePicture => Inv($"color=c={Background}:s={Size.Width}x{Size.Height}:r={FrameRate}:d={Seconds(Duration)}");

    /// <summary>Input 0 is <see cref="BasePicture"/>, then <see cref="Pictures"/> in order; the result is called <c>out</c>.</summary>
    /// <param name="font">Font file for the names; null leaves them out.</param>
    /// <param name="labelFile">File that holds the label of the tile with that index.</param>
    internal string PictureGraph(string? font, Func<int, string> labelFile)
    {
        var graph = new StringBuilder();
        for (var i = 0; i < Pictures.Length; i++)
        {
            var (w, h) = (Pictures[i].Tile.Width, Pictures[i].Tile.Height);
            graph.Append(Inv($"[{i + 1}:v]scale={w}:{h}:force_original_aspect_ratio=decrease,pad={w}:{h}:(ow-iw)/2:(oh-ih)/2:color={Background},setsar=1,setpts=PTS+{Seconds(Pictures[i].At)}/TB[p{i}];\n"));
        }
        graph.Append("[0:v]null[b0];\n");
        for (var i = 0; i < Pictures.Length; i++)
            graph.Append(Inv($"[b{i}][p{i}]overlay={Pictures[i].Tile.X}:{Pictures[i].Tile.Y}:eof_action=pass[b{i + 1}];\n"));
        graph.Append(Inv($"[b{Pictures.Length}]null"));
        for (var i = 0; font is not null && i < Tiles.Length; i++)
            graph.Append(Inv($",drawtext=fontfile={font}:textfile={labelFile(i)}:expansion=none:fontsize=20:fontcolor=white:box=1:boxcolor=black@0.5:boxborderw=6:x={Tiles[i].X + 14}:y={Tiles[i].Y + Tiles[i].Height - 36}"));
        return graph.Append("[out]").ToString();
    }

    /// <summary>Inputs are <see cref="Voices"/> in order; the result is called <c>out</c>.</summary>
    internal string VoiceGraph()
    {
        var graph = new StringBuilder();
        for (var i = 0; i < Voices.Length; i++)
            graph.Append(Inv($"[{i}:a]aresample=48000:async=1,adelay={(long)Voices[i].At.TotalMilliseconds}:all=1,apad=whole_dur={Seconds(Duration)}[a{i}];\n"));
        for (var i = 0; i < Voices.Length; i++) graph.Append(Inv($"[a{i}]"));
        return graph.Append(Inv($"amix=inputs={Voices.Length}:normalize=0,atrim=0:{Seconds(Duration)}[out]")).ToString();
    }

    static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.######", CultureInfo.InvariantCulture);

    static string Inv(FormattableString text) => FormattableString.Invariant(text);
}
