using System.Security.Cryptography;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Platform.Keys;

namespace Balie.Grains.Platform.Blobs;

/// <summary>
/// Blobs as encrypted files: <c>{root}/{tenant}/{dossier}/{address}</c>. A file appears whole or not at all: written aside, forced to disk, renamed, and the
/// rename forced to disk. Owns the folder; format in <see cref="BlobFormat"/>.
/// </summary>
public sealed class FileBlobStore : IBlobStore, IDisposable
{
    private const string Aside = ".writing";
    private static readonly TimeSpan Abandoned = TimeSpan.FromDays(1);
    private static readonly TimeSpan SweepEvery = TimeSpan.FromHours(1);
    private readonly string _root;
    private readonly string _mine;
    private readonly IKeyRing _keys;
    private readonly TimeProvider _time;
    private readonly ITimer _sweep;

    /// <param name="root">Folder of the blobs; made when absent.</param>
    /// <param name="node">
    /// Unique among the processes that share the folder, and the same after a restart. Writes of its own that a crash cut off are removed at once, those of others a day later:
    /// another process may be at them.
    /// </param>
    public FileBlobStore(string root, IKeyRing keys, TimeProvider time, string node = "")
    {
        _root = Path.GetFullPath(root);
        // No name of a node has this mark.
        _mine = node.Length > 0 ? $"{node}~" : $"{Guid.NewGuid():n}~";
        (_keys, _time) = (keys, time);
        Directory.CreateDirectory(Path.Combine(_root, Aside));
        Sweep(file => file.Name.StartsWith(_mine, StringComparison.Ordinal) || IsAbandoned(file));
        _sweep = time.CreateTimer(_ => Sweep(IsAbandoned), null, SweepEvery, SweepEvery);
    }

    public void Dispose() => _sweep.Dispose();

    /// <exception cref="BlobException"><c>blob.storage-failed</c>.</exception>
    /// <exception cref="KeyDestroyedException">The dossier was erased.</exception>
    public async Task<BlobRef> WriteAsync(string tenant, string dossier, Stream plaintext, CancellationToken ct = default)
    {
        var folder = FolderOf(tenant, dossier);
        var key = await _keys.DossierKeyAsync(tenant, dossier, ct);
        using var format = BlobFormat.New(key);
        CryptographicOperations.ZeroMemory(key);
        var aside = Path.Combine(_root, Aside, $"{_mine}{Guid.NewGuid():n}");
        try
        {
            var blob = await EncryptAsync(plaintext, format, aside, ct);
            Keep(aside, folder, blob.Address);
            return blob;
        }
        finally
        {
            if (File.Exists(aside)) File.Delete(aside); // renamed when all went well; else nothing half stays
        }
    }

    /// <exception cref="BlobException"><c>blob.not-found</c>, <c>blob.broken</c>; the latter also while reading.</exception>
    /// <exception cref="KeyDestroyedException">The dossier was erased.</exception>
    public async Task<Stream> OpenReadAsync(string tenant, string dossier, BlobRef blob, CancellationToken ct = default)
    {
        var path = PathOf(tenant, dossier, blob);
        var key = await _keys.DossierKeyAsync(tenant, dossier, ct);
        if (!File.Exists(path)) throw new BlobException("blob.not-found", $"There is no blob {blob.Address} in {tenant}/{dossier}.");
        var file = File.OpenHandle(path, options: FileOptions.Asynchronous);
        try
        {
            if (RandomAccess.GetLength(file) != BlobFormat.FileLength(blob.PlainLength)) throw BlobFormat.Broken("has another length than was noted");
            var header = new byte[BlobFormat.HeaderLength];
            await RandomAccess.ReadAsync(file, header, 0, ct);
            return new BlobReadStream(file, BlobFormat.Of(key, header), blob.PlainLength);
        }
        catch
        {
            file.Dispose();
            throw;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    /// <summary>Removes a blob; one that is gone already is fine.</summary>
    public Task DeleteAsync(string tenant, string dossier, BlobRef blob, CancellationToken ct = default)
    {
        var path = PathOf(tenant, dossier, blob);
        if (File.Exists(path))
        {
            File.Delete(path);
            FolderSync.Flush(Path.GetDirectoryName(path)!);
        }

        return Task.CompletedTask;
    }

    private bool IsAbandoned(FileInfo file) => file.LastWriteTimeUtc < _time.GetUtcNow() - Abandoned;

    private void Sweep(Func<FileInfo, bool> goes)
    {
        try
        {
            foreach (var file in new DirectoryInfo(Path.Combine(_root, Aside)).EnumerateFiles().Where(goes)) file.Delete();
        }
        catch (Exception away) when (away is IOException or UnauthorizedAccessException)
        {
            // The store is away, or another process removes the same; the next round, or the next start, finds what is left.
        }
    }

    private static async Task<BlobRef> EncryptAsync(Stream plaintext, BlobFormat format, string path, CancellationToken ct)
    {
        using var plainHash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var output = new BlobFileWriter(path);
        await output.WriteAsync(format.Header, ct);
        var (now, next) = (new byte[BlobFormat.ChunkLength], new byte[BlobFormat.ChunkLength]);
        var sealedChunk = new byte[BlobFormat.ChunkLength + BlobFormat.TagLength];
        var length = 0L;
        var count = await plaintext.ReadAtLeastAsync(now, now.Length, throwOnEndOfStream: false, ct);
        for (uint chunk = 0; ; chunk = checked(chunk + 1))
        {
            // One chunk ahead: whether this one is the last must be known before it is sealed.
            var ahead = count < now.Length ? 0 : await plaintext.ReadAtLeastAsync(next, next.Length, throwOnEndOfStream: false, ct);
            plainHash.AppendData(now, 0, count);
            length += count;
            format.Seal(chunk, last: ahead == 0, now.AsSpan(0, count), sealedChunk);
            await output.WriteAsync(sealedChunk.AsMemory(0, count + BlobFormat.TagLength), ct);
            if (ahead == 0) break;
            (now, next, count) = (next, now, ahead);
        }

        return new BlobRef(output.Finish(), Convert.ToHexStringLower(plainHash.GetHashAndReset()), length);
    }

    private static void Keep(string aside, string folder, string address)
    {
        try
        {
            var parent = Path.GetDirectoryName(folder)!;
            var made = !Directory.Exists(folder);
            Directory.CreateDirectory(folder);
            File.Move(aside, Path.Combine(folder, address));
            FolderSync.Flush(folder);
            if (!made) return;
            FolderSync.Flush(parent);
            FolderSync.Flush(Path.GetDirectoryName(parent)!);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw BlobFileWriter.Failed(problem);
        }
    }

    private string PathOf(string tenant, string dossier, BlobRef blob)
    {
        if (blob.Address.Length != 64 || !blob.Address.All(char.IsAsciiHexDigitLower)) throw new BlobException("blob.not-found", "That is no address of a blob.");
        return Path.Combine(FolderOf(tenant, dossier), blob.Address);
    }

    /// <exception cref="ArgumentException">A name that is no part of a key, or begins with a dot: it could lead out of the folder.</exception>
    private string FolderOf(string tenant, string dossier)
    {
        GrainKey.Of(tenant, dossier);
        if (tenant[0] == '.' || dossier[0] == '.') throw new ArgumentException("A tenant or dossier does not begin with a dot.", nameof(dossier));
        return Path.Combine(_root, tenant, dossier);
    }
}
