using System.Collections.Concurrent;
using System.Collections.Immutable;
using Balie.Grains.Interfaces.Booking;
using Balie.Grains.Interfaces.Tenancy;

namespace Balie.Grains.Tests.Signing;

/// <summary>A municipality whose settings a test wrote down.</summary>
public sealed class TownGrain : Grain, ITenantGrain
{
    public static ConcurrentDictionary<string, TenantSettings> Towns { get; } = new();

    public Task<TenantView> View(CancellationToken ct = default) => Task.FromResult(Towns[this.GetPrimaryKeyString()].View);

    public Task<TenantSettings> Settings(CancellationToken ct = default) => Task.FromResult(Towns[this.GetPrimaryKeyString()]);

    public Task Save(TenantSettings settings, CancellationToken ct = default)
    {
        Towns[this.GetPrimaryKeyString()] = settings;
        return Task.CompletedTask;
    }
}

/// <summary>A visit that was booked before the test began.</summary>
public sealed class BookedVisitGrain : Grain, IAppointmentGrain
{
    public static ConcurrentDictionary<string, AppointmentView> Visits { get; } = new();

    public Task<AppointmentView> View(CancellationToken ct = default) => Task.FromResult(Visits[this.GetPrimaryKeyString()]);

    public Task CallStarted(DateTimeOffset at) => Task.CompletedTask;

    public Task<BookingReceipt> Book(BookAppointment command, CancellationToken ct = default) => throw new NotSupportedException();

    public Task<LinkExchange> Exchange(ExchangeLink command, CancellationToken ct = default) => throw new NotSupportedException();

    public Task Cancel(CancelAppointment command, CancellationToken ct = default) => throw new NotSupportedException();

    public Task<Invitation> Invite(InviteParticipant command, CancellationToken ct = default) => throw new NotSupportedException();

    public Task Close(CloseVisit command, CancellationToken ct = default) => throw new NotSupportedException();

    public Task Rate(RateVisit command, CancellationToken ct = default) => throw new NotSupportedException();
}
