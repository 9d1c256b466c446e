using System.Diagnostics;
using FFMpegCore;

namespace Balie.Grains.Recording.Media;

/// <summary>
/// A work folder with the programs that read what browsers sent. When Balie is root they run as an unprivileged user
/// who owns nothing but this folder; file names are relative to it, so the folders above may be closed to that user.
/// Disposing removes the folder with everything in it.
/// </summary>
internal sealed class MediaTools : IDisposable
{
    const uint Unprivileged = 65534;
    const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    readonly DirectoryInfo folder;

    internal MediaTools(string parent)
    {
        Directory.CreateDirectory(parent);
        folder = Directory.CreateDirectory(System.IO.Path.Combine(parent, Guid.NewGuid().ToString("N")), Private);
        Directory.CreateDirectory(Bin, Private | UnixFileMode.GroupRead | UnixFileMode.GroupExecute);
        foreach (var program in new[] { "ffmpeg", "ffprobe", "janus-pp-rec" }) WriteLauncher(program);
        if (Environment.IsPrivilegedProcess) FileOwner.Give(folder.FullName, Unprivileged);
    }

    internal string Path(string name) => System.IO.Path.Combine(folder.FullName, name);

    internal FFOptions FFOptions => new() { BinaryFolder = Bin, WorkingDirectory = folder.FullName, TemporaryFilesFolder = folder.FullName };

    string Bin => System.IO.Path.Combine(folder.FullName, "bin");

    /// <summary>Makes a file of Balie's readable for the tools, under a name of ours: theirs are not to be trusted in arguments.</summary>
    internal async Task<string> TakeAsync(string source, string name, CancellationToken ct)
    {
        await using (var from = File.OpenRead(source))
        await using (var to = File.Create(Path(name))) await from.CopyToAsync(to, ct);
        if (Environment.IsPrivilegedProcess) FileOwner.Give(Path(name), Unprivileged);
        return name;
    }

    /// <summary>True when the program ended well.</summary>
    internal async Task<bool> RunAsync(string program, IEnumerable<string> words, CancellationToken ct)
    {
        var start = new ProcessStartInfo(System.IO.Path.Combine(Bin, program), words)
        {
            WorkingDirectory = folder.FullName,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start) ?? throw new CompositionException($"{program} could not be started");
        try
        {
            await Task.WhenAll(process.StandardOutput.ReadToEndAsync(ct), process.StandardError.ReadToEndAsync(ct), process.WaitForExitAsync(ct));
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
        return process.ExitCode == 0;
    }

    void WriteLauncher(string program)
    {
        var sandbox = Environment.IsPrivilegedProcess
            ? $"setpriv --reuid {Unprivileged} --regid {Unprivileged} --clear-groups --no-new-privs --bounding-set=-all --inh-caps=-all "
            : "";
        var path = System.IO.Path.Combine(Bin, program);
        // nice: a composition may take its time, a call on the same machine may not.
        File.WriteAllText(path, $"#!/bin/sh\nexec nice -n 10 {sandbox}/usr/bin/{program} \"$@\"\n");
        File.SetUnixFileMode(path, Private);
    }

    public void Dispose() => folder.Delete(recursive: true);
}
