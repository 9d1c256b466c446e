using System.Collections.Immutable;

namespace Balie.Grains.Calls.Media;

/// <summary>One expected raw track.</summary>
/// <param name="Bytes">Null when there is no file for it.</param>
/// <param name="Grows">It became longer within the last two seconds.</param>
public sealed record TrackGrowth(string ParticipantId, TrackKind Kind, long? Bytes, bool Grows);

/// <summary>The truth about a recording: Janus says "success" even when it can open no file, so look at the files.</summary>
public sealed class RecordingProbe
{
    // Voice is written from the first packet, but through a buffer: up to 1.5 s pass before the file shows it.
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    readonly MediaRoom room;
    readonly TimeProvider time;
    readonly Dictionary<(string, TrackKind), (long Bytes, long Since)> last = [];

    internal RecordingProbe(MediaRoom room, TimeProvider time) => (this.room, this.time) = (room, time);

    /// <summary>Looks once; call it every half second or so. A track is expected when its owner publishes it now.</summary>
    public async Task<ImmutableArray<TrackGrowth>> SampleAsync(CancellationToken ct = default) =>
        [.. (await room.SampleAsync(ct)).Select(Judge)];

    TrackGrowth Judge(TrackGrowth track)
    {
        var key = (track.ParticipantId, track.Kind);
        var now = time.GetTimestamp();
        if (track.Bytes is not { } bytes || bytes == 0) { last.Remove(key); return track; }
        if (!last.TryGetValue(key, out var before) || bytes < before.Bytes)
        {
            // The first bytes are growth from nothing.
            last[key] = (bytes, now);
            return track with { Grows = true };
        }
        if (bytes > before.Bytes) last[key] = (bytes, now);
        return track with { Grows = bytes > before.Bytes || time.GetElapsedTime(before.Since, now) < Patience };
    }
}
