using Balie.Grains.Interfaces.Booking;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Interfaces.Tenancy;
using Balie.Grains.Platform;
using NodaTime;

namespace Balie.Grains.Booking;

/// <summary>
/// Applies <see cref="AgendaDecisions"/> to one person's agenda, a stream a month. Everybody who wants this person's time queues here, so
/// most collisions end in memory; when another activation wrote meanwhile, the constraint on <c>slot_claim</c> or the stream's version
/// refuses, the month is read again and decided once more.
/// </summary>
public sealed class StaffAgendaGrain(RoomServices services, SlotClaims claims) : Grain, IStaffAgendaGrain
{
    private const int MonthsKept = 6;

    /// <summary>Who wants a moment wants at least its beginning.</summary>
    private static readonly TimeSpan Least = TimeSpan.FromTicks(1);
    private readonly Dictionary<string, (AgendaMonth State, long Version)> months = [];

    private GrainKey Key => GrainKey.Parse(this.GetPrimaryKeyString());

    public async Task<HoldView?> Hold(HoldSlot command, CancellationToken ct = default)
    {
        // Whoever lost this person's moment has others to try, and is kept waiting by everybody before them: nothing is asked for them.
        var known = await Month(AgendaMonth.Of(command.Start), ct);
        if (AgendaDecisions.IsTaken(known.State, command.Start, command.Start + Least, services.Journal.Now)) return null;
        var settings = await GrainFactory.GetGrain<ITenantGrain>(GrainKey.Of(Key.Tenant, "tenant").ToString()).Settings(ct);
        if (settings.View.Products.All(p => p.Id != command.Product)) throw new BalieException(BookingErrors.UnknownProduct);
        var slots = new SlotCalculator(settings, command.Product);
        var id = HoldId.New(Key.Id);
        var (end, until) = (command.Start + slots.Length.ToTimeSpan(), command.Start + slots.Taken.ToTimeSpan());
        var held = await TryWrite<HoldView>(command, AgendaMonth.Of(command.Start), (month, now) =>
        {
            // The hours only: what is taken is the month's and the constraint's to say.
            if (slots.At(Instant.FromDateTimeOffset(command.Start), BusyTimes.None, Instant.FromDateTimeOffset(now)) is not { } moment || !moment.Staff.Contains(Key.Id))
                return BookingErrors.SlotTaken;
            return AgendaDecisions.Hold(month, id.Visit, command.Product, command.Start, end, until, now).Returning<HoldView?>(new HoldView
            {
                Hold = id.ToString(),
                Product = command.Product,
                Start = command.Start,
                End = end,
                ExpiresAt = now + AgendaDecisions.HoldFor,
            });
        }, (write, e) => SlotClaims.Project(write, Key, e), ct);
        return held.Error is null ? held.Result : null;
    }

    public async Task<HoldView> GetHold(string hold, CancellationToken ct = default)
    {
        var (visit, month) = await Find(hold, ct) ?? throw new BalieException(BookingErrors.HoldExpired);
        var time = (await Month(month, ct)).State.Times.GetValueOrDefault(visit);
        if (time is null || !time.StandsAt(services.Journal.Now)) throw new BalieException(BookingErrors.HoldExpired);
        if (time.ExpiresAt is not { } expires) throw new BalieException(BookingErrors.HoldUsed);
        return new HoldView { Hold = hold, Product = time.Product, Start = time.Start, End = time.End, ExpiresAt = expires };
    }

    public async Task ReleaseHold(ReleaseHold command, CancellationToken ct = default)
    {
        if (await Find(command.Hold, ct) is not var (visit, month)) return;
        await Write<object>(command, month, (state, _) => AgendaDecisions.Release(state, visit).Returning<object?>(null), (write, e) => SlotClaims.Project(write, Key, e), ct);
    }

    public async Task Confirm(ConfirmHold command, CancellationToken ct = default)
    {
        var (visit, month) = await Find(command.Hold, ct) ?? throw new BalieException(BookingErrors.HoldExpired);
        var appointment = await Opened(visit, command.Appointment, ct);
        var hooks = await BackOffice.Endpoints(GrainFactory, Key.Tenant, ct);
        await Write<object>(command, month, (state, now) => AgendaDecisions.Confirm(state, visit, now).Returning<object?>(null), (write, e) =>
        {
            var time = months[month].State.Times[visit];
            SlotClaims.Project(write, Key, e, time);
            write.Include(command.Appointment);
            AppointmentList.Project(write, Key.Tenant, visit, appointment);
            BackOffice.Send(write, hooks, BackOffice.Booked(Key.Tenant, visit, time.Product, time.Start, time.End));
        }, ct);
        TellQueue();
    }

    public async Task Free(FreeSlot command, CancellationToken ct = default)
    {
        var month = await claims.MonthAsync(Key.Tenant, Key.Id, command.Visit, ct) ?? throw new BalieException(BookingErrors.VisitUnknown);
        var appointment = await Opened(command.Visit, command.Appointment, ct);
        var hooks = await BackOffice.Endpoints(GrainFactory, Key.Tenant, ct);
        await Write<object>(command, month, (state, _) => AgendaDecisions.Free(state, command.Visit).Returning<object?>(null), (write, e) =>
        {
            var time = months[month].State.Times[command.Visit];
            SlotClaims.Project(write, Key, e);
            write.Include(command.Appointment);
            AppointmentList.Project(write, Key.Tenant, command.Visit, appointment);
            BackOffice.Send(write, hooks, BackOffice.Cancelled(Key.Tenant, command.Visit, time.Product, time.Start, time.End));
        }, ct);
        TellQueue();
    }

