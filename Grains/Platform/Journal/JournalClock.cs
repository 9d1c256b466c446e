using Npgsql;

namespace Balie.Grains.Platform;

/// <summary>
/// The journal's time: this machine's clock shifted to the database's, never going back, in whole microseconds (as the database keeps them). It is a
/// parameter of every statement; no SQL asks the database for the time, except once, here, to align.
/// </summary>
public sealed class JournalClock(TimeProvider inner, TimeSpan offset = default) : TimeProvider
{
    private long _last;

    public static async Task<JournalClock> AlignAsync(NpgsqlDataSource database, TimeProvider inner, CancellationToken ct = default)
    {
        await using var command = database.CreateCommand("select clock_timestamp()");
        var before = inner.GetUtcNow();
        var there = (DateTime)(await command.ExecuteScalarAsync(ct))!;
        var after = inner.GetUtcNow();
        return new JournalClock(inner, there - (before + ((after - before) / 2)).UtcDateTime);
    }

    public override DateTimeOffset GetUtcNow()
    {
        var now = (inner.GetUtcNow() + offset).UtcTicks;
        now -= now % TimeSpan.TicksPerMicrosecond;
        while (true)
        {
            var last = Interlocked.Read(ref _last);
            if (now <= last) return new DateTimeOffset(last, TimeSpan.Zero);
            if (Interlocked.CompareExchange(ref _last, now, last) == last) return new DateTimeOffset(now, TimeSpan.Zero);
        }
    }

    public override TimeZoneInfo LocalTimeZone => inner.LocalTimeZone;

    public override long TimestampFrequency => inner.TimestampFrequency;

    public override long GetTimestamp() => inner.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => inner.CreateTimer(callback, state, dueTime, period);
}
