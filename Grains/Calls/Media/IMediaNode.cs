namespace Balie.Grains.Calls.Media;

/// <summary>Where one running Janus is reached and which secrets open it. Never leaves the server.</summary>
/// <param name="Incarnation"><c>{node}/{id}</c>; changes with every start of Janus: sessions of another incarnation are gone for good.</param>
/// <param name="RecordingFolder">Folder in which this Janus writes raw tracks; one sub-folder a room.</param>
public sealed record MediaNodeAddress(Uri WebSocket, string ApiSecret, string AdminKey, string Incarnation, string RecordingFolder)
{
    /// <summary>The part of an incarnation that stays the same over restarts of Janus.</summary>
    public static string NodeOf(string incarnation) => incarnation.IndexOf('/') is var slash and >= 0 ? incarnation[..slash] : "";

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

    /// <summary>Nothing listens at its address any more. Who watches the process itself needs not be told.</summary>
    void Refused(string incarnation)
    {
    }

    /// <summary>Nobody has spoken for it for long, so that its machine may be gone.</summary>
    bool IsForsaken => false;

    /// <summary>It could not be reached for long, or not once while it is forsaken: its calls go elsewhere, and it counts again when it answers.</summary>
    void Unreachable(string incarnation)
    {
    }
}
