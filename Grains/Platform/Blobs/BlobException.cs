namespace Balie.Grains.Platform.Blobs;

/// <summary>
/// A blob cannot be stored or read. Codes: <c>blob.not-found</c>; <c>blob.broken</c> (altered, cut off, or under another key); <c>blob.storage-failed</c> (disk
/// full or unwritable; nothing was kept).
/// </summary>
public sealed class BlobException(string code, string message, Exception? inner = null) : IOException(message, inner)
{
    public string Code { get; } = code;
}
