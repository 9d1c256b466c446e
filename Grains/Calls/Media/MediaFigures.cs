using System.Diagnostics;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Platform;

namespace Balie.Grains.Calls.Media;

/// <summary>Whether this machine's Janus runs, and what part of one core it took since the last look.</summary>
public sealed class MediaFigures(JanusProcess janus, TimeProvider time) : INodeFigures
{
    public const string Up = "balie.media.up", Load = "balie.media.load";

    private (int Pid, TimeSpan Cpu, long At)? _last;

    public IEnumerable<Figure> Read()
    {
        var now = Look();
        yield return new(Up, janus.Current is null ? 0 : 1);
        yield return new(Load, now is { } here && _last is { } then && here.Pid == then.Pid ? Share(then, here) : 0);
        _last = now;
    }

    private double Share((int Pid, TimeSpan Cpu, long At) then, (int Pid, TimeSpan Cpu, long At) here)
    {
        var passed = time.GetElapsedTime(then.At, here.At);
        return passed > TimeSpan.Zero ? (here.Cpu - then.Cpu) / passed : 0;
    }

    private (int Pid, TimeSpan Cpu, long At)? Look()
    {
        if (janus.ProcessId is not { } pid) return null;
        try
        {
            using var process = Process.GetProcessById(pid);
            return (pid, process.TotalProcessorTime, time.GetTimestamp());
        }
        catch (Exception gone) when (gone is ArgumentException or InvalidOperationException)
        {
            // It ended while we looked; the next look finds its successor.
            return null;
        }
    }
}
