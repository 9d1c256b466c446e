namespace Balie.Grains.Platform;

/// <summary>What the kernel says of a process of this machine: <c>/proc/PID/stat</c>, proc(5).</summary>
internal static class ProcessStat
{
    internal const int State = 0, Session = 3, StartTime = 19;

    /// <summary>Fields from the state on; the name before them may hold spaces and brackets. Null when there is no such process.</summary>
    internal static string[]? Read(int pid)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{pid}/stat");
            return text[(text.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            // It ended, before or during the read.
            return null;
        }
    }

    /// <summary>Null too for a process that has ended and that nobody has buried yet.</summary>
    internal static string[]? ReadAlive(int pid) => Read(pid) is { } fields && fields[State] is not ("Z" or "X") ? fields : null;
}
