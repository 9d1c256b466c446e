using System.Globalization;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Balie.Browser.Stage;

/// <summary>One program that the tests start: its output goes to a file, a line of it can be awaited, and it is ended as an operator would (SIGTERM).</summary>
public sealed class Child : IAsyncDisposable
{
    private readonly Process process;
    private readonly StreamWriter log;
    private readonly TaskCompletionSource<string> line = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Func<string, bool> awaited;

    private Child(Process process, StreamWriter log, Func<string, bool> awaited) => (this.process, this.log, this.awaited) = (process, log, awaited);

    /// <summary>Starts the program and waits until it prints a line that begins with <paramref name="ready"/>.</summary>
    public static Task<Child> StartAsync(string logFile, string ready, TimeSpan patience, IReadOnlyDictionary<string, string> environment, params string[] words) =>
        StartAsync(logFile, line => line.StartsWith(ready, StringComparison.Ordinal), patience, environment, words);

    /// <summary>Starts the program and waits until it prints a line that <paramref name="ready"/> knows.</summary>
    public static async Task<Child> StartAsync(string logFile, Func<string, bool> ready, TimeSpan patience, IReadOnlyDictionary<string, string> environment, params string[] words)
    {
        var start = new ProcessStartInfo(words[0], words[1..]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment) start.Environment[name] = value;
        var log = new StreamWriter(new FileStream(logFile, FileMode.Append, FileAccess.Write, FileShare.ReadWrite)) { AutoFlush = true };
        var child = new Child(new Process { StartInfo = start, EnableRaisingEvents = true }, log, ready);
        child.process.OutputDataReceived += (_, said) => child.Said(said.Data);
        child.process.ErrorDataReceived += (_, said) => child.Said(said.Data);
        child.process.Exited += (_, _) => child.line.TrySetException(new InvalidOperationException($"{words[0]} {words[1]} ended before it was ready; see {logFile}."));
        child.process.Start();
        child.process.BeginOutputReadLine();
        child.process.BeginErrorReadLine();
        try
        {
            await child.line.Task.WaitAsync(patience);
        }
        catch
        {
            await child.DisposeAsync();
            throw;
        }

        return child;
    }

    public bool HasExited => process.HasExited;

    private void Said(string? text)
    {
        if (text is null) return;
        lock (log) log.WriteLine(text);
        if (awaited(text)) line.TrySetResult(text);
    }

    /// <summary>SIGTERM, and the exit code that follows.</summary>
    public async Task<int> TerminateAsync(TimeSpan patience)
    {
        using (var kill = Process.Start("kill", ["-TERM", $"{process.Id}"])) await kill.WaitForExitAsync();
        using var deadline = new CancellationTokenSource(patience);
        await process.WaitForExitAsync(deadline.Token);
        return process.ExitCode;
    }

    /// <summary>SIGKILL to this process alone: what it started goes on.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
        }

        // The last lines may still be on their way.
        await process.WaitForExitAsync();
        process.Dispose();
        lock (log) log.Dispose();
    }
}

/// <summary>Small questions to this machine.</summary>
public static class Machine
{
    /// <summary>The first of three free ports in a row.</summary>
    public static int FreePorts()
    {
        for (var attempt = 0; attempt < 100; attempt++)
        {
            var listeners = new List<TcpListener>();
            try
            {
                var first = Listen(0);
                listeners.Add(first);
                var port = ((IPEndPoint)first.LocalEndpoint).Port;
                listeners.Add(Listen(port + 1));
                listeners.Add(Listen(port + 2));
                return port;
            }
            catch (SocketException)
            {
                // One of the neighbours is taken; another first port may have free ones.
            }
            finally
            {
                listeners.ForEach(one => one.Dispose());
            }
        }

        throw new InvalidOperationException("There are no three free ports in a row.");
    }

    private static TcpListener Listen(int port)
    {
        var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
        }
        catch
        {
            listener.Dispose();
            throw;
        }

        return listener;
    }

    /// <summary>Command lines of living processes that name the folder.</summary>
    public static IReadOnlyList<string> ProcessesNaming(string folder) =>
        [.. Directory.EnumerateDirectories("/proc").Where(path => int.TryParse(Path.GetFileName(path), out var id) && id != Environment.ProcessId).Select(CommandLine).Where(text => text.Contains(folder, StringComparison.Ordinal))];

    /// <summary>False too for one that ended and that nobody has buried yet: its command line is gone.</summary>
    public static bool Runs(int process) => CommandLine($"/proc/{process}").Trim() is var text && text.Contains(' ', StringComparison.Ordinal);

    /// <summary>A living process that works in the folder and names this word.</summary>
    public static int? ProcessIn(string folder, string word)
    {
        foreach (var process in Directory.EnumerateDirectories("/proc").Where(path => int.TryParse(Path.GetFileName(path), out _)))
            if (WorkingFolder(process).StartsWith(folder + "/", StringComparison.Ordinal) && CommandLine(process).Contains(word, StringComparison.Ordinal))
                return int.Parse(Path.GetFileName(process), CultureInfo.InvariantCulture);
        return null;
    }

    private static string WorkingFolder(string process)
    {
        try
        {
            return new FileInfo(Path.Combine(process, "cwd")).LinkTarget ?? "";
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return ""; // It ended while we looked, or is somebody else's.
        }
    }

    private static string CommandLine(string process)
    {
        try
        {
            return $"{Path.GetFileName(process)} {File.ReadAllText(Path.Combine(process, "cmdline")).Replace('\0', ' ')}";
        }
        catch (IOException)
        {
            return ""; // It ended while we looked.
        }
        catch (UnauthorizedAccessException)
        {
            return ""; // Somebody else's.
        }
    }

    /// <summary>What the program printed on both channels; it must end well.</summary>
    public static async Task<string> RunAsync(params string[] words)
    {
        using var process = Process.Start(new ProcessStartInfo(words[0], words[1..]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(0, $"{string.Join(' ', words)}\n{await output}{await error}");
        return await output + await error;
    }
}
