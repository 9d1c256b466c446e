using System.Diagnostics;

namespace Balie.Chaos.Topology;

/// <summary>One program that the run starts: its output goes to a file, a line of it can be awaited.</summary>
public sealed class Child : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StreamWriter _log;
    private readonly TaskCompletionSource _line = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly string _awaited;

    private Child(Process process, StreamWriter log, string awaited) => (_process, _log, _awaited) = (process, log, awaited);

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>Starts the program and waits until it prints a line that begins with <paramref name="ready"/>.</summary>
    public static async Task<Child> StartAsync(string logFile, string ready, TimeSpan patience, IReadOnlyDictionary<string, string> environment, params string[] words)
    {
        var start = new ProcessStartInfo(words[0], words[1..]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment) start.Environment[name] = value;
        var log = new StreamWriter(new FileStream(logFile, FileMode.Append, FileAccess.Write, FileShare.ReadWrite)) { AutoFlush = true };
        var child = new Child(new Process { StartInfo = start, EnableRaisingEvents = true }, log, ready);
        child._process.OutputDataReceived += (_, said) => child.Said(said.Data);
        child._process.ErrorDataReceived += (_, said) => child.Said(said.Data);
        child._process.Exited += (_, _) => child._line.TrySetException(new InvalidOperationException($"{words[0]} {words[1]} ended before it was ready; see {logFile}."));
        child._process.Start();
        child._process.BeginOutputReadLine();
        child._process.BeginErrorReadLine();
        try
        {
            await child._line.Task.WaitAsync(patience);
        }
        catch
        {
            await child.DisposeAsync();
            throw;
        }

        return child;
    }

    /// <summary>SIGKILL to this process alone; what it started lives on.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>SIGTERM, and the exit code that follows.</summary>
    public async Task<int> TerminateAsync(TimeSpan patience)
    {
        Machine.Signal(_process.Id, Machine.Terminate);
        await _process.WaitForExitAsync().WaitAsync(patience);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        lock (_log) _log.Dispose();
    }

    private void Said(string? text)
    {
        if (text is null) return;
        lock (_log) _log.WriteLine(text);
        if (text.StartsWith(_awaited, StringComparison.Ordinal)) _line.TrySetResult();
    }
}
