namespace Balie.Sandbox;

/// <summary>The sandbox's folder on disk. Files appear whole or not at all, and only their owner can read them.</summary>
public sealed class DataFolder
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private static long lastMillisecond;

    public DataFolder(string root)
    {
        Root = root;
        Directory.CreateDirectory(root);
    }

    public string Root { get; }

    /// <summary>A folder inside this one, made when absent.</summary>
    public string Folder(string name) => Directory.CreateDirectory(Path.Combine(Root, name)).FullName;

    /// <summary>Writes under another name first and then renames, so that a killed process leaves no half file behind.</summary>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var unfinished = $"{path}.{Guid.NewGuid():N}.tmp";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        using (var file = new FileStream(unfinished, options))
            file.Write(content);
        File.Move(unfinished, path, overwrite: true);
    }

    /// <summary>What is in the file, made and kept the first time.</summary>
    public static byte[] ReadOrMake(string path, Func<byte[]> make)
    {
        if (!File.Exists(path))
            Write(path, make());
        return File.ReadAllBytes(path);
    }

    /// <summary>An identifier that sorts by time, later ones of this process always after earlier ones, and cannot be guessed from another.</summary>
    public static string NewId(DateTimeOffset now)
    {
        var wished = now.UtcTicks / TimeSpan.TicksPerMillisecond;
        long last, next;
        do
        {
            last = Interlocked.Read(ref lastMillisecond);
            next = Math.Max(wished, last + 1);
        }
        while (Interlocked.CompareExchange(ref lastMillisecond, next, last) != last);
        return $"{new DateTime(next * TimeSpan.TicksPerMillisecond, DateTimeKind.Utc):yyyyMMddHHmmssfff}-{Guid.NewGuid():N}"[..30];
    }
}
