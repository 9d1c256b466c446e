using System.Globalization;
using NodaTime;

namespace Balie.Grains.Signing;

/// <summary>Dates and times as they stand on Flemish paper, in the municipality's zone.</summary>
public static class DutchMoment
{
    private static readonly string[] Days = ["maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag"];

    private static readonly string[] Months =
        ["januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november", "december"];

    /// <summary>"24 november 2026, 19.20 uur"</summary>
    public static string Full(DateTimeOffset at, string zone) => $"{Day(Local(at, zone))}, {Clock(at, zone)} uur";

    /// <summary>"dinsdag 24 november 2026"</summary>
    public static string Date(DateTimeOffset at, string zone)
    {
        var local = Local(at, zone);
        return $"{Days[(int)local.DayOfWeek - 1]} {Day(local)}";
    }

    /// <summary>"19.20"</summary>
    public static string Clock(DateTimeOffset at, string zone)
    {
        var local = Local(at, zone);
        return string.Create(CultureInfo.InvariantCulture, $"{local.Hour}.{local.Minute:00}");
    }

    /// <summary>The same instant with the offset of that zone.</summary>
    public static DateTimeOffset InZone(DateTimeOffset at, string zone) => Zoned(at, zone).ToDateTimeOffset();

    private static string Day(LocalDateTime local) => string.Create(CultureInfo.InvariantCulture, $"{local.Day} {Months[local.Month - 1]} {local.Year}");

    private static LocalDateTime Local(DateTimeOffset at, string zone) => Zoned(at, zone).LocalDateTime;

    private static ZonedDateTime Zoned(DateTimeOffset at, string zone) => Instant.FromDateTimeOffset(at).InZone(DateTimeZoneProviders.Tzdb[zone]);
}
