using Balie.Grains.Interfaces.Booking;
using Balie.Grains.Interfaces.Calls;
using Balie.Grains.Interfaces.Documents;
using Balie.Grains.Interfaces.Identity;
using Balie.Grains.Interfaces.Recording;
using Balie.Grains.Interfaces.Signing;

namespace Balie.Grains.Interfaces.Platform;

/// <summary>A room of one visit; key <c>{tenant}/{visit}</c>. Its state is what its stream in the journal says.</summary>
[Alias("IVisitRoom")]
public interface IVisitRoom : IGrainWithStringKey
{
    /// <summary>
    /// Returns when the room knows its stream up to <paramref name="version"/>, and has told its viewers. For moments after a silo came or went there can be two activations of
    /// a room; one that does not write would not notice what the other wrote.
    /// </summary>
    [Allow(CallerKind.Participant, CallerKind.Staff, CallerKind.System, Role = StaffRole.Officer), Alias("CatchUp")]
    Task CatchUp(long version, CancellationToken ct = default);
}

/// <summary>The rooms of a visit by the names that streams and live updates have.</summary>
public static class VisitRooms
{
    private static readonly Dictionary<string, Func<IGrainFactory, string, IVisitRoom>> ByName = new(StringComparer.Ordinal)
    {
        ["appointment"] = (grains, key) => grains.GetGrain<IAppointmentGrain>(key),
        ["call"] = (grains, key) => grains.GetGrain<ICallRoomGrain>(key),
        ["identity"] = (grains, key) => grains.GetGrain<IIdentityCheckGrain>(key),
        ["dossier"] = (grains, key) => grains.GetGrain<IDossierGrain>(key),
        ["signing"] = (grains, key) => grains.GetGrain<ISigningCeremonyGrain>(key),
        ["recording"] = (grains, key) => grains.GetGrain<IRecordingGrain>(key),
    };

    public static IReadOnlyCollection<string> Names => ByName.Keys;

    /// <summary>Which rooms answered with less than the journal's <paramref name="heads"/>, and the version that each should know.</summary>
    public static IReadOnlyList<KeyValuePair<string, long>> Behind(
        IReadOnlyDictionary<string, long> heads,
        AppointmentView appointment, CallView call, IdentityView identity, DossierView dossier, SigningView signing, RecordingView recording)
    {
        return [.. heads.Where(head => VersionOf(head.Key) < head.Value)];

        long VersionOf(string room) => room switch
        {
            "appointment" => appointment.Version,
            "call" => call.Version,
            "identity" => identity.Version,
            "dossier" => dossier.Version,
            "signing" => signing.Version,
            "recording" => recording.Version,
            _ => throw new ArgumentOutOfRangeException(nameof(room), room, null),
        };
    }

    /// <summary>Returns when each of these rooms knows its stream up to the version beside its name.</summary>
    public static async Task CatchUpAsync(this IGrainFactory grains, GrainKey visit, IEnumerable<KeyValuePair<string, long>> versions, CancellationToken ct = default) =>
        await Task.WhenAll(versions.Select(room => ByName[room.Key](grains, visit.ToString()).CatchUp(room.Value, ct)));
}
