using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Balie.Grains.Calls.Media;

/// <summary>A closed raw track (<c>.mjr</c>) on a media node.</summary>
/// <param name="StartUtc">When Janus wrote its first packet, by the node's clock; microseconds.</param>
public sealed record RawTrack(string Path, string RoomId, string ParticipantId, TrackKind Kind, DateTimeOffset StartUtc, long Bytes);

/// <summary>
/// The raw tracks Janus writes: <c>{room}/{segment}/videoroom-{room}-user-{participant}-{µs}-{audio|video}-{m-line}.mjr</c>; <c>.part</c> behind it while
/// it is being written.
/// </summary>
public static partial class RecordingFiles
{
    const string Open = ".part";

    /// <summary>Closes what a Janus that ended left open, and removes files nothing was written to. Only while no Janus runs.</summary>
    /// <returns>How many tracks were closed.</returns>
    public static int Sweep(string recordings)
    {
        if (!Directory.Exists(recordings)) return 0;
        var closed = 0;
        foreach (var path in Directory.EnumerateFiles(recordings, "*.mjr" + Open, SearchOption.AllDirectories).ToList())
        {
            if (new FileInfo(path).Length == 0) { File.Delete(path); continue; }
            File.Move(path, path[..^Open.Length], overwrite: false);
            closed++;
        }
        return closed;
    }

    /// <summary>Where the tracks of a segment are.</summary>
    public static string FolderOf(string recordings, string roomId, string segment) => Path.Combine(recordings, roomId, segment);

    /// <summary>Closed tracks of a segment, those without a single packet left out.</summary>
    public static ImmutableArray<RawTrack> Closed(string folder) =>
        Directory.Exists(folder) ? [.. Directory.EnumerateFiles(folder, "*.mjr").Select(Describe).OfType<RawTrack>().OrderBy(t => t.StartUtc)] : [];

    /// <summary>True while a track of the segment is being written.</summary>
    public static bool AreOpen(string folder) => Directory.Exists(folder) && Directory.EnumerateFiles(folder, "*.mjr" + Open).Any();

    /// <summary>
    /// Removes a segment's folder once its tracks are elsewhere, and the room's when it was the last; files nothing was written to go with it. False,
    /// and nothing is removed, while a track is left or still open.
    /// </summary>
    public static bool TryRemove(string folder)
    {
        if (!Directory.Exists(folder)) return true;
        if (Directory.EnumerateFiles(folder).Any(f => f.EndsWith(Open, StringComparison.Ordinal) || Describe(f) is not null)) return false;
        Directory.Delete(folder, recursive: true);
        var room = Path.GetDirectoryName(folder)!;
        if (!Directory.EnumerateFileSystemEntries(room).Any()) Directory.Delete(room);
        return true;
    }

    /// <summary>Bytes of the tracks being written, by participant and m-line.</summary>
    internal static Dictionary<(string Participant, int Line), long> Growing(string folder)
    {
        var sizes = new Dictionary<(string, int), long>();
        if (!Directory.Exists(folder)) return sizes;
        foreach (var file in new DirectoryInfo(folder).EnumerateFiles("*.mjr" + Open))
            if (NameForm().Match(file.Name) is { Success: true } name)
                sizes[(name.Groups["user"].Value, int.Parse(name.Groups["line"].Value, CultureInfo.InvariantCulture))] = file.Length;
        return sizes;
    }

    /// <summary>Null when the file has no header: nothing was ever written to it, or it is not a raw track.</summary>
    public static RawTrack? Describe(string path)
    {
        if (NameForm().Match(Path.GetFileName(path)) is not { Success: true } name || !File.Exists(path)) return null;
        if (Header(path) is not { } header) return null;
        var kind = header.TryGetProperty("d", out var description) && Enum.TryParse<TrackKind>(description.GetString(), ignoreCase: true, out var told)
            ? told
            : name.Groups["type"].Value == "audio" ? TrackKind.Microphone : TrackKind.Camera;
        var start = DateTimeOffset.UnixEpoch.AddTicks(header.GetProperty("u").GetInt64() * TimeSpan.TicksPerMicrosecond);
        return new(path, name.Groups["room"].Value, name.Groups["user"].Value, kind, start, new FileInfo(path).Length);
    }

    /// <summary>The file begins with MJR00002, a length (16 bits, big endian) and that many bytes of JSON.</summary>
    static JsonElement? Header(string path)
    {
        using var file = File.OpenRead(path);
        Span<byte> start = stackalloc byte[10];
        if (file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) < start.Length || !start[..8].SequenceEqual("MJR00002"u8)) return null;
        var text = new byte[BinaryPrimitives.ReadUInt16BigEndian(start[8..])];
        if (file.ReadAtLeast(text, text.Length, throwOnEndOfStream: false) < text.Length) return null;
        var header = JsonSerializer.Deserialize<JsonElement>(text);
        return header.TryGetProperty("u", out _) ? header : null;
    }

    [GeneratedRegex(@"^videoroom-(?<room>[A-Za-z0-9._\-]+?)-user-(?<user>[A-Za-z0-9._\-]+)-(?<at>[0-9]{15,17})-(?<type>audio|video)-(?<line>[0-9]+)\.mjr(\.part)?\z")]
    private static partial Regex NameForm();
}
