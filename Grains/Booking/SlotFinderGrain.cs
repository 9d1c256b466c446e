using Balie.Grains.Interfaces.Booking;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Interfaces.Tenancy;
using Balie.Grains.Platform;
using NodaTime;
using NodaTime.Text;
using Orleans.Concurrency;

namespace Balie.Grains.Booking;

/// <summary>
/// Looks for free moments in the claims as they stand, and asks the agendas of those who seem free to hold one, those with the least to do that day
/// first. It keeps nothing, so there is one a core, and whoever waits for a commit is in nobody's way: what a crowd asks at the same time shares its looks in the database.
/// </summary>
[StatelessWorker, Reentrant]
public sealed class SlotFinderGrain(IJournal journal, SlotClaims claims) : Grain, ISlotFinderGrain
{
    private static readonly LocalTimePattern Clock = LocalTimePattern.CreateWithInvariantCulture("HH:mm");

    private GrainKey Key => GrainKey.Parse(this.GetPrimaryKeyString());

    public async Task<SlotOffer> Find(SlotQuery query, CancellationToken ct = default)
    {
        if (query.Days is < 1 or > 60) throw new BalieException(BookingErrors.Days);
        var slots = await Calculator(query.Product, ct);
        var now = Instant.FromDateTimeOffset(journal.Now);
        var (today, last) = (slots.Today(now), slots.LastDay(now));
        var from = LocalDate.Max(today, query.From is null ? today : Day(query.From));
        if (from > last) return new SlotOffer { Days = [], NextDay = null, LastDay = Iso(last) };

        var busy = await claims.BusyAsync(Key.Tenant, journal.Now, ct);
        var after = LocalDate.Min(from.PlusDays(query.Days), last.PlusDays(1));
        var days = Days(from, after).Select(d => (Day: d, Moments: slots.Times(d, busy, now).ToList())).Where(d => d.Moments.Count > 0);
        var next = Days(after, last.PlusDays(1)).Where(d => slots.Times(d, busy, now).Any()).Select(d => (LocalDate?)d).FirstOrDefault();
        return new SlotOffer
        {
            Days = [.. days.Select(d => new SlotDay(Iso(d.Day), [.. d.Moments.Select(Slot)]))],
            NextDay = next is { } day ? Iso(day) : null,
            LastDay = Iso(last),
        };
    }

    public async Task<HoldView> Hold(HoldSlot command, CancellationToken ct = default)
    {
        var slots = await Calculator(command.Product, ct);
        var (start, now) = (Instant.FromDateTimeOffset(command.Start), Instant.FromDateTimeOffset(journal.Now));
        var day = slots.Day(start);
        var whole = slots.Whole(day, day);
        var busy = await claims.BusyAsync(Key.Tenant, journal.Now, ct);
        var free = slots.At(start, busy, now)?.Staff ?? [];
        foreach (var staff in free.OrderBy(s => busy.Count(s, whole, now)))
        {
            // Null: somebody was quicker with this one; the next may still be free.
            if (await Agenda(staff).Hold(command, ct) is { } hold) return hold;
        }

        // It may have been taken by this very command, which came before; had somebody else been free, the journal would have given its first answer.
        return await FirstAnswer(command, ct) ?? throw new BalieException(BookingErrors.SlotTaken);
    }

    /// <summary>What this command was answered before, by whichever agenda carried it out.</summary>
    private async Task<HoldView?> FirstAnswer(HoldSlot command, CancellationToken ct) =>
        await journal.FindCommandAsync(Key.Tenant, command.CommandId, ct) is { } first ? BookingCommand.FirstAnswer<HoldView>(first, command) : null;

    private IStaffAgendaGrain Agenda(string staff) => GrainFactory.GetGrain<IStaffAgendaGrain>(GrainKey.Of(Key.Tenant, staff).ToString());

    private async Task<SlotCalculator> Calculator(string product, CancellationToken ct)
    {
        var settings = await GrainFactory.GetGrain<ITenantGrain>(GrainKey.Of(Key.Tenant, "tenant").ToString()).Settings(ct);
        return settings.View.Products.Any(p => p.Id == product) ? new SlotCalculator(settings, product) : throw new BalieException(BookingErrors.UnknownProduct);
    }

    private static LocalDate Day(string text) => LocalDatePattern.Iso.Parse(text) is { Success: true } day ? day.Value : throw new BalieException(BookingErrors.From);

    private static string Iso(LocalDate day) => LocalDatePattern.Iso.Format(day);

    private static IEnumerable<LocalDate> Days(LocalDate from, LocalDate to)
    {
        for (var day = from; day < to; day = day.PlusDays(1)) yield return day;
    }

    private static Slot Slot(SlotTime time) => new(time.Start.ToDateTimeOffset(), time.End.ToDateTimeOffset(), Clock.Format(time.WallTime));
}