    private void TellQueue() => _ = GrainFactory.GetGrain<Interfaces.Calls.IQueueGrain>(GrainKey.Of(Key.Tenant, "queue").ToString()).Changed();

    /// <summary>Which visit a hold is for and in which month it stands; null when nothing is held under that name.</summary>
    private async Task<(string Visit, string Month)?> Find(string hold, CancellationToken ct)
    {
        if (HoldId.Read(hold) is not { } id || id.Staff != Key.Id) return null;
        return await claims.MonthAsync(Key.Tenant, Key.Id, id.Visit, ct) is { } month ? (id.Visit, month) : null;
    }

    /// <exception cref="BalieException">Refused on today's state, and this command was not answered before.</exception>
    private async Task<TResult?> Write<TResult>(
        Command command, string month, Func<AgendaMonth, DateTimeOffset, Decision<TResult?>> decide, Action<JournalWrite, IDomainEvent> project, CancellationToken ct)
        where TResult : class
    {
        var written = await TryWrite(command, month, decide, project, ct);
        if (written.Error is not { } error) return written.Result;
        if (await services.Journal.FindCommandAsync(Key.Tenant, command.CommandId, ct) is not { } first) throw new BalieException(error);
        months.Clear();
        return BookingCommand.FirstAnswer<TResult>(first, command);
    }

    /// <summary>What came of it: the answer, or why it is refused.</summary>
    private async Task<Decision<TResult?>> TryWrite<TResult>(
        Command command, string month, Func<AgendaMonth, DateTimeOffset, Decision<TResult?>> decide, Action<JournalWrite, IDomainEvent> project, CancellationToken ct)
        where TResult : class
    {
        for (var again = false; ; again = true)
        {
            try
            {
                return await WriteOnce(command, month, decide, project, ct);
            }
            catch (StaleStreamException stale) when (stale.Stream == Stream(month) && !again)
            {
                // Another activation wrote; once more, on what stands now.
            }
            catch (JournalConflictException conflict) when (conflict.Constraint == SlotClaims.Once)
            {
                return BookingErrors.SlotTaken;
            }
        }
    }

    private async Task<Decision<TResult?>> WriteOnce<TResult>(
        Command command, string month, Func<AgendaMonth, DateTimeOffset, Decision<TResult?>> decide, Action<JournalWrite, IDomainEvent> project, CancellationToken ct)
        where TResult : class
    {
        var (state, version) = await Month(month, ct);
        var now = services.Journal.Now;
        var decision = decide(state, now);
        if (decision.Error is not null) return decision;
        var write = BookingCommand.Write(Key.Tenant, command, now, decision.Result);
        if (decision.Events.Length > 0)
            write.Appends.Add(new PendingAppend { Stream = Stream(month), ExpectedVersion = version, Events = [.. decision.Events.Select(e => services.Events.Serialize(e, null))] });
        foreach (var happened in decision.Events) project(write, happened);
        // Until the answer is there nobody knows whether it was written, and of a repetition somebody else may have written it: then the month is read again.
        months.Remove(month);
        var result = await services.Journal.AppendAsync(write, ct);
        if (result.Repeated) return decision with { Result = BookingCommand.Result<TResult>(result.ResultJson) };
        months[month] = (decision.Events.Aggregate(state, (s, e) => s.Apply(e)), version + decision.Events.Length);
        return decision;
    }

    private string Stream(string month) => $"agenda/{Key.Id}-{month}";

    private async Task<(AgendaMonth State, long Version)> Month(string month, CancellationToken ct)
    {
        if (months.TryGetValue(month, out var known)) return known;
        var (state, version) = (AgendaMonth.Empty, 0L);
        foreach (var row in await services.Journal.ReadAsync(Key.Tenant, Stream(month), 0, ct))
            (state, version) = (state.Apply(services.Events.Deserialize(row.Name, row.Payload, null)), row.Version);
        if (months.Count >= MonthsKept) months.Remove(months.Keys.Min()!);
        months[month] = (state, version);
        return (state, version);
    }

    /// <summary>What the appointment wants written, readable, for the list of appointments.</summary>
    /// <exception cref="ArgumentException">The events are of another stream.</exception>
    private async Task<IReadOnlyList<IDomainEvent>> Opened(string visit, PendingAppend append, CancellationToken ct)
    {
        if (append.Stream != $"appointment/{visit}") throw new ArgumentException("These events are not of the visit.", nameof(append));
        var key = await services.Keys.DossierKeyAsync(Key.Tenant, visit, ct);
        try
        {
            return [.. append.Events.Select(e => services.Events.Deserialize(e.Name, e.Payload, key))];
        }
        finally
        {
            Array.Clear(key);
        }
    }
}
