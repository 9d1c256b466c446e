using Balie.Grains.Interfaces.Booking;
using Balie.Grains.Interfaces.Calls;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Interfaces.Tenancy;
using Balie.Grains.Platform;

namespace Balie.Grains.Booking;

/// <summary>
/// Applies <see cref="AppointmentDecisions"/>. Booking and cancelling are written in the transaction of the staff member's agenda, so the
/// time and the appointment never disagree.
/// </summary>
public sealed class AppointmentGrain(RoomServices services) : RoomGrain<Appointment>(services), IAppointmentGrain
{
    protected override string Room => "appointment";

    protected override Appointment Initial => Appointment.None;

    private IStaffAgendaGrain Agenda(string staff) => GrainFactory.GetGrain<IStaffAgendaGrain>(GrainKey.Of(Key.Tenant, staff).ToString());

    protected override Appointment Apply(Appointment state, IDomainEvent e, DateTimeOffset at) => state.Apply(e, at);

    protected override object? LiveView(Appointment state) => state.Booked is null ? null : state.View(Key.Id, Version);

    protected override void Project(JournalWrite write, Appointment before, Appointment after, IReadOnlyList<IDomainEvent> events) =>
        AppointmentList.Project(write, Key.Tenant, Key.Id, events);

    protected override Task OnChangedAsync(Appointment before, IReadOnlyList<IDomainEvent> events)
    {
        // Nobody who books or leaves waits for it.
        _ = GrainFactory.GetGrain<IQueueGrain>(GrainKey.Of(Key.Tenant, "queue").ToString()).Changed();
        return Task.CompletedTask;
    }

    public async Task<BookingReceipt> Book(BookAppointment command, CancellationToken ct = default)
    {
        var errors = BookingDetails.Errors(command);
        if (errors.Count > 0) throw new BalieException([.. errors]);
        if (HoldId.Read(command.Hold) is not { } id || id.Visit != Key.Id) throw new BalieException(BookingErrors.HoldExpired);

        var settings = await Settings(ct);
        var staff = settings.Staff.FirstOrDefault(s => s.Id == id.Staff) ?? throw new BalieException(BookingErrors.HoldExpired);
        var hold = await HoldOf(command, id.Staff, ct);
        var (self, companion) = (NewLink.Make(), command.Companion is null ? null : NewLink.Make());
        return await HandleThrough(
            command,
            (state, _) => AppointmentDecisions.Book(state, command, hold, staff, settings.Rules.First(r => r.Product == hold.Product), self.Seat, companion?.Seat).Returning(new BookingReceipt
            {
                Visit = Key.Id,
                Start = hold.Start,
                End = hold.End,
                Product = hold.Product,
                Email = command.Email,
            }),
            append => Agenda(id.Staff).Confirm(new ConfirmHold { CommandId = DerivedId.Of(command.CommandId, "confirm"), Hold = command.Hold, Appointment = append }, ct),
            ct,
            (after, _) => VisitMails.Booked(Key, after, self.Token, companion?.Token));
    }

    public Task<AppointmentView> View(CancellationToken ct = default) =>
        State.Booked is null ? throw new BalieException(BookingErrors.VisitUnknown) : Task.FromResult(State.View(Key.Id, Version));

    // Nothing is written: whose browser has the seat is the call room's to say. An unknown visit gets no dossier key either.
    public Task<LinkExchange> Exchange(ExchangeLink command, CancellationToken ct = default)
    {
        var decision = AppointmentDecisions.Exchange(State, command.TokenHash, Now);
        return decision.Error is { } error ? throw new BalieException(error) : Task.FromResult(decision.Result!);
    }

    public async Task Cancel(CancelAppointment command, CancellationToken ct = default)
    {
        var caller = Caller.Required;
        var booked = Known();
        await HandleThrough(
            command,
            (state, _) => AppointmentDecisions.Cancel(state, command, caller).Returning<object?>(null),
            append => Agenda(booked.Staff).Free(new FreeSlot { CommandId = DerivedId.Of(command.CommandId, "free"), Visit = Key.Id, Appointment = append }, ct),
            ct,
            (after, events) => VisitMails.Cancelled(Key, after, events));
    }

