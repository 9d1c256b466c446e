using Balie.Grains.Interfaces.Tenancy;
using NodaTime;
using NodaTime.Text;

namespace Balie.Grains.Platform;

/// <summary>One stretch of opening hours on a day of the week: minutes since midnight on the wall clock, the end not included; 1440 = midnight.</summary>
public readonly record struct WallHours(IsoDayOfWeek Day, int From, int To)
{
    private const int Midnight = 24 * 60;
    private static readonly LocalTimePattern Time = LocalTimePattern.CreateWithInvariantCulture("HH:mm");

    /// <summary>Null when the text is no stretch of time: an unknown day, no "HH:mm", or an end that is not after the start. "24:00" may end a day.</summary>
    public static WallHours? Read(OpeningHours hours)
    {
        if (hours.Day is < 1 or > 7 || Minutes(hours.From) is not { } from || Minutes(hours.To) is not { } to || to <= from) return null;
        return new WallHours((IsoDayOfWeek)hours.Day, from, to);
    }

    public bool Overlaps(WallHours other) => Day == other.Day && From < other.To && other.From < To;

    public bool Contains(WallHours other) => Day == other.Day && From <= other.From && other.To <= To;

    /// <summary>
    /// When the clock on the wall stands in the stretch on one date, as instants: mostly one interval; none where the clock jumps over it; two
    /// where it is set back and only a part of the hour that comes twice is in the stretch.
    /// </summary>
    public IReadOnlyList<Interval> On(LocalDate date, DateTimeZone zone)
    {
        var (open, close) = (Wall(date, From), Wall(date, To));
        var found = new List<Interval>(1);
        foreach (var part in zone.GetZoneIntervals(new Interval(zone.AtStartOfDay(date).ToInstant(), zone.AtStartOfDay(date.PlusDays(1)).ToInstant())))
        {
            var start = Instant.Max(open.WithOffset(part.WallOffset).ToInstant(), part.HasStart ? part.Start : Instant.MinValue);
            var end = Instant.Min(close.WithOffset(part.WallOffset).ToInstant(), part.HasEnd ? part.End : Instant.MaxValue);
            if (start >= end) continue;
            if (found.Count > 0 && found[^1].End == start) found[^1] = new Interval(found[^1].Start, end);
            else found.Add(new Interval(start, end));
        }

        return found;
    }

    private static LocalDateTime Wall(LocalDate date, int minutes) => date.AtMidnight().PlusMinutes(minutes);

    private static int? Minutes(string text)
    {
        if (text == "24:00") return Midnight;
        var parsed = Time.Parse(text);
        return parsed.Success ? parsed.Value.Hour * 60 + parsed.Value.Minute : null;
    }
}
