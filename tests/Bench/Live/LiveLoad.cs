using System.Diagnostics;

namespace Balie.Bench;

/// <summary>What all viewers together heard in a second.</summary>
/// <param name="Messages">Those that arrived.</param>
/// <param name="Changes">Those that came to be known: by a message of their own, or by a newer one with the whole view.</param>
internal sealed record Told(double Messages, double Changes);

/// <summary>How the rooms are made to speak.</summary>
internal static class LiveLoad
{
    /// <summary>Of one run.</summary>
    public static readonly TimeSpan Time = TimeSpan.FromSeconds(2);

    /// <summary>Between two saves of one room: 1,000 a second in all, 5,000 deliveries.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromMilliseconds(LiveBench.Rooms);

    /// <summary>Versions that may be on their way from one room, where nothing else holds it back.</summary>
    public const int Window = 16;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>All rooms speak without a pause, until everybody knows the last that was said.</summary>
    /// <param name="behind">
    /// A room waits while its viewers are more versions behind than this; null: it waits for nobody but its commit. With 0 nothing is ever superseded, and both sides carry the same load.
    /// </param>
    public static async Task<Told> AsFastAsItGoesAsync(Crowd crowd, Func<string, Task<long>> say, int? behind = null)
    {
        crowd.DueAt = null;
        var visits = crowd.Seen.Select(s => s.Visit).Distinct().ToDictionary(v => v, _ => 0L);
        var (messages, changes) = (crowd.Delivered, crowd.Known);
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(visits.Keys.ToList().Select(visit => Task.Run(async () =>
        {
            var last = 0L;
            while (clock.Elapsed < Time)
            {
                last = await say(visit);
                if (behind is { } most) await crowd.UntilKnownAsync(visit, last, most);
            }
            lock (visits) visits[visit] = last;
        })));
        await UntilAsync(() => crowd.Seen.All(s => s.Version >= visits[s.Visit]));
        var seconds = clock.Elapsed.TotalSeconds;
        return new((crowd.Delivered - messages) / seconds, (crowd.Known - changes) / seconds);
    }

    /// <summary>
    /// Every room saves when it is due, whether or not the machine kept up; the p99 in milliseconds from then to the browsers. A room whose last save is late
    /// begins the next one late, and that counts.
    /// </summary>
    public static async Task<double> AtAPaceAsync(Crowd crowd, Saving saving, CancellationToken ct)
    {
        crowd.TakeLate();
        crowd.DueAt = saving.DueAt;
        var start = Stopwatch.GetTimestamp();
        var saves = (int)(Time / Period);
        await Task.WhenAll(saving.Visits.Select((visit, i) => Task.Run(async () =>
        {
            for (var n = 0; n < saves; n++)
            {
                var due = (n * Period) + TimeSpan.FromMilliseconds(i);
                if (due - Stopwatch.GetElapsedTime(start) is var wait && wait > TimeSpan.Zero) await Task.Delay(wait, ct);
                await saving.SayAsync(visit, ct, start + (long)(due.TotalSeconds * Stopwatch.Frequency));
            }
        }, ct)));
        await UntilAsync(() => Behind(crowd, saving) == 0);
        var late = crowd.TakeLate();
        var never = (saves * LiveBench.Rooms * LiveBench.Viewers) - late.Length;
        return Figures.Percentile([.. late, .. Enumerable.Repeat(Patience.TotalMilliseconds, Math.Max(0, never))], 0.99);
    }

    public static async Task<double> GapsAsync(Crowd crowd, Saving saving, CancellationToken ct)
    {
        await UntilAsync(() => Behind(crowd, saving) == 0);
        ct.ThrowIfCancellationRequested();
        return Behind(crowd, saving);
    }

    private static int Behind(Crowd crowd, Saving saving) => crowd.Seen.Count(s => s.Version < saving.Last(s.Visit));

    /// <summary>Waits for a condition; whether it came true the figures say.</summary>
    private static async Task UntilAsync(Func<bool> done)
    {
        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        for (var clock = Stopwatch.StartNew(); !done() && clock.Elapsed < Patience;) await look.WaitForNextTickAsync();
    }
}
