using System.Globalization;
using System.Runtime.InteropServices;

namespace Balie.Bench;

/// <summary>How much of a core processes take.</summary>
internal static class CpuClock
{
    /// <summary>Seconds of CPU that a process has used, user and system, by the kernel's own clock of it: what <c>/proc/PID/stat</c> says, in nanoseconds instead of hundredths.</summary>
    public static double Of(int pid)
    {
        // CPUCLOCK_SCHED of the whole process, as clock_getcpuclockid(3) makes it.
        if (GetTime((~pid << 3) | 2, out var time) != 0) throw new InvalidOperationException($"Process {pid} has no clock: {Marshal.GetLastPInvokeErrorMessage()}");
        return time.Seconds + (time.Nanoseconds / 1e9);
    }

    /// <summary>Seconds of a process and of all that it has started, those that have ended too.</summary>
    public static double OfFamily(int pid)
    {
        var ended = Stat(pid) is { } own ? (long.Parse(own[13], CultureInfo.InvariantCulture) + long.Parse(own[14], CultureInfo.InvariantCulture)) / 100.0 : 0;
        return Of(pid) + ended + Directory.EnumerateDirectories("/proc").Select(Path.GetFileName).Where(name => int.TryParse(name, out _)).Select(name => int.Parse(name!, CultureInfo.InvariantCulture))
            .Where(child => Stat(child) is { } stat && stat[1] == pid.ToString(CultureInfo.InvariantCulture)).Sum(OfLiving);
    }

    private static double OfLiving(int pid)
    {
        try
        {
            return Of(pid);
        }
        catch (InvalidOperationException)
        {
            return 0; // It ended meanwhile; its parent has its time.
        }
    }

    /// <summary>The words of <c>/proc/PID/stat</c> behind the name, which may hold anything; null when the process has ended.</summary>
    private static string[]? Stat(int pid)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{pid}/stat");
            return text[(text.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return null;
        }
    }

    [DllImport("libc", EntryPoint = "clock_gettime", SetLastError = true)]
    private static extern int GetTime(int clock, out Time time);

    private struct Time
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
