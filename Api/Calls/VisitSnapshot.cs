using Balie.Api.Booking;
using Balie.Api.Platform;
using Balie.Grains.Interfaces.Booking;
using Balie.Grains.Interfaces.Calls;
using Balie.Grains.Interfaces.Documents;
using Balie.Grains.Interfaces.Identity;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Interfaces.Recording;
using Balie.Grains.Interfaces.Signing;

namespace Balie.Api.Calls;

/// <summary>Everything a viewer may see of a visit, room by room; the starting point that live changes replace piece by piece.</summary>
public sealed record VisitSnapshot
{
    public required Me Me { get; init; }
    public required AppointmentView Appointment { get; init; }
    public required CallView Call { get; init; }
    public required IdentityView Identity { get; init; }
    public required DossierView Dossier { get; init; }
    public required SigningView Signing { get; init; }
    public required RecordingView Recording { get; init; }
    public required DateTimeOffset ServerTime { get; init; }
}

/// <summary>Who looks: participant or staff id, and the browser session that seats are compared with.</summary>
public sealed record Me
{
    public required string Id { get; init; }
    public required bool IsStaff { get; init; }
    public required ParticipantRole Role { get; init; }
    public required string Name { get; init; }
    public required string? Session { get; init; }

    public static Me Of(Caller caller) => new()
    {
        Id = caller.Id,
        IsStaff = caller.IsStaff,
        Role = caller.IsStaff ? ParticipantRole.Officer : RoleName.Parse(caller.Roles[0]),
        Name = caller.Name,
        Session = caller.Session,
    };
}

/// <summary>
/// Reads all rooms of a visit at once and hides what the viewer may not see. A room that is behind the heads that viewers here know is asked to read on, and tells
/// them by the feed: without that it would answer the same each time they ask.
/// </summary>
public sealed class SnapshotReader(IGrainFactory grains, LiveRooms live, TimeProvider clock)
{
    public async Task<VisitSnapshot> ReadAsync(string tenant, string visit, Caller caller, CancellationToken ct = default)
    {
        var appointment = grains.Appointment(tenant, visit).View(ct);
        var call = grains.Call(tenant, visit).View(ct);
        var identity = grains.Identity(tenant, visit).View(ct);
        var dossier = grains.Dossier(tenant, visit).View(ct);
        var signing = grains.Signing(tenant, visit).View(ct);
        var recording = grains.Recording(tenant, visit).View(ct);
        await Task.WhenAll(appointment, call, identity, dossier, signing, recording);
        var seats = await call;
        var snapshot = new VisitSnapshot
        {
            Me = Me.Of(caller),
            Appointment = (await appointment).For(caller.Viewer()),
            Call = SeatWatch.Shown(seats, caller, seats),
            Identity = SeatWatch.Shown(await identity, caller, seats),
            Dossier = SeatWatch.Shown(await dossier, caller, seats),
            Signing = SeatWatch.Shown(await signing, caller, seats),
            Recording = SeatWatch.Shown(await recording, caller, seats),
            ServerTime = clock.GetUtcNow(),
        };
        var key = GrainKey.Of(tenant, visit);
        var behind = VisitRooms.Behind(live.HeadsOf(key), snapshot.Appointment, snapshot.Call, snapshot.Identity, snapshot.Dossier, snapshot.Signing, snapshot.Recording);
        grains.CatchUpAsync(key, behind, CancellationToken.None).Ignore();
        return snapshot;
    }
}

/// <summary>
/// Only the browser that an officer admitted sees the visit's content. Who waits, has not arrived, or has the link open in a second browser
/// sees the appointment and their own seat, and of the rooms no more than that they are there.
/// </summary>
public static class SeatWatch
{
    /// <summary>
    /// Staff always; a participant whose session has the seat while the call runs, and had it last when the call has ended. Unknown seats
    /// (null) let no participant in.
    /// </summary>
    public static bool Holds(CallView? call, Caller caller) => caller.IsStaff
        || (call?.Seats.FirstOrDefault(s => s.Participant == caller.Id) is { Session: not null } seat && seat.Session == caller.Session
            && (seat.Status == SeatStatus.Admitted || (call.Status == CallStatus.Ended && call.StartedAt is not null)));

    /// <summary>What of a room's view one caller may see, the seats being as in <paramref name="call"/>.</summary>
    public static T Shown<T>(T view, Caller caller, CallView? call)
        where T : class, IRedacted<T> => (T)(Shown((object)view, caller, call) ?? throw new InvalidOperationException($"{typeof(T).Name} hides itself."));

    /// <inheritdoc cref="Shown{T}"/>
    public static object? Shown(object view, Caller caller, CallView? call)
    {
        var seen = (view as IRedacted<object>)?.For(caller.Viewer());
        return Holds(call, caller) ? seen : Outside(seen, caller);
    }

    private static object? Outside(object? view, Caller caller) => view switch
    {
        AppointmentView => view,
        CallView call => call with { Seats = [.. call.Seats.Where(s => s.Participant == caller.Id || s.Role == ParticipantRole.Officer)] },
        IdentityView identity => identity with { Checks = [] },
        DossierView dossier => dossier with { Documents = [], Shared = null, Report = null },
        SigningView signing => new SigningView { Version = signing.Version, Status = CeremonyStatus.NotStarted, Signers = [] },
        RecordingView recording => recording with { Asked = false, Consents = [], SegmentOpen = false, Segments = [], PausedBecause = null },
        _ => null,
    };
}
