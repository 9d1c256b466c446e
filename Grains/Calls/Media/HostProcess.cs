using System.Globalization;
using System.Runtime.InteropServices;
using Balie.Grains.Platform;

namespace Balie.Grains.Calls.Media;

/// <summary>A process of this machine, told apart from a later one with the same number by its start time.</summary>
internal readonly record struct HostProcess(int Pid, ulong StartTime)
{
    internal const int Terminate = 15, Kill = 9;

    /// <summary>Null when no such process runs, or when it has ended and only waits to be collected.</summary>
    internal static HostProcess? Find(int pid) =>
        ProcessStat.ReadAlive(pid) is { } fields ? new(pid, ulong.Parse(fields[ProcessStat.StartTime], CultureInfo.InvariantCulture)) : null;

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

    [DllImport("libc", SetLastError = true)] static extern int kill(int pid, int signal);
    [DllImport("libc")] static extern uint geteuid();
}
