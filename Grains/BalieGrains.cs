using Balie.Grains.Booking;
using Balie.Grains.Calls;
using Balie.Grains.Documents;
using Balie.Grains.Impact;
using Balie.Grains.Integrations;
using Balie.Grains.Platform;
using Balie.Grains.Recording;
using Balie.Grains.Signing;
using Balie.Grains.Tenancy;
using Orleans.Hosting;

namespace Balie.Grains;

/// <summary>All rooms of the house; each adds what is its own.</summary>
public static class BalieGrains
{
    /// <param name="rooms">Host the rooms of visits (role <c>rooms</c>).</param>
    /// <param name="media">Host what works on the files of a media node (role <c>media</c>).</param>
    public static ISiloBuilder AddBalieGrains(this ISiloBuilder silo, bool rooms = true, bool media = true)
    {
        silo.AddBaliePlatform();
        silo.HostOnly(rooms, media);
        // One line a room.
        silo.Services.AddTenancyRoom(examples: rooms);
        silo.Services.AddBookingRoom();
        silo.Services.AddCallsRoom();
        silo.Services.AddDocumentsRoom();
        silo.Services.AddSigningRoom();
        silo.Services.AddRecordingRoom();
        silo.Services.AddIntegrationsRoom();
        silo.Services.AddImpactRoom();
        return silo;
    }
}
