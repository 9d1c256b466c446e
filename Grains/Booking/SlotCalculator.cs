using Balie.Grains.Interfaces.Tenancy;
using Balie.Grains.Platform;
using NodaTime;
using NodaTime.Text;

namespace Balie.Grains.Booking;

/// <summary>A moment that can be booked.</summary>
public readonly record struct SlotTime(LocalDate Date, LocalTime WallTime, Instant Start, Instant End);

/// <summary>A moment that can be booked, and who is free then, in the order of the settings.</summary>
public sealed record FreeMoment(SlotTime Time, IReadOnlyList<string> Staff);

/// <summary>
/// Which moments of a product can be booked. Pure. A moment starts every <see cref="StepMinutes"/> minutes counted from the opening, so
/// everybody's moments are on one grid; it lies whole within the opening hours and within the hours of somebody who handles the product and
/// who has nothing else during it and during the free time after it. The free time may run past closing.
/// </summary>
public sealed class SlotCalculator
{
    /// <summary>Minutes between two possible starts.</summary>
    public const int StepMinutes = 15;

    private readonly DateTimeZone zone;
    private readonly HashSet<LocalDate> closed;
    private readonly List<WallHours> opening;
    private readonly List<(string Id, List<WallHours> Hours)> staff;

    public SlotCalculator(TenantSettings settings, string product)
    {
        Product = settings.View.Products.FirstOrDefault(p => p.Id == product) ?? throw new ArgumentException("No such product.", nameof(product));
        Rules = settings.Rules.First(r => r.Product == product);
        zone = DateTimeZoneProviders.Tzdb[settings.TimeZone];
        closed = [.. settings.ClosedDays.Select(d => LocalDatePattern.Iso.Parse(d).Value)];
        opening = [.. settings.Hours.Select(WallHours.Read).OfType<WallHours>().OrderBy(h => h.From)];
        staff = [.. settings.Staff.Where(s => s.Products.Contains(product)).Select(s => (s.Id, s.Hours.Select(WallHours.Read).OfType<WallHours>().ToList()))];
    }

    public ProductView Product { get; }

    public ProductRules Rules { get; }

    public Duration Length => Duration.FromMinutes(Product.DurationMinutes);

    /// <summary>What an appointment takes of somebody's time: its length and the free time after it.</summary>
    public Duration Taken => Length + Duration.FromMinutes(Rules.BufferMinutes);

    public LocalDate Today(Instant now) => Day(now);

    public LocalDate Day(Instant moment) => moment.InZone(zone).Date;

    public LocalDate LastDay(Instant now) => Today(now).PlusDays(Rules.HorizonDays);

    /// <summary>Instants of the first moment of a day and of the day after it.</summary>
    public Interval Whole(LocalDate from, LocalDate to) => new(zone.AtStartOfDay(from).ToInstant(), zone.AtStartOfDay(to.PlusDays(1)).ToInstant());

    /// <summary>The free moments of one day, in order of time.</summary>
    public IEnumerable<SlotTime> Times(LocalDate date, BusyTimes busy, Instant now)
    {
        if (closed.Contains(date) || date < Today(now) || date > LastDay(now)) yield break;
        var earliest = now + Duration.FromMinutes(Rules.LeadMinutes);
        var working = Working(date);
        foreach (var open in opening.Where(h => h.Day == date.DayOfWeek).SelectMany(h => h.On(date, zone)))
        {
            for (var start = open.Start; start + Length <= open.End; start += Duration.FromMinutes(StepMinutes))
            {
                if (start >= earliest && Free(working, start, busy, now).Any()) yield return new SlotTime(date, start.InZone(zone).TimeOfDay, start, start + Length);
            }
        }
    }

    /// <summary>The free moment that starts then; null when there is none.</summary>
    public FreeMoment? At(Instant start, BusyTimes busy, Instant now)
    {
        var time = Times(Day(start), busy, now).Where(t => t.Start == start).Select(t => (SlotTime?)t).FirstOrDefault();
        return time is { } found ? new FreeMoment(found, [.. Free(Working(found.Date), start, busy, now)]) : null;
    }

    /// <summary>Who works on a date, and when; no stretches means all opening hours.</summary>
    private List<(string Id, Interval[]? Hours)> Working(LocalDate date)
    {
        var known = new Dictionary<WallHours, IReadOnlyList<Interval>>();
        IReadOnlyList<Interval> On(WallHours hours) => known.TryGetValue(hours, out var found) ? found : known[hours] = hours.On(date, zone);
        return [.. staff.Select(s => (s.Id, s.Hours.Count == 0 ? null : s.Hours.Where(h => h.Day == date.DayOfWeek).SelectMany(On).ToArray()))];
    }

    private IEnumerable<string> Free(List<(string Id, Interval[]? Hours)> working, Instant start, BusyTimes busy, Instant now)
    {
        foreach (var (id, hours) in working)
        {
            if ((hours is null || hours.Any(h => h.Start <= start && start + Length <= h.End)) && !busy.Touches(id, start, start + Taken, now)) yield return id;
        }
    }
}
