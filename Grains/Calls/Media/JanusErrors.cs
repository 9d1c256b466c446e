namespace Balie.Grains.Calls.Media;

/// <summary>Anything that went wrong between Balie and a media node.</summary>
public abstract class MediaException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>No media node can be spoken to now; the same request may succeed in a moment.</summary>
public sealed class MediaUnavailableException(string message, Exception? inner = null) : MediaException(message, inner);

/// <summary>The session, and with it all handles of the room, is gone: open the room again, on this node or another.</summary>
public sealed class MediaSessionLostException(string message) : MediaException(message);

/// <summary>Janus or its VideoRoom refused the request.</summary>
/// <param name="code">Janus's own number: 4xx. See the constants for those that Balie acts upon.</param>
public sealed class MediaRefusedException(int code, string reason) : MediaException($"The media node refused: {reason} ({code})")
{
    internal const int NoSuchSession = 458, NoSuchHandle = 459, NoSuchRoom = 426, RoomExists = 427, NoSuchFeed = 428, IdTaken = 436, UnexpectedAnswer = 469;

    /// <summary>Janus's number for the refusal.</summary>
    public int Code { get; } = code;
}

/// <summary>What a browser sent cannot be relayed; <see cref="Code"/> is stable and may be shown to the client.</summary>
public sealed class InvalidSignalException(string code) : MediaException($"Invalid signalling: {code}")
{
    /// <summary>A code of <see cref="SdpGuard"/>.</summary>
    public string Code { get; } = code;
}
