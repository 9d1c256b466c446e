using Balie.Grains.Interfaces.Booking;
using Balie.Grains.Interfaces.Calls;
using Balie.Grains.Interfaces.Documents;
using Balie.Grains.Interfaces.Identity;
using Balie.Grains.Interfaces.Impact;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Interfaces.Recording;
using Balie.Grains.Interfaces.Signing;
using Balie.Grains.Interfaces.Tenancy;

namespace Balie.Api.Platform;

/// <summary>The grains behind the doors, by tenant and id. An id that cannot be a key exists nowhere (<c>page.unknown</c>).</summary>
public static class Rooms
{
    public static ITenantGrain Tenant(this IGrainFactory grains, string tenant) => grains.GetGrain<ITenantGrain>(Key(tenant, "tenant"));

    public static ISlotFinderGrain Slots(this IGrainFactory grains, string tenant) => grains.GetGrain<ISlotFinderGrain>(Key(tenant, "slots"));

    public static IStaffAgendaGrain Agenda(this IGrainFactory grains, string tenant, string staff) => grains.GetGrain<IStaffAgendaGrain>(Key(tenant, staff));

    public static IAppointmentGrain Appointment(this IGrainFactory grains, string tenant, string visit) => grains.GetGrain<IAppointmentGrain>(Key(tenant, visit));

    public static ICallRoomGrain Call(this IGrainFactory grains, string tenant, string visit) => grains.GetGrain<ICallRoomGrain>(Key(tenant, visit));

    public static IQueueGrain Queue(this IGrainFactory grains, string tenant) => grains.GetGrain<IQueueGrain>(Key(tenant, "queue"));

    public static IIdentityCheckGrain Identity(this IGrainFactory grains, string tenant, string visit) => grains.GetGrain<IIdentityCheckGrain>(Key(tenant, visit));

    public static IDossierGrain Dossier(this IGrainFactory grains, string tenant, string visit) => grains.GetGrain<IDossierGrain>(Key(tenant, visit));

    public static ISigningCeremonyGrain Signing(this IGrainFactory grains, string tenant, string visit) => grains.GetGrain<ISigningCeremonyGrain>(Key(tenant, visit));

    public static IRecordingGrain Recording(this IGrainFactory grains, string tenant, string visit) => grains.GetGrain<IRecordingGrain>(Key(tenant, visit));

    public static IImpactGrain Impact(this IGrainFactory grains, string tenant) => grains.GetGrain<IImpactGrain>(Key(tenant, "impact"));

    private static string Key(string tenant, string id) =>
        GrainKey.IsPart(tenant) && GrainKey.IsPart(id) ? GrainKey.Of(tenant, id).ToString() : throw DoorErrors.Unknown();
}
