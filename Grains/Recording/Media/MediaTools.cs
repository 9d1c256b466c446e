using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Balie.Grains.Platform;
using FFMpegCore;

namespace Balie.Grains.Recording.Media;

/// <summary>What FFprobe says of a file.</summary>
internal sealed record Probed(TimeSpan Start, TimeSpan Duration, bool HasVideo, bool HasAudio);

/// <summary>
/// A work folder with the programs that read what browsers sent. When Balie is root they run as an unprivileged user
/// who owns nothing but this folder; file names are relative to it, so the folders above may be closed to that user.
/// Disposing removes the folder with everything in it.
/// </summary>
internal sealed class MediaTools : IDisposable
{
    const uint Unprivileged = 65534;

    /// <summary>Exit codes after SIGKILL and SIGTERM.</summary>
    const int Killed = 128 + 9, Ended = 128 + 15;
    const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    readonly DirectoryInfo folder;

    internal MediaTools(string parent)
    {
        Directory.CreateDirectory(parent);
        folder = Directory.CreateDirectory(System.IO.Path.Combine(parent, Guid.NewGuid().ToString("N")), Private);
        // Beside the folder, not in it: Balie runs the launchers itself, so the tools' user must not be able to put others in their place.
        Directory.CreateDirectory(Bin, Private);
        foreach (var program in new[] { "ffmpeg", "ffprobe", "janus-pp-rec" }) WriteLauncher(program);
        if (Environment.IsPrivilegedProcess) FileOwner.Give(folder.FullName, Unprivileged);
    }

    internal string Path(string name) => System.IO.Path.Combine(folder.FullName, name);

    internal FFOptions FFOptions => new() { BinaryFolder = Bin, WorkingDirectory = folder.FullName, TemporaryFilesFolder = folder.FullName };

    string Bin => folder.FullName + ".bin";

    /// <summary>Makes a file of Balie's readable for the tools, under a name of ours: theirs are not to be trusted in arguments.</summary>
    internal async Task TakeAsync(string name, Func<Stream, Task> write)
    {
        // Made anew or not at all: what the tools' user has put there would be written through.
        await using var to = new FileStream(Path(name), FileMode.CreateNew, FileAccess.Write);
        await write(to);
        if (Environment.IsPrivilegedProcess) FileOwner.Give(to.SafeFileHandle, Unprivileged);
    }

    /// <summary>A text for the tools to read, under the same rule.</summary>
    internal Task WriteAsync(string name, string text, CancellationToken ct) => TakeAsync(name, to => to.WriteAsync(Encoding.UTF8.GetBytes(text), ct).AsTask());

    /// <summary>Opens what a tool made in the folder, wherever it was moved since.</summary>
    /// <exception cref="IOException">It is no file of the tools' user: see <see cref="PlainFile"/>.</exception>
    internal static FileStream OpenMade(string path) => PlainFile.OpenRead(path, Environment.IsPrivilegedProcess ? Unprivileged : geteuid());

    /// <summary>Null when FFprobe recognises nothing in the file.</summary>
    internal async Task<Probed?> ProbeAsync(string name, CancellationToken ct)
    {
        var said = await RunAsync("ffprobe", ["-v", "error", "-show_entries", "format=start_time,duration:stream=codec_type", "-of", "json", name], ct);
        if (said is null) return null;
        var root = JsonSerializer.Deserialize<JsonElement>(said);
        if (!root.TryGetProperty("format", out var format) || Seconds(format, "duration") is not { } duration) return null;
        var kinds = root.GetProperty("streams").EnumerateArray().Select(s => s.TryGetProperty("codec_type", out var type) ? type.GetString() : null).ToList();
        return new(Seconds(format, "start_time") ?? TimeSpan.Zero, duration, kinds.Contains("video"), kinds.Contains("audio"));
    }

    static TimeSpan? Seconds(JsonElement format, string field) =>
        format.TryGetProperty(field, out var text) && double.TryParse(text.GetString(), CultureInfo.InvariantCulture, out var value) ? TimeSpan.FromSeconds(value) : null;

    /// <summary>What the program wrote to its standard output; null when it did not end well.</summary>
    /// <exception cref="ToolStruckException">It was killed: that says nothing about what it worked on.</exception>
    internal async Task<string?> RunAsync(string program, IEnumerable<string> words, CancellationToken ct)
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
            var output = process.StandardOutput.ReadToEndAsync(ct);
            await Task.WhenAll(output, process.StandardError.ReadToEndAsync(ct), process.WaitForExitAsync(ct));
            if (process.ExitCode is Killed or Ended) throw new ToolStruckException(program);
            return process.ExitCode == 0 ? await output : null;
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    void WriteLauncher(string program)
    {
        var sandbox = Environment.IsPrivilegedProcess
            ? $"setpriv --reuid {Unprivileged} --regid {Unprivileged} --clear-groups --no-new-privs --bounding-set=-all --inh-caps=-all "
            : "";
        var path = System.IO.Path.Combine(Bin, program);
        // env: keys and passwords of Balie are in its environment. nice: a composition may take its time, a call on the same machine may not.
        File.WriteAllText(path, $"#!/bin/sh\nexec env -i PATH=/usr/bin:/bin LANG=C.UTF-8 nice -n 10 {sandbox}/usr/bin/{program} \"$@\"\n");
        File.SetUnixFileMode(path, Private);
    }

    [DllImport("libc")] static extern uint geteuid();

    public void Dispose()
    {
        folder.Delete(recursive: true);
        Directory.Delete(Bin, recursive: true);
    }
}
