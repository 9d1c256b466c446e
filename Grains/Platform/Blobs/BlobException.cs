using Balie.Grains.Interfaces.Platform;

namespace Balie.Grains.Platform.Blobs;

/// <summary>
/// A blob cannot be stored or read. Codes: <c>blob.not-found</c>; <c>blob.broken</c> (altered, cut off, or under another key); <c>blob.storage-failed</c> (disk
/// full or unwritable; nothing was kept).
/// </summary>
public sealed class BlobException(string code, string message, Exception? inner = null) : IOException(message, inner)
{
    public const string StorageFailed = "blob.storage-failed";

    public string Code { get; } = code;

    /// <summary>For whoever hands something in while nothing can be kept.</summary>
    public static BalieError NotKept { get; } = BalieError.Unavailable(StorageFailed, "We kunnen dit nu niet bewaren. Probeer het zo meteen opnieuw.");
}
