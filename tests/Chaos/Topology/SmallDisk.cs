namespace Balie.Chaos.Topology;

/// <summary>A file system of its own in memory, which can be filled to the last byte and emptied again. Needs root, as mounting does.</summary>
public sealed class SmallDisk : IAsyncDisposable
{
    private const long Size = 1L << 30;
    private readonly string _folder;

    private SmallDisk(string folder) => _folder = folder;

    private string Filler => Path.Combine(_folder, "filler");

    public static async Task<SmallDisk> MountAsync(string folder)
    {
        var (code, output) = await Machine.RunAsync(new Dictionary<string, string>(), "mount", "-t", "tmpfs", "-o", $"size={Size},mode=755", "chaos", folder);
        return code == 0 ? new SmallDisk(folder) : throw new InvalidOperationException($"No disk of its own: {output.Trim()}");
    }

    /// <summary>From now on nothing more can be written.</summary>
    public void Fill()
    {
        using var file = new FileStream(Filler, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        var block = new byte[1 << 16];
        try
        {
            while (true) file.Write(block);
        }
        catch (IOException)
        {
            // Full, as asked; the last bytes go one page at a time.
            FillLast(file);
        }
    }

    public void Empty() => File.Delete(Filler);

    public async ValueTask DisposeAsync()
    {
        var (code, output) = await Machine.RunAsync(new Dictionary<string, string>(), "umount", _folder);
        if (code != 0) throw new InvalidOperationException($"The disk stays mounted: {output.Trim()}");
    }

    private static void FillLast(FileStream file)
    {
        try
        {
            while (true) file.Write(new byte[1]);
        }
        catch (IOException)
        {
            // Not a byte more.
        }
    }
}
