using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Balie.Grains.Platform;

namespace Balie.Grains.Documents.Conversion;

/// <summary>
/// Builds the command lines. Every process is the leader of a session of its own, so ending the group ends its children; when Balie is
/// root it runs as an unprivileged user without capabilities and, where the machine allows it, without a network. It inherits nothing
/// of Balie's environment, which may hold secrets.
/// </summary>
internal sealed class OfficeLaunch(OfficeOptions options, bool withoutNetwork)
{
    private static bool Root => Environment.IsPrivilegedProcess;

    public int User => Root ? options.UnprivilegedId : OfficePosix.User;

    /// <summary>Whether a process can be started without a network here: needs root, and a container may still forbid it.</summary>
    public static async Task<bool> CanCutNetworkAsync(CancellationToken ct)
    {
        if (!Root) return false;
        var probe = new ProcessStartInfo("unshare", ["-n", "true"]) { RedirectStandardError = true };
        using var process = Process.Start(probe)!;
        await process.WaitForExitAsync(ct);
        return process.ExitCode == 0;
    }

    /// <summary>The resident. It keeps one document open: without any, LibreOffice leaves after the first conversion.</summary>
    public ProcessStartInfo Resident(OfficeWorkspace space) =>
        Command(space, "--headless", "--nologo", "--norestore", "--nolockcheck", space.KeepOpen);

    /// <summary>The messenger that hands one conversion over to the resident and leaves when it is done.</summary>
    public ProcessStartInfo Convert(OfficeWorkspace space, string input, string filter, string output) =>
        Command(space, "--headless", "--convert-to", filter, "--outdir", output, input);

    /// <summary>The socket on which the resident of this profile listens, by LibreOffice's own rule: MD5 as a name, its bytes without leading zeros.</summary>
    public string Socket(OfficeWorkspace space)
    {
#pragma warning disable CA5351
        var hash = MD5.HashData(Encoding.Unicode.GetBytes(space.ProfileAddress));
#pragma warning restore CA5351
        return $"/tmp/OSL_PIPE_{User}_SingleOfficeIPC_{string.Concat(hash.Select(b => b.ToString("x", CultureInfo.InvariantCulture)))}";
    }

    /// <summary>Makes a file or folder of the workspace the program's own.</summary>
    public void HandOver(string path)
    {
        if (Root) FileOwner.Give(path, (uint)options.UnprivilegedId);
    }

    /// <summary>Whether the program's user can reach this folder: each folder above it must let others pass.</summary>
    public static bool Reachable(string folder)
    {
        if (!Root) return true;
        for (var at = new DirectoryInfo(folder); at is not null; at = at.Parent)
            if (!at.UnixFileMode.HasFlag(UnixFileMode.OtherExecute)) return false;
        return true;
    }

    private ProcessStartInfo Command(OfficeWorkspace space, params string[] arguments)
    {
        var start = new ProcessStartInfo("setsid")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = space.Root,
        };
        foreach (var word in Prefix()) start.ArgumentList.Add(word);
        start.ArgumentList.Add(options.Program);
        start.ArgumentList.Add($"-env:UserInstallation={space.ProfileAddress}");
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        start.Environment.Clear();
        start.Environment["PATH"] = "/usr/local/bin:/usr/bin:/bin";
        start.Environment["HOME"] = space.Root;
        start.Environment["TMPDIR"] = space.Root;
        start.Environment["LANG"] = "C.UTF-8";
        return start;
    }

    private IEnumerable<string> Prefix()
    {
        if (!Root) return [];
        var id = options.UnprivilegedId.ToString(CultureInfo.InvariantCulture);
        string[] drop = ["setpriv", "--reuid", id, "--regid", id, "--clear-groups", "--no-new-privs", "--bounding-set=-all"];
        return withoutNetwork ? ["unshare", "-n", "--", .. drop] : drop;
    }
}
