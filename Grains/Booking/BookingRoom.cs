using Microsoft.Extensions.DependencyInjection;

namespace Balie.Grains.Booking;

/// <summary>Registers the Booking room.</summary>
public static class BookingRoom
{
    public static IServiceCollection AddBookingRoom(this IServiceCollection services) => services.AddSingleton<SlotClaims>();
}
