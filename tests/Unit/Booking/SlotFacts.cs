using System.Collections.Immutable;
using Balie.Grains.Booking;
using Balie.Grains.Interfaces.Tenancy;
using CsCheck;
using NodaTime;
using NodaTime.Text;

namespace Balie.Unit.Tests.Booking;

public sealed class SlotFacts
{
    private static readonly DateTimeZone Brussels = DateTimeZoneProviders.Tzdb["Europe/Brussels"];
    private static readonly OpeningHours[] Weekdays = [.. Enumerable.Range(1, 7).Select(day => new OpeningHours(day, "09:00", "12:00"))];

    [Fact]
    public void Moments_start_every_quarter_and_the_last_one_ends_at_closing()
    {
        var times = Times(Slots(Settings()), "2026-11-24");

        times.Count.ShouldBe(11);
        times[0].ShouldBe("09:00");
        times[^1].ShouldBe("11:30");
    }

    [Fact]
    public void A_taken_moment_keeps_the_free_time_around_it()
    {
        var busy = new BusyTime("an", At("2026-11-24T10:00"), At("2026-11-24T10:40"));

        var times = Times(Slots(Settings(buffer: 10)), "2026-11-24", busy: [busy]);

        times.ShouldContain("09:15");
        times.ShouldNotContain("09:30", "30 minutes and 10 free minutes would run into what is taken");
        times.ShouldNotContain("10:30");
        times.ShouldContain("10:45");
    }

    [Fact]
    public void Own_hours_of_staff_narrow_the_opening_hours()
    {
        var slots = Slots(Settings(staff: [new StaffMember { Id = "an", Subject = "s", Name = "An", Products = ["p"], Hours = [new OpeningHours(2, "10:00", "11:00")] }]));

        Times(slots, "2026-11-24").ShouldBe(["10:00", "10:15", "10:30"]);
        Times(slots, "2026-11-25").ShouldBeEmpty();
    }

    [Fact]
    public void A_closed_day_has_no_moments() => Times(Slots(Settings() with { ClosedDays = ["2026-11-24"] }), "2026-11-24").ShouldBeEmpty();

    [Fact]
    public void What_is_too_soon_or_beyond_the_horizon_is_not_offered()
    {
        var slots = Slots(Settings(lead: 60, horizon: 3));

        Times(slots, "2026-11-24", "2026-11-24T09:20")[0].ShouldBe("10:30");
        Times(slots, "2026-11-27", "2026-11-24T09:20").ShouldNotBeEmpty();
        Times(slots, "2026-11-28", "2026-11-24T09:20").ShouldBeEmpty();
        Times(slots, "2026-11-23", "2026-11-24T09:20").ShouldBeEmpty();
    }

    [Fact]
    public void The_hour_that_does_not_exist_in_March_has_no_moments()
    {
        // Sunday 29 March 2026: 02:00 becomes 03:00.
        var night = Slots(Settings(hours: [new OpeningHours(7, "01:00", "04:00")], horizon: 180));
        var late = Slots(Settings(hours: [new OpeningHours(7, "02:30", "04:00")], horizon: 180));

        Times(night, "2026-03-29", "2026-03-01T12:00").ShouldBe(["01:00", "01:15", "01:30", "01:45", "03:00", "03:15", "03:30"]);
        Times(late, "2026-03-29", "2026-03-01T12:00").ShouldBe(["03:00", "03:15", "03:30"]);
    }

    [Fact]
    public void The_hour_that_comes_twice_in_October_is_offered_twice_at_different_instants()
    {
        // Sunday 25 October 2026: 03:00 becomes 02:00.
        var slots = Slots(Settings(hours: [new OpeningHours(7, "02:00", "03:00")], horizon: 180));

        var moments = slots.Times(new LocalDate(2026, 10, 25), BusyTimes.None, At("2026-10-01T12:00")).ToList();

        moments.Count(m => m.WallTime == new LocalTime(2, 0)).ShouldBe(2);
        moments.Select(m => m.Start).ShouldBeUnique();
        (moments[^1].End - moments[0].Start).ShouldBe(Duration.FromHours(2));
    }

    [Fact]
    public void Of_the_hour_that_comes_twice_only_what_the_hours_name_is_offered()
    {
        // Sunday 25 October 2026: 03:00 becomes 02:00.
        var until = Slots(Settings(hours: [new OpeningHours(7, "01:30", "02:30")], horizon: 180));
        var from = Slots(Settings(hours: [new OpeningHours(7, "02:30", "03:30")], horizon: 180));

        Times(until, "2026-10-25", "2026-10-01T12:00").ShouldBe(["01:30", "01:45", "02:00", "02:00"]);
        Times(from, "2026-10-25", "2026-10-01T12:00").ShouldBe(["02:30", "02:30", "02:45", "03:00"]);
    }

    [Fact]
    public void The_day_after_a_changeover_keeps_its_wall_time()
    {
        var slots = Slots(Settings(horizon: 180));

        slots.Times(new LocalDate(2026, 3, 30), BusyTimes.None, At("2026-03-01T12:00")).First().Start.ShouldBe(Instant.FromUtc(2026, 3, 30, 7, 0));
        slots.Times(new LocalDate(2026, 10, 26), BusyTimes.None, At("2026-10-01T12:00")).First().Start.ShouldBe(Instant.FromUtc(2026, 10, 26, 8, 0));
    }

    [Fact]
    public void A_hold_that_is_over_takes_nobodys_time()
    {
        var hold = new BusyTime("an", At("2026-11-24T10:00"), At("2026-11-24T10:30"), Expires: At("2026-11-23T12:00"));

        Times(Slots(Settings()), "2026-11-24", "2026-11-23T11:59", [hold]).ShouldNotContain("10:00");
        Times(Slots(Settings()), "2026-11-24", "2026-11-23T12:00", [hold]).ShouldContain("10:00");
    }

