namespace Balie.Grains.Calls.Media;

/// <summary>Where one running Janus is reached and which secrets open it. Never leaves the server.</summary>
/// <param name="Incarnation">Changes with every start of Janus: sessions of another incarnation are gone for good.</param>
/// <param name="RecordingFolder">Folder in which this Janus writes raw tracks; one sub-folder a room.</param>
public sealed record MediaNodeAddress(Uri WebSocket, string ApiSecret, string AdminKey, string Incarnation, string RecordingFolder)
{
    /// <summary>Leaves the secrets out, so that an address may be logged.</summary>
    public override string ToString() => $"{WebSocket} ({Incarnation})";
}

/// <summary>A machine, or a process on this one, that relays media. Says where it is now and when that changes.</summary>
public interface IMediaNode
{
    /// <summary>Null while the node is down or starting.</summary>
    MediaNodeAddress? Current { get; }

    /// <summary>A node answers; raised for an adopted one too.</summary>
    event Action<MediaNodeAddress>? Started;

    /// <summary>The incarnation named has ended, with all its sessions and rooms.</summary>
    event Action<string>? Died;
}
