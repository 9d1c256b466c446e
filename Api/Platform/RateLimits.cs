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

    /// <summary>Moments held, and as many appointments booked, per address, one after the other without a pause: more would keep the agenda from others.</summary>
    public int BookingsAtOnce { get; init; } = 30;

    /// <summary>How many more of each an hour gives back, evenly.</summary>
    public int BookingsPerHour { get; init; } = 60;

    /// <summary>Files that one participant or member of staff hands in.</summary>
    public int UploadsPerMinute { get; init; } = 20;

    /// <summary>Live connections that one participant or member of staff has open: browsers, screens, and what has not yet gone.</summary>
    public int ConnectionsPerCaller { get; init; } = 8;

    /// <exception cref="InvalidOperationException">There is no limit of that name, or it lets nobody in; the message says which.</exception>
    public static LimitOptions Read(IConfigurationSection section)
    {
        // A name that nobody knows would leave its limit as it was, and whoever set it would believe otherwise.
        var limits = section.Get<LimitOptions>(binder => binder.ErrorOnUnknownConfiguration = true) ?? new();
        return section.GetChildren().FirstOrDefault(given => given.Get<int>() < 1) is { } nothing
            ? throw new InvalidOperationException($"{nothing.Path} is {nothing.Value}; a limit is at least 1.")
            : limits;
    }
}

/// <summary>Metadata: booking takes something that others want too; few an hour per address, counted by name.</summary>
public sealed record BookingGuarded(string What);

/// <summary>Metadata: an upload costs much; few a minute.</summary>
public sealed record UploadGuarded;

/// <summary>Keeps one caller or address from taking the counter from the others: 429 with Retry-After.</summary>
public static class RateLimits
{
    public static void AddBalieRateLimits(this IServiceCollection services, LimitOptions limits) => services.AddSingleton(limits).AddRateLimiter(options =>
    {
        // One limiter for all: each keeps a timer of its own that wakes the machine ten times a second.
        options.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(http => Partition(http, limits));
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
        if (Has<BookingGuarded>(http) is { } booking) return Bucket($"{booking.What}|{Address(http)}", limits.BookingsAtOnce, limits.BookingsPerHour / 60.0);
        if (http.Features.Get<CallerFeature>()?.Caller is not { Kind: not CallerKind.Visitor } caller) return Bucket("public|" + Address(http), limits.PublicPerMinute);
        return Has<UploadGuarded>(http) is not null ? Bucket("upload|" + KeyOf(caller), limits.UploadsPerMinute) : Bucket(KeyOf(caller), limits.CallerPerMinute);
    }

    private static T? Has<T>(HttpContext http)
        where T : class => http.GetEndpoint()?.Metadata.GetMetadata<T>();

    /// <summary>Who has one IPv6 address has its whole /64.</summary>
    private static string Address(HttpContext http)
    {
        if (http.Connection.RemoteIpAddress is not { } address) return "";
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        return address.AddressFamily == AddressFamily.InterNetworkV6 ? new IPAddress([.. address.GetAddressBytes().AsSpan(0, 8), .. new byte[8]]).ToString() : address.ToString();
    }

    private static RateLimitPartition<string> Bucket(string key, int perMinute) => Bucket(key, perMinute, perMinute);

    private static RateLimitPartition<string> Bucket(string key, int most, double perMinute) => RateLimitPartition.GetTokenBucketLimiter(key, _ => Refilled(most, perMinute));

    /// <summary>A full bucket, refilled evenly, at most every second.</summary>
    public static TokenBucketRateLimiterOptions Refilled(int most, double perMinute)
    {
        var tokens = (int)Math.Ceiling(perMinute / 60);
        return new() { TokenLimit = most, TokensPerPeriod = tokens, ReplenishmentPeriod = TimeSpan.FromMinutes(tokens / perMinute), QueueLimit = 0 };
    }
}
