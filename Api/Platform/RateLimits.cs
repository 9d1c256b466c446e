using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using Balie.Grains.Interfaces.Platform;
using Microsoft.AspNetCore.RateLimiting;

namespace Balie.Api.Platform;

/// <summary>How much is too much for one web process, each counting for itself; configuration section <c>Balie:Limits</c>.</summary>
public sealed record LimitOptions
{
    /// <summary>Attempts to exchange a link, per address.</summary>
    public int GuessesPerMinute { get; init; } = 30;

    /// <summary>Public calls and pages, per address; many people may share one.</summary>
    public int PublicPerMinute { get; init; } = 600;

    /// <summary>Calls of one participant or member of staff, in all their browsers.</summary>
    public int CallerPerMinute { get; init; } = 600;

    /// <summary>Moments held, and as many appointments booked, per address: more would keep the agenda from others.</summary>
    public int BookingsPerMinute { get; init; } = 20;

    /// <summary>As <see cref="BookingsPerMinute"/>.</summary>
    public int BookingsPerHour { get; init; } = 60;

    /// <summary>Files that one participant or member of staff hands in.</summary>
    public int UploadsPerMinute { get; init; } = 20;

    /// <summary>Live connections that one participant or member of staff has open: browsers, screens, and what has not yet gone.</summary>
    public int ConnectionsPerCaller { get; init; } = 8;
}

/// <summary>Metadata: booking takes something that others want too; few a minute and an hour per address, counted by name.</summary>
public sealed record BookingGuarded(string What);

/// <summary>Metadata: an upload costs much; few a minute.</summary>
public sealed record UploadGuarded;

/// <summary>Keeps one caller or address from taking the counter from the others: 429 with Retry-After.</summary>
public static class RateLimits
{
    public static void AddBalieRateLimits(this IServiceCollection services, LimitOptions limits) => services.AddSingleton(limits).AddRateLimiter(options =>
    {
        options.GlobalLimiter = PartitionedRateLimiter.CreateChained(
            PartitionedRateLimiter.Create<HttpContext, string>(http => Partition(http, limits)),
            PartitionedRateLimiter.Create<HttpContext, string>(http => Scarce(http, limits)),
            PartitionedRateLimiter.Create<HttpContext, string>(http => ScarceInAnHour(http, limits)));
        options.OnRejected = (context, _) =>
        {
            if (context.Lease.TryGetMetadata(MetadataName.RetryAfter, out var wait))
                context.HttpContext.Response.Headers.RetryAfter = Math.Ceiling(Math.Max(1, wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
            throw new BalieException(new BalieError(ErrorKind.TooMany, "door.too-many", "Dat ging erg snel. Wacht even en probeer opnieuw."));
        };
    });

    /// <summary>One participant or member of staff, whatever browser they use: a new session is no new limit.</summary>
    public static string KeyOf(Caller caller) => $"{caller.Kind}|{caller.Tenant}|{caller.Visit}|{caller.Id}";

    private static RateLimitPartition<string> Partition(HttpContext http, LimitOptions limits)
    {
        if (Has<GuessGuarded>(http) is not null) return Bucket("guess|" + Address(http), limits.GuessesPerMinute);
        return http.Features.Get<CallerFeature>()?.Caller is { Kind: not CallerKind.Visitor } caller
            ? Bucket(KeyOf(caller), limits.CallerPerMinute)
            : Bucket("public|" + Address(http), limits.PublicPerMinute);
    }

    private static RateLimitPartition<string> Scarce(HttpContext http, LimitOptions limits)
    {
        if (Has<BookingGuarded>(http) is { } booking) return Bucket($"{booking.What}|{Address(http)}", limits.BookingsPerMinute);
        return Has<UploadGuarded>(http) is not null && http.Features.Get<CallerFeature>()?.Caller is { } caller
            ? Bucket("upload|" + KeyOf(caller), limits.UploadsPerMinute)
            : RateLimitPartition.GetNoLimiter("");
    }

    private static RateLimitPartition<string> ScarceInAnHour(HttpContext http, LimitOptions limits) => Has<BookingGuarded>(http) is { } booking
        ? Bucket($"{booking.What}|{Address(http)}", limits.BookingsPerHour, minutes: 60)
        : RateLimitPartition.GetNoLimiter("");

    private static T? Has<T>(HttpContext http)
        where T : class => http.GetEndpoint()?.Metadata.GetMetadata<T>();

    /// <summary>Who has one IPv6 address has its whole /64.</summary>
    private static string Address(HttpContext http)
    {
        if (http.Connection.RemoteIpAddress is not { } address) return "";
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        return address.AddressFamily == AddressFamily.InterNetworkV6 ? new IPAddress([.. address.GetAddressBytes().AsSpan(0, 8), .. new byte[8]]).ToString() : address.ToString();
    }

    /// <summary>A full bucket of one period's worth, refilled evenly, at most every second.</summary>
    private static RateLimitPartition<string> Bucket(string key, int limit, int minutes = 1) => RateLimitPartition.GetTokenBucketLimiter(key, _ =>
    {
        var seconds = 60.0 * minutes;
        return new TokenBucketRateLimiterOptions
        {
            TokenLimit = limit,
            TokensPerPeriod = Math.Max(1, (int)(limit / seconds)),
            ReplenishmentPeriod = TimeSpan.FromSeconds(Math.Max(1, seconds / limit)),
            QueueLimit = 0,
        };
    });
}
