using System.Security.Cryptography;

namespace Balie.Grains.Platform.Blobs;

/// <summary>A new file that is hashed while it is written and forced to disk at its end. A failing disk becomes one error of ours.</summary>
internal sealed class BlobFileWriter : IAsyncDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly FileStream _file;

    public BlobFileWriter(string path)
    {
        try { _file = new FileStream(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Options = FileOptions.Asynchronous, BufferSize = 0 }); }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException) { throw Failed(problem); }
    }

    public async Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct)
    {
        _hash.AppendData(bytes.Span);
        try { await _file.WriteAsync(bytes, ct); }
        catch (IOException problem) { throw Failed(problem); }
    }

    /// <summary>Forces all to disk; the hex SHA-256 of what was written.</summary>
    public string Finish()
    {
        try { _file.Flush(flushToDisk: true); }
        catch (IOException problem) { throw Failed(problem); }
        return Convert.ToHexStringLower(_hash.GetHashAndReset());
    }

    public async ValueTask DisposeAsync()
    {
        await _file.DisposeAsync();
        _hash.Dispose();
    }

    public static BlobException Failed(Exception problem) => new(BlobException.StorageFailed, "The file could not be stored. Is the disk full?", problem);
}
