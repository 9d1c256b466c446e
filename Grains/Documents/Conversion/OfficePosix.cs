using System.Globalization;
using System.Runtime.InteropServices;
using Balie.Grains.Platform;

namespace Balie.Grains.Documents.Conversion;

/// <summary>The few things of the operating system that .NET has no call for: process groups, start times.</summary>
internal static class OfficePosix
{
    private const int SigKill = 9;

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static extern int NativeKill(int pid, int signal);

    [DllImport("libc", EntryPoint = "geteuid")]
    private static extern int NativeUser();

    public static int User => NativeUser();

    /// <summary>Ends every process of the session's group at once. A group that is gone already is what we want.</summary>
    public static void KillGroup(int leader) => NativeKill(-leader, SigKill);

    /// <summary>Ticks since boot at which the process began: with the pid this names one process for ever. Null when it is gone.</summary>
    public static long? StartTime(int pid) => ProcessStat.Read(pid) is { } fields ? long.Parse(fields[ProcessStat.StartTime], CultureInfo.InvariantCulture) : null;

    /// <summary>Live processes of a session (a zombie has ended; its parent only has not looked yet).</summary>
    public static IEnumerable<int> Session(int leader) =>
        from folder in Directory.EnumerateDirectories("/proc")
        let name = Path.GetFileName(folder)
        where name.All(char.IsAsciiDigit)
        let pid = int.Parse(name, CultureInfo.InvariantCulture)
        let fields = ProcessStat.ReadAlive(pid)
        where fields is not null && fields[ProcessStat.Session] == leader.ToString(CultureInfo.InvariantCulture)
        select pid;

    public static bool Mentions(int pid, string text)
    {
        try { return File.ReadAllText($"/proc/{pid}/cmdline").Contains(text, StringComparison.Ordinal); }
        catch (IOException) { return false; } // ended between listing and reading
        catch (UnauthorizedAccessException) { return false; } // somebody else's
    }
}