    public Task<Invitation> Invite(InviteParticipant command, CancellationToken ct = default)
    {
        var (caller, booked) = (Caller.Required, Known());
        var errors = BookingDetails.Errors(command.Companion);
        if (errors.Count > 0) throw new BalieException([.. errors]);
        var link = NewLink.Make();
        return Handle(
            command,
            (state, _) => AppointmentDecisions.Invite(state, command.Companion, link.Seat, caller)
                .Returning(new Invitation(link.Seat.Participant, AccessLinks.Path(Key.Tenant, Key.Id, link.Token))),
            ct,
            write =>
            {
                foreach (var mail in VisitMails.Invited(Key, State, command.Companion, link.Seat.Participant, link.Token)) write.Send(Stream, mail);
            });
    }

    public async Task CallStarted(DateTimeOffset at)
    {
        Known();
        // Told again now and then.
        if (AppointmentDecisions.Start(State, at).Events.IsEmpty) return;
        await Handle(new CallStartedNote { CommandId = Guid.CreateVersion7() }, (state, _) => AppointmentDecisions.Start(state, at));
    }

    public async Task Close(CloseVisit command, CancellationToken ct = default)
    {
        var (caller, booked) = (Caller.Required, Known());
        var settings = await Settings(ct);
        var product = settings.View.Products.FirstOrDefault(p => p.Id == booked.Product) ?? throw new BalieException(BookingErrors.UnknownProduct);
        var call = GrainFactory.GetGrain<ICallRoomGrain>(Key.ToString());
        var startedAt = State.StartedAt ?? (await call.View(ct)).StartedAt;
        var closing = State;
        await Handle(command, (state, now) => AppointmentDecisions.Close(closing = state, command, product, startedAt, caller.Id, now), ct, write =>
        {
            var closed = AppointmentDecisions.Close(closing, command, product, startedAt, caller.Id, write.At).Events.OfType<VisitClosed>().Single();
            BackOffice.Send(write, [.. settings.Webhooks.Select(w => w.Id)], BackOffice.Closed(Key.Tenant, Key.Id, booked, closed));
            if (startedAt is not null) ImpactNotes.Done(write, Key.Id, closing, closed, settings);
        });
        // Also when this command was answered before: the first time may have ended here. Ending twice is no error.
        await call.End(new EndCall { CommandId = DerivedId.Of(command.CommandId, "end") }, ct);
    }

    public Task Rate(RateVisit command, CancellationToken ct = default)
    {
        Known();
        return Handle(command, (state, _) => AppointmentDecisions.Rate(state, command, Caller.Required.Id), ct, write =>
        {
            if (State is { Closed: not null, StartedAt: not null }) ImpactNotes.Scored(write, Key.Id, command.Score);
        });
    }

    /// <summary>Once booked the hold is no more; then the first answer to this command stands, or the decision refuses another one.</summary>
    private async Task<HoldView> HoldOf(BookAppointment command, string staff, CancellationToken ct)
    {
        if (State.Booked is { } known) return Again(command.Hold, known);
        try
        {
            return await Agenda(staff).GetHold(command.Hold, ct);
        }
        catch (BalieException gone) when (gone.Error.Code == BookingErrors.HoldUsed.Code)
        {
            // It became an appointment, of which this activation does not know: the answer to its booking was lost.
            await RefreshAsync(ct);
            if (State.Booked is not { } booked) throw;
            return Again(command.Hold, booked);
        }
    }

    private AppointmentBooked Known() => State.Booked ?? throw new BalieException(BookingErrors.VisitUnknown);

    private Task<TenantSettings> Settings(CancellationToken ct) => GrainFactory.GetGrain<ITenantGrain>(GrainKey.Of(Key.Tenant, "tenant").ToString()).Settings(ct);

    private static HoldView Again(string hold, AppointmentBooked booked) =>
        new() { Hold = hold, Product = booked.Product, Start = booked.Start, End = booked.End, ExpiresAt = booked.Start };
}

/// <summary>A seat with the token of its link, which leaves in a mail or an answer and is then forgotten.</summary>
internal sealed record NewLink(NewSeat Seat, string Token)
{
    public static NewLink Make()
    {
        var token = AccessLinks.NewToken();
        return new NewLink(new NewSeat(Guid.CreateVersion7().ToString("N"), AccessLinks.Hash(token)), token);
    }
}

/// <summary>The Calls room's word that the call began, as a command of Balie's own.</summary>
internal sealed record CallStartedNote : Command;
