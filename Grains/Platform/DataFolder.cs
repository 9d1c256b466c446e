using System.Globalization;

namespace Balie.Grains.Platform;

/// <summary>The data folder is in use, or cannot be used; the message says by whom or why.</summary>
public sealed class DataFolderException(string message) : Exception(message);

/// <summary>
/// Balie's data folder, held by one process at a time: a lock on the file <c>balie.lock</c>, which the system lets go of even when Balie is killed.
/// </summary>
public sealed class DataFolder : IDisposable
{
    private readonly FileStream _lock;

    private DataFolder(string path, FileStream @lock) => (Path, _lock) = (path, @lock);

    /// <summary>Absolute.</summary>
    public string Path { get; }

    /// <exception cref="DataFolderException">Another Balie holds it, or it cannot be written.</exception>
    public static DataFolder Take(string path)
    {
        path = System.IO.Path.GetFullPath(path);
        var file = System.IO.Path.Combine(path, "balie.lock");
        try
        {
            Directory.CreateDirectory(path);
            var stream = new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            stream.SetLength(0);
            stream.Write(System.Text.Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture)));
            stream.Flush();
            return new DataFolder(path, stream);
        }
        catch (UnauthorizedAccessException problem)
        {
            throw new DataFolderException($"The data folder {path} cannot be written: {problem.Message}");
        }
        catch (IOException) when (File.Exists(file))
        {
            throw new DataFolderException($"Another Balie already uses the data folder {path}. Stop it first, or give this one a folder of its own (--data).");
        }
    }

    public void Dispose() => _lock.Dispose();
}
