using Balie.Grains.Platform;
using Microsoft.Extensions.DependencyInjection;

namespace Balie.Grains.Booking;

/// <summary>Registers the Booking room.</summary>
public static class BookingRoom
{
    public static IServiceCollection AddBookingRoom(this IServiceCollection services)
    {
        services.AddSingleton<SlotClaims>();
        // What is over no node keeps in memory, so none needs to hear how it changed.
        services.AddSingleton(new Retention("slot_change", "upper(period)", TimeSpan.FromDays(1)));
        return services;
    }
}
