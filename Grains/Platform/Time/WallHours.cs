using Balie.Grains.Interfaces.Tenancy;
using NodaTime;
using NodaTime.Text;
using NodaTime.TimeZones;

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
    /// The stretch on one date as instants. Where the clock jumps forward over an edge, the edge is the moment of the jump; where it is set
    /// back, the stretch begins at the first and ends at the second passing of that wall time. Null when nothing of it is left.
    /// </summary>
    public Interval? On(LocalDate date, DateTimeZone zone)
    {
        var start = Edge(date, From, zone, Resolvers.ReturnEarlier);
        var end = Edge(date, To, zone, Resolvers.ReturnLater);
        return start < end ? new Interval(start, end) : null;
    }

    private static Instant Edge(LocalDate date, int minutes, DateTimeZone zone, AmbiguousTimeResolver ambiguous)
    {
        var day = minutes == Midnight ? date.PlusDays(1) : date;
        var wall = day.At(LocalTime.FromMinutesSinceMidnight(minutes % Midnight));
        return zone.ResolveLocal(wall, Resolvers.CreateMappingResolver(ambiguous, Resolvers.ReturnStartOfIntervalAfter)).ToInstant();
    }

    private static int? Minutes(string text)
    {
        if (text == "24:00") return Midnight;
        var parsed = Time.Parse(text);
        return parsed.Success ? parsed.Value.Hour * 60 + parsed.Value.Minute : null;
    }
}
