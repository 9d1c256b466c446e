using System.Security.Cryptography;
using System.Text;

namespace Balie.Grains.Platform.Keys;

/// <summary>The master key cannot be used; the message says what an operator can do. <see cref="Code"/> is stable.</summary>
public sealed class MasterKeyException(string code, string message, Exception? inner = null) : Exception(message, inner)
{
    public string Code { get; } = code;
}

/// <summary>
/// The key above all keys of this installation: 32 bytes, in a file that only Balie's user may read and that is not in the data folder (nor, so, in
/// its backup). Development makes one; elsewhere Balie does not start without.
/// </summary>
public sealed class MasterKey
{
    private const int Length = 32;
    private readonly byte[] _key;

    /// <param name="key">32 random bytes.</param>
    public MasterKey(ReadOnlySpan<byte> key)
    {
        if (key.Length != Length) throw new MasterKeyException("key.master-broken", "The master key must be 32 bytes.");
        _key = key.ToArray();
    }

    /// <summary>Reads the key file: base64 of 32 bytes, made by for example <c>(umask 077; openssl rand -base64 32 > FILE)</c>.</summary>
    /// <exception cref="MasterKeyException">
    /// <c>key.master-missing</c>; <c>key.master-exposed</c>: group or others may use the file; <c>key.master-in-data</c>: it lies in the data folder, outside
    /// Development; <c>key.master-broken</c>.
    /// </exception>
    public static MasterKey Load(string file, string dataFolder, bool development)
    {
        if (!File.Exists(file))
        {
            if (!development)
                throw new MasterKeyException("key.master-missing", $"There is no master key at {file}. Make one with: (umask 077; openssl rand -base64 32 > {file})");
            Make(file);
        }

        if (!development && IsInside(RealPath(file), RealPath(dataFolder)))
            throw new MasterKeyException("key.master-in-data", $"The master key {file} lies in the data folder {dataFolder}: move it, so that a backup of one does not hold the other.");
        RefuseExposed(file);
        return Read(file);
    }

    /// <summary>A key of its own for another purpose, such as the wrapping of DataProtection keys (HKDF, RFC 5869). 32 bytes.</summary>
    public byte[] Derive(string purpose) => HKDF.DeriveKey(HashAlgorithmName.SHA256, _key, Length, info: Encoding.UTF8.GetBytes($"balie.master.{purpose}"));

    private static void Make(string file)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
        const UnixFileMode own = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var stream = new FileStream(file, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = own });
        stream.Write(Encoding.ASCII.GetBytes(Convert.ToBase64String(RandomNumberGenerator.GetBytes(Length)) + "\n"));
        stream.Flush(flushToDisk: true);
    }

    private static void RefuseExposed(string file)
    {
        const UnixFileMode forbidden = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
            | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;
        if ((File.GetUnixFileMode(file) & forbidden) != 0)
            throw new MasterKeyException("key.master-exposed", $"Others than Balie's user may use the master key {file}: chmod 600 it, and think of it as known.");
    }

    private static MasterKey Read(string file)
    {
        try { return new MasterKey(Convert.FromBase64String(File.ReadAllText(file).Trim())); }
        catch (FormatException problem) { throw new MasterKeyException("key.master-broken", $"The master key {file} is not base64.", problem); }
    }

    private static bool IsInside(string file, string folder) => file.StartsWith(folder.TrimEnd('/') + "/", StringComparison.Ordinal);

    /// <summary>The path with every link on the way followed, so that a link does not hide where the file is.</summary>
    private static string RealPath(string path)
    {
        var full = Path.GetFullPath(path);
        var parent = Path.GetDirectoryName(full);
        if (parent is null) return full;
        var here = Path.Combine(RealPath(parent), Path.GetFileName(full));
        FileSystemInfo info = Directory.Exists(here) ? new DirectoryInfo(here) : new FileInfo(here);
        if (!info.Exists) return here;
        return info.ResolveLinkTarget(returnFinalTarget: true) is { } target ? RealPath(target.FullName) : here;
    }
}
