using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Balie.Chaos.Topology;

/// <summary>A process that runs: its number, command line and working folder.</summary>
public sealed record Seen(int Pid, string Command, string Folder);

/// <summary>Small questions to this machine.</summary>
public static class Machine
{
    public const int Kill = 9, Terminate = 15, Stop = 19, Continue = 18;

    private static readonly HashSet<int> Given = [];

    /// <summary>One process by its number, never a group: the number must be positive.</summary>
    public static void Signal(int pid, int signal)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(pid, 1);
        // A process that is gone already is what we want.
        _ = kill(pid, signal);
    }

    /// <summary>
    /// A port that nobody listens on, and not twice the same one in this run. Below those that the system gives to outgoing connections: one of these would take it before the
    /// program that it is meant for.
    /// </summary>
    public static int FreePort()
    {
        while (true)
        {
            var port = Random.Shared.Next(10_000, 20_000);
            lock (Given)
                if (!Given.Add(port)) continue;
            using var listener = new TcpListener(IPAddress.Loopback, port);
            try
            {
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Taken by another program; there are more.
            }
        }
    }

    /// <summary>Living processes whose command line or working folder names the folder; not this one.</summary>
    public static IReadOnlyList<Seen> ProcessesOf(string folder) =>
    [
        .. Directory.EnumerateDirectories("/proc").Select(path => int.TryParse(Path.GetFileName(path), out var pid) ? pid : 0)
            .Where(pid => pid > 1 && pid != Environment.ProcessId).Select(Look).OfType<Seen>()
            .Where(p => p.Command.Contains(folder, StringComparison.Ordinal) || p.Folder.StartsWith(folder, StringComparison.Ordinal)),
    ];

    /// <summary>What the program printed on both channels, and its exit code.</summary>
    public static async Task<(int Code, string Output)> RunAsync(IReadOnlyDictionary<string, string> environment, params string[] words)
    {
        var start = new ProcessStartInfo(words[0], words[1..]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/" };
        foreach (var (name, value) in environment) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await error);
    }

    /// <summary>Null when it ended, or only waits to be buried.</summary>
    private static Seen? Look(int pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            if (stat[stat.LastIndexOf(')') + 2] == 'Z') return null;
            var command = File.ReadAllText($"/proc/{pid}/cmdline").Replace('\0', ' ');
            // Its memory is gone: the rest of it goes in a moment.
            if (command.Length == 0) return null;
            return new Seen(pid, command, new FileInfo($"/proc/{pid}/cwd").LinkTarget ?? "");
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    [DllImport("libc")]
    private static extern int kill(int pid, int signal);
}
