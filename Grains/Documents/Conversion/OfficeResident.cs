using System.Diagnostics;
using Balie.Grains.Platform;
using Microsoft.Extensions.Logging;

namespace Balie.Grains.Documents.Conversion;

/// <summary>One life of the resident process, from start to end. Not thread-safe: the worker's queue sees to that.</summary>
internal sealed class OfficeResident : IDisposable
{
    private readonly OfficeOptions _options;
    private readonly OfficeLaunch _launch;
    private readonly OfficeWorkspace _space;
    private readonly Process _process;
    private readonly string _socket;

    private OfficeResident(OfficeOptions options, OfficeLaunch launch, OfficeWorkspace space, Process process, string socket) =>
        (_options, _launch, _space, _process, _socket) = (options, launch, space, process, socket);

    public int Pid => _process.Id;

    public bool Alive => !_process.HasExited;

    /// <summary>
    /// Starts it and waits until its own document is open. Not merely until it listens: with a fresh profile LibreOffice starts itself anew
    /// after a moment, and a conversion that arrives in between is lost.
    /// </summary>
    public static async Task<OfficeResident> StartAsync(OfficeOptions options, OfficeLaunch launch, ILogger log, CancellationToken ct)
    {
        var space = OfficeWorkspace.Create(options, launch);
        var socket = launch.Socket(space);
        using var watch = new FileWatch(space.OpenLock);
        Process process;
        try
        {
            process = Start(launch.Resident(space), log);
        }
        catch
        {
            space.Remove();
            throw;
        }

        var resident = new OfficeResident(options, launch, space, process, socket);
        try
        {
            space.Record(options, process.Id, socket);
            var first = await Task.WhenAny(watch.Appeared, process.WaitForExitAsync(ct)).WaitAsync(ct);
            if (first != watch.Appeared) throw new IOException($"{options.Program} left with code {process.ExitCode} before it was ready.");
            return resident;
        }
        catch
        {
            resident.End();
            resident.Dispose();
            throw;
        }
    }

    /// <summary>Converts one document; null when the program took it and made nothing of it.</summary>
    public async Task<byte[]?> ConvertAsync(ReadOnlyMemory<byte> document, string filter, ILogger log, CancellationToken ct)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_space.Root, Guid.NewGuid().ToString("n"))).FullName;
        try
        {
            var input = Path.Combine(folder, "in.fodt");
            await File.WriteAllBytesAsync(input, document, ct);
            _launch.HandOver(input);
            _launch.HandOver(folder);
            await RunMessengerAsync(_launch.Convert(_space, input, filter, folder), log, ct);
            var output = Path.Combine(folder, "in.pdf");
            if (!File.Exists(output)) return null;
            await using var made = PlainFile.OpenRead(output, (uint)_launch.User);
            var bytes = new MemoryStream();
            await made.CopyToAsync(bytes, ct);
            return bytes.ToArray();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Ends the process with all its children and removes what it had on disk. Nothing of it is worth keeping.</summary>
    public void End()
    {
        if (!_process.HasExited) Kill(_process);
        _process.WaitForExit();
        File.Delete(_socket);
        _space.Remove();
        OfficeWorkspace.Forget(_options);
    }

    public void Dispose() => _process.Dispose();

    private static async Task RunMessengerAsync(ProcessStartInfo start, ILogger log, CancellationToken ct)
    {
        using var messenger = Start(start, log);
        try
        {
            await messenger.WaitForExitAsync(ct);
        }
        finally
        {
            if (!messenger.HasExited) Kill(messenger);
        }
    }

    /// <summary>The group, and the tree too: in its first moments a process has no group of its own yet.</summary>
    private static void Kill(Process process)
    {
        OfficePosix.KillGroup(process.Id);
        process.Kill(entireProcessTree: true);
    }

    private static Process Start(ProcessStartInfo start, ILogger log)
    {
        var process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) => Log(log, line.Data);
        process.ErrorDataReceived += (_, line) => Log(log, line.Data);
        process.Start();
        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private static void Log(ILogger log, string? line)
    {
        if (!string.IsNullOrWhiteSpace(line)) log.LogDebug("LibreOffice: {Line}", line);
    }

    /// <summary>Completes when the file is there, told by the file system rather than by asking again and again.</summary>
    private sealed class FileWatch : IDisposable
    {
        private readonly TaskCompletionSource _appeared = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly FileSystemWatcher _watcher;

        public FileWatch(string file)
        {
            _watcher = new FileSystemWatcher(Path.GetDirectoryName(file)!, Path.GetFileName(file));
            _watcher.Created += (_, _) => _appeared.TrySetResult();
            _watcher.EnableRaisingEvents = true;
            if (File.Exists(file)) _appeared.TrySetResult();
        }

        public Task Appeared => _appeared.Task;

        public void Dispose() => _watcher.Dispose();
    }
}
