using System.Globalization;
using System.Runtime.InteropServices;

namespace Balie.Grains.Calls.Media;

/// <summary>A process of this machine, told apart from a later one with the same number by its start time.</summary>
internal readonly record struct HostProcess(int Pid, ulong StartTime)
{
    internal const int Terminate = 15, Kill = 9;

    /// <summary>Null when no such process runs, or when it has ended and only waits to be collected.</summary>
    internal static HostProcess? Find(int pid)
    {
        string stat;
        try
        {
            stat = File.ReadAllText($"/proc/{pid}/stat");
        }
        catch (IOException)
        {
            // The process ended, before or during the read.
            return null;
        }
        // The name, in brackets, may hold spaces; fields are counted from behind it (proc(5): state is 3, starttime 22).
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return fields[0] is "Z" or "X" ? null : new(pid, ulong.Parse(fields[19], CultureInfo.InvariantCulture));
    }

    /// <summary>Processes that were started with this argument, this one left out.</summary>
    internal static IEnumerable<HostProcess> StartedWith(string argument)
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) || pid == Environment.ProcessId) continue;
            if (ArgumentsOf(folder).Contains(argument) && Find(pid) is { } found) yield return found;
        }
    }

    /// <summary>Processes whose working folder is in this one; it may be gone already.</summary>
    internal static IEnumerable<HostProcess> WorkingUnder(string folder)
    {
        foreach (var entry in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(entry), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) || pid == Environment.ProcessId) continue;
            if (WorkingFolderOf(entry).StartsWith(folder + "/", StringComparison.Ordinal) && Find(pid) is { } found) yield return found;
        }
    }

    static string WorkingFolderOf(string entry)
    {
        try
        {
            return new FileInfo(Path.Combine(entry, "cwd")).LinkTarget ?? "";
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            // It ended while we looked, or is somebody else's.
            return "";
        }
    }

    static string[] ArgumentsOf(string folder)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, "cmdline")).Split('\0');
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            // It ended while we looked, or is somebody else's.
            return [];
        }
    }

    internal bool Lives => Find(Pid) == this;

    /// <summary>Does nothing when the process has ended, also when its number now belongs to another.</summary>
    internal void Signal(int signal)
    {
        if (Lives) _ = kill(Pid, signal);
    }

    internal static bool RunsAsRoot => geteuid() == 0;

    internal static void Give(string path, uint user)
    {
        if (chown(path, user, user) != 0) throw new IOException($"Cannot give {path} to user {user}: error {Marshal.GetLastPInvokeError()}");
    }

    [DllImport("libc", SetLastError = true)] static extern int kill(int pid, int signal);
    [DllImport("libc")] static extern uint geteuid();
    [DllImport("libc", SetLastError = true, CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    static extern int chown([MarshalAs(UnmanagedType.LPUTF8Str)] string path, uint user, uint group);
}
