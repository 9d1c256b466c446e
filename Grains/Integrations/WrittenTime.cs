using System.Globalization;

namespace Balie.Grains.Integrations;

/// <summary>Moments as people write them, on the wall clock of the municipality.</summary>
public static class WrittenTime
{
    /// <summary>"dinsdag 24 november, 19.20 uur", or "Tuesday 24 November, 19:20".</summary>
    public static string Of(DateTimeOffset moment, string timeZone, string language)
    {
        var wall = TimeZoneInfo.ConvertTime(moment, TimeZoneInfo.FindSystemTimeZoneById(timeZone));
        return language == "nl"
            ? wall.ToString("dddd d MMMM, H.mm 'uur'", CultureInfo.GetCultureInfo("nl-BE"))
            : wall.ToString("dddd d MMMM, HH:mm", CultureInfo.GetCultureInfo("en-GB"));
    }
}
