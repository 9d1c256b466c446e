using System.Collections.Immutable;
using NodaTime;

namespace Balie.Grains.Booking;

/// <summary>
/// Time of one member of staff that is taken: an appointment or a hold, with the free time after it. A hold counts until <see cref="Expires"/>.
/// </summary>
public readonly record struct BusyTime(string Staff, Instant Start, Instant End, Instant? Expires = null);

/// <summary>What is taken of everybody's time, ordered for quick looks. Immutable: a search reads one while news makes the next.</summary>
public sealed class BusyTimes
{
    public static readonly BusyTimes None = new(ImmutableDictionary<string, Line>.Empty);

    private readonly ImmutableDictionary<string, Line> _lines;

    private BusyTimes(ImmutableDictionary<string, Line> lines) => _lines = lines;

    public static BusyTimes Of(IEnumerable<BusyTime> times) => None.With(times.GroupBy(t => t.Staff).Select(g => (g.Key, g.AsEnumerable())));

    /// <summary>The same with other times for the named staff.</summary>
    public BusyTimes With(IEnumerable<(string Staff, IEnumerable<BusyTime> Times)> staff)
    {
        var lines = _lines.ToBuilder();
        foreach (var (id, times) in staff) lines[id] = new Line([.. times.OrderBy(t => t.Start)]);
        return new BusyTimes(lines.ToImmutable());
    }

    /// <summary>Whether something that stands now touches the stretch.</summary>
    public bool Touches(string staff, Instant from, Instant until, Instant now) => _lines.TryGetValue(staff, out var line) && line.Within(from, until, now) > 0;

    /// <summary>How many times that stand now touch the stretch.</summary>
    public int Count(string staff, Interval within, Instant now) => _lines.TryGetValue(staff, out var line) ? line.Within(within.Start, within.End, now, int.MaxValue) : 0;

    /// <summary>One person's times by start. Times may overlap (a hold that is over and the one that took its place), so the latest end so far is kept beside.</summary>
    private sealed class Line
    {
        private readonly BusyTime[] _times;
        private readonly Instant[] _latestEnd;

        public Line(BusyTime[] times)
        {
            _times = times;
            _latestEnd = new Instant[times.Length];
            for (var i = 0; i < times.Length; i++) _latestEnd[i] = i == 0 ? times[i].End : Instant.Max(_latestEnd[i - 1], times[i].End);
        }

        public int Within(Instant from, Instant until, Instant now, int enough = 1)
        {
            var found = 0;
            for (var i = FirstFrom(until) - 1; i >= 0 && _latestEnd[i] > from && found < enough; i--)
            {
                if (_times[i].End > from && (_times[i].Expires is not { } over || now < over)) found++;
            }

            return found;
        }

        /// <summary>Index of the first time that starts at the instant or later.</summary>
        private int FirstFrom(Instant start)
        {
            var (low, high) = (0, _times.Length);
            while (low < high)
            {
                var middle = (low + high) / 2;
                if (_times[middle].Start < start) low = middle + 1;
                else high = middle;
            }

            return low;
        }
    }
}
