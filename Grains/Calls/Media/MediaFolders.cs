using System.Security.Cryptography;
using System.Text;
using Balie.Grains.Platform;

namespace Balie.Grains.Calls.Media;

/// <summary>
/// The folders of a private Janus. The node file stays in Balie's data folder; configuration, log and tracks must be
/// reachable for the unprivileged user, so they move to /var/lib when the data folder lies behind a closed one.
/// </summary>
internal sealed record MediaFolders(string NodeFile, string Configuration, string Recordings, string Log)
{
    const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    internal static MediaFolders Prepare(JanusOptions options)
    {
        var data = Path.GetFullPath(options.DataFolder);
        var unprivileged = HostProcess.RunsAsRoot;
        Directory.CreateDirectory(data);
        var work = unprivileged && !ReachableByOthers(data) ? Elsewhere(data) : data;
        var folders = new MediaFolders(
            Path.Combine(data, "node.json"), Path.Combine(work, "configuration"), Path.Combine(work, "recordings"), Path.Combine(work, "log"));
        foreach (var folder in new[] { folders.Configuration, folders.Recordings, folders.Log })
        {
            Directory.CreateDirectory(folder, OwnerOnly);
            if (unprivileged) FileOwner.Give(folder, options.UnprivilegedUser);
        }
        return folders;
    }

    static string Elsewhere(string data)
    {
        var name = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(data)))[..12].ToLowerInvariant();
        var work = Path.Combine("/var/lib/balie", "media-" + name);
        Directory.CreateDirectory(work);
        return work;
    }

    static bool ReachableByOthers(string folder)
    {
        for (var at = new DirectoryInfo(folder); at is not null; at = at.Parent)
            if (!at.UnixFileMode.HasFlag(UnixFileMode.OtherExecute)) return false;
        return true;
    }
}