    [Fact]
    public void No_moment_is_ever_outside_the_hours_or_across_what_is_taken() =>
        Gen.Select(Municipalities, Taken, Gen.Int[0, 364]).Sample((settings, taken, offset) =>
        {
            var date = new LocalDate(2026, 1, 1).PlusDays(offset);
            var midnight = date.AtStartOfDayInZone(Brussels).ToInstant();
            var busy = taken.Select(t => new BusyTime(t.Who, midnight + Duration.FromMinutes(t.From), midnight + Duration.FromMinutes(t.From + t.Length))).ToList();
            var slots = Slots(settings);
            foreach (var time in slots.Times(date, BusyTimes.Of(busy), midnight))
            {
                Within(settings.Hours, time, date).ShouldBeTrue();
                var moment = slots.At(time.Start, BusyTimes.Of(busy), midnight).ShouldNotBeNull();
                moment.Staff.ShouldNotBeEmpty();
                foreach (var member in moment.Staff.Select(id => settings.Staff.First(s => s.Id == id)))
                {
                    member.Products.ShouldContain("p");
                    if (!member.Hours.IsEmpty) Within(member.Hours, time, date).ShouldBeTrue();
                    busy.ShouldNotContain(b => b.Staff == member.Id && b.Start < time.Start + slots.Taken && time.Start < b.End);
                }
            }
        });

    private static readonly Gen<TenantSettings> Municipalities =
        Gen.Select(Gen.Int[0, 80], Gen.Int[1, 15], Gen.Int[0, 3], AnyOf(20, 30, 45), AnyOf(0, 5, 15)).Select(Made);

    private static readonly Gen<(string Who, int From, int Length)[]> Taken =
        Gen.Select(AnyOf("an", "bram"), Gen.Int[0, 1400], Gen.Int[1, 120]).Array[0, 8];

    private static Gen<T> AnyOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private static TenantSettings Made(int open, int length, int late, int duration, int buffer)
    {
        var (from, to, own) = (open * 15, (open + length) * 15, (open + late) * 15);
        return Settings(hours: Daily(from, to), duration: duration, buffer: buffer, horizon: 180, staff:
        [
            new StaffMember { Id = "an", Subject = "a", Name = "An", Products = ["p"] },
            new StaffMember { Id = "bram", Subject = "b", Name = "Bram", Products = ["p"], Hours = own < to ? [.. Daily(own, to)] : [] },
            new StaffMember { Id = "carla", Subject = "c", Name = "Carla", Products = [] },
        ]);
    }

    private static OpeningHours[] Daily(int from, int to) => [.. Enumerable.Range(1, 7).Select(day => new OpeningHours(day, Clock(from), Clock(to)))];

    private static string Clock(int minutes) => $"{minutes / 60:00}:{minutes % 60:00}";

    // Judged on the wall clock, apart from how the calculator turns hours into instants.
    private static bool Within(IEnumerable<OpeningHours> hours, SlotTime moment, LocalDate date)
    {
        var (start, end) = (moment.Start.InZone(Brussels), moment.End.InZone(Brussels));
        return hours.Any(h => h.Day == (int)date.DayOfWeek && start.Date == date && Minutes(start) >= Read(h.From) && (end.Date > date ? 1440 : Minutes(end)) <= Read(h.To));
    }

    private static int Minutes(ZonedDateTime time) => time.Hour * 60 + time.Minute;

    private static int Read(string clock) => int.Parse(clock[..2], null) * 60 + int.Parse(clock[3..], null);

    private static List<string> Times(SlotCalculator slots, string day, string now = "2026-11-23T12:00", BusyTime[]? busy = null) =>
        [.. slots.Times(LocalDatePattern.Iso.Parse(day).Value, BusyTimes.Of(busy ?? []), At(now)).Select(m => m.WallTime.ToString("HH:mm", null))];

    private static Instant At(string wall) =>
        LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mm").Parse(wall).Value.InZoneStrictly(Brussels).ToInstant();

    private static SlotCalculator Slots(TenantSettings settings) => new(settings, "p");

    internal static TenantSettings Settings(
        OpeningHours[]? hours = null, StaffMember[]? staff = null, int duration = 30, int buffer = 0, int lead = 0, int horizon = 30) => new()
    {
        View = new TenantView
        {
            Code = "zonnedaal",
            Name = "Stad Zonnedaal",
            Theme = new Theme { Primary = "#0b5563", Accent = "#9a3412", Mark = "Z" },
            Phone = "015 00 00 10",
            Email = "balie@zonnedaal.example",
            Address = "Marktplein 1",
            Products =
            [
                new ProductView
                {
                    Id = "p",
                    Name = "Product",
                    Summary = "",
                    ToBring = [],
                    WhatHappens = [],
                    DurationMinutes = duration,
                    RecordingOffered = false,
                    IdentityMeans = ["itsme"],
                    Steps = ["identity"],
                    Outcomes = [new Choice("klaar", "Klaar")],
                    ReportSections = [new Choice("deel", "Deel")],
                },
            ],
        },
        OrganisationNumber = "0299900145",
        Hours = [.. hours ?? Weekdays],
        Staff = [.. staff ?? [new StaffMember { Id = "an", Subject = "s", Name = "An", Products = ["p"] }]],
        Rules = [new ProductRules { Product = "p", BufferMinutes = buffer, LeadMinutes = lead, HorizonDays = horizon, AcceptedAcr = ["x"] }],
    };
}
