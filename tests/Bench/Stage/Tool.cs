using System.Diagnostics;

namespace Balie.Bench;

/// <summary>Other programs.</summary>
internal static class Tool
{
    /// <summary>What it printed; it must end well.</summary>
    public static async Task<string> RunAsync(CancellationToken ct, params string[] words)
    {
        var start = new ProcessStartInfo(words[0], words[1..]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(ct), process.StandardError.ReadToEndAsync(ct));
        await process.WaitForExitAsync(ct);
        return process.ExitCode == 0 ? await output : throw new InvalidOperationException($"{words[0]} ended with {process.ExitCode}: {await output}{await errors}");
    }
}
