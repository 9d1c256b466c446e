using Npgsql;

namespace Balie.Grains.Platform;

/// <summary>
/// The journal's time: the database's, counted on with this machine's monotonic clock, never going back, in whole microseconds (as the database keeps them). What the
/// machine's wall clock is set to moves nothing. It is a parameter of every statement; no SQL asks the database for the time, except here, to align.
/// </summary>
public sealed class JournalClock : TimeProvider
{
    private readonly TimeProvider _inner;
    private Anchor _anchor;
    private long _last;

    /// <summary>Begins at this machine's time shifted by <paramref name="offset"/>.</summary>
    public JournalClock(TimeProvider inner, TimeSpan offset = default)
        : this(inner, new Anchor(inner.GetTimestamp(), inner.GetUtcNow() + offset, TimeSpan.Zero))
    {
    }

    private JournalClock(TimeProvider inner, Anchor anchor) => (_inner, _anchor) = (inner, anchor);

    /// <summary>A clock that begins at the database's time.</summary>
    public static async Task<JournalClock> AlignAsync(NpgsqlDataSource database, TimeProvider inner, CancellationToken ct = default)
    {
        var (there, asked, _) = await AskAsync(database, inner, ct);
        return new JournalClock(inner, new Anchor(asked, there, TimeSpan.Zero));
    }

    /// <summary>
    /// Follows the database's clock again: at once when that is ahead; when it is behind this clock runs at half speed until they agree, for time that was given out must
    /// not come back.
    /// </summary>
    /// <returns>How far the database was ahead; negative when it was behind, zero when the question took longer than they were apart.</returns>
    public async Task<TimeSpan> RealignAsync(NpgsqlDataSource database, CancellationToken ct = default)
    {
        var (there, asked, uncertain) = await AskAsync(database, _inner, ct);
        var here = Read(_anchor, asked);
        var apart = there - here;
        if (apart.Duration() <= uncertain) return TimeSpan.Zero;
        Volatile.Write(ref _anchor, apart > TimeSpan.Zero ? new Anchor(asked, there, TimeSpan.Zero) : new Anchor(asked, here, -apart));
        return apart;
    }

    public override DateTimeOffset GetUtcNow()
    {
        var now = Read(Volatile.Read(ref _anchor), _inner.GetTimestamp()).UtcTicks;
        now -= now % TimeSpan.TicksPerMicrosecond;
        while (true)
        {
            var last = Interlocked.Read(ref _last);
            if (now <= last) return new DateTimeOffset(last, TimeSpan.Zero);
            if (Interlocked.CompareExchange(ref _last, now, last) == last) return new DateTimeOffset(now, TimeSpan.Zero);
        }
    }

    public override TimeZoneInfo LocalTimeZone => _inner.LocalTimeZone;

    public override long TimestampFrequency => _inner.TimestampFrequency;

    public override long GetTimestamp() => _inner.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => _inner.CreateTimer(callback, state, dueTime, period);

    private DateTimeOffset Read(Anchor anchor, long timestamp)
    {
        var passed = _inner.GetElapsedTime(anchor.Timestamp, timestamp);
        return anchor.At + passed - TimeSpan.FromTicks(Math.Min(anchor.Ahead.Ticks, passed.Ticks / 2));
    }

    /// <summary>The database's time, when that was by the monotonic clock, and how far off that may be.</summary>
    private static async Task<(DateTimeOffset There, long Asked, TimeSpan Uncertain)> AskAsync(NpgsqlDataSource database, TimeProvider inner, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var command = new NpgsqlCommand("select clock_timestamp()", connection);
        var before = inner.GetTimestamp();
        var there = (DateTime)(await command.ExecuteScalarAsync(ct))!;
        var after = inner.GetTimestamp();
        return (new DateTimeOffset(there), before + ((after - before) / 2), inner.GetElapsedTime(before, after));
    }

    /// <param name="Timestamp">Of the monotonic clock, when it was <paramref name="At"/>.</param>
    /// <param name="Ahead">By so much this clock was before the database's then; it waits for that one.</param>
    private sealed record Anchor(long Timestamp, DateTimeOffset At, TimeSpan Ahead);
}
