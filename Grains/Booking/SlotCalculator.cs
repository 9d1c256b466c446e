using Balie.Grains.Interfaces.Tenancy;
using Balie.Grains.Platform;
using NodaTime;
using NodaTime.Text;

namespace Balie.Grains.Booking;

/// <summary>Time of one member of staff that is taken: an appointment or a hold, with the free time after it.</summary>
public readonly record struct BusyTime(string Staff, Instant Start, Instant End);

/// <summary>A moment that can be booked, and who is free then, in the order of the settings.</summary>
public sealed record FreeMoment(LocalDate Date, LocalTime WallTime, Instant Start, Instant End, IReadOnlyList<string> Staff);

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
    public IEnumerable<FreeMoment> On(LocalDate date, IReadOnlyCollection<BusyTime> busy, Instant now)
    {
        if (closed.Contains(date) || date < Today(now) || date > LastDay(now)) yield break;
        var earliest = now + Duration.FromMinutes(Rules.LeadMinutes);
        foreach (var open in opening.Where(h => h.Day == date.DayOfWeek).Select(h => h.On(date, zone)).OfType<Interval>())
        {
            for (var start = open.Start; start + Length <= open.End; start += Duration.FromMinutes(StepMinutes))
            {
                if (start < earliest) continue;
                var free = staff.Where(s => Works(s.Hours, date, start) && !IsBusy(s.Id, start, busy)).Select(s => s.Id).ToList();
                if (free.Count > 0) yield return new FreeMoment(date, start.InZone(zone).TimeOfDay, start, start + Length, free);
            }
        }
    }

    /// <summary>The free moment that starts then; null when there is none.</summary>
    public FreeMoment? At(Instant start, IReadOnlyCollection<BusyTime> busy, Instant now) =>
        On(Day(start), busy, now).FirstOrDefault(m => m.Start == start);

    private bool Works(List<WallHours> own, LocalDate date, Instant start) =>
        own.Count == 0 || own.Where(h => h.Day == date.DayOfWeek).Select(h => h.On(date, zone)).OfType<Interval>()
            .Any(h => h.Start <= start && start + Length <= h.End);

    private bool IsBusy(string id, Instant start, IReadOnlyCollection<BusyTime> busy) =>
        busy.Any(b => b.Staff == id && b.Start < start + Taken && start < b.End);
}
