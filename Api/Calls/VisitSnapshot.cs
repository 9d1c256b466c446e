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

/// <summary>Reads all rooms of a visit at once and hides what the viewer may not see.</summary>
public sealed class SnapshotReader(IGrainFactory grains, TimeProvider clock)
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
        var viewer = SeatWatch.Holds(await call, caller) ? caller.Viewer() : SeatWatch.Stranger;
        return new VisitSnapshot
        {
            Me = Me.Of(caller),
            Appointment = (await appointment).For(caller.Viewer()),
            Call = (await call).For(caller.Viewer()),
            Identity = (await identity).For(viewer),
            Dossier = SeatWatch.Redact((await dossier).For(viewer), viewer),
            Signing = (await signing).For(viewer),
            Recording = (await recording).For(viewer),
            ServerTime = clock.GetUtcNow(),
        };
    }
}

/// <summary>
/// A link may be open in two browsers; only the one that has the seat sees the visit's content. The other one waits: it sees the
/// appointment and the seats, and of the rooms no more than somebody whom they do not concern.
/// </summary>
public static class SeatWatch
{
    /// <summary>A viewer that no room knows.</summary>
    public static readonly Viewer Stranger = new(false, "");

    /// <summary>Staff always; a participant whose session has the seat, or whose seat nobody has.</summary>
    public static bool Holds(CallView call, Caller caller) =>
        caller.IsStaff || call.Seats.FirstOrDefault(s => s.Participant == caller.Id)?.Session is not { } seated || seated == caller.Session;

    public static DossierView Redact(DossierView dossier, Viewer viewer) =>
        viewer == Stranger ? dossier with { Documents = [], Shared = null, Report = null } : dossier;
}
