using System.Collections.Immutable;

namespace Balie.Grains.Recording.Media;

/// <summary>What a raw track holds.</summary>
public enum RecordedKind
{
    /// <summary>A voice; Opus.</summary>
    Microphone,

    /// <summary>A person's picture; VP8.</summary>
    Camera,

    /// <summary>A shared screen; VP8.</summary>
    Screen,
}

/// <summary>One raw track (<c>.mjr</c>) on this machine, decrypted for the time of the job.</summary>
/// <param name="Label">Name shown in the picture.</param>
/// <param name="StartUtc">When its first packet was written; tracks are laid beside each other by this.</param>
public sealed record RecordedTrack(string Path, string ParticipantId, string Label, RecordedKind Kind, DateTimeOffset StartUtc);

/// <summary>A stretch everyone consented to.</summary>
public sealed record RecordedSegment(string Id, ImmutableArray<RecordedTrack> Tracks);

/// <summary>
/// Where a segment stands in the composed file. The file holds consented time only, one segment after the other: what lies
/// between two segments takes no time in it.
/// </summary>
/// <param name="WallStart">When its first packet was recorded.</param>
public sealed record ComposedSegment(string Id, TimeSpan Offset, TimeSpan Duration, DateTimeOffset WallStart);

/// <summary>A finished composition.</summary>
/// <param name="Unreadable">Tracks that held nothing playable and are left out.</param>
public sealed record Composition(
    string Path, TimeSpan Duration, bool HasVideo, bool HasAudio, ImmutableArray<ComposedSegment> Segments, ImmutableArray<RecordedTrack> Unreadable);

/// <summary>A recording could not be turned into a file that plays.</summary>
public sealed class CompositionException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>A tool was killed while it worked: by an operator, or by a machine without memory. Trying again is the remedy.</summary>
public sealed class ToolStruckException(string program) : Exception($"{program} was killed");
