using System.Globalization;
using System.Threading.RateLimiting;
using Balie.Grains.Interfaces.Platform;
using Microsoft.AspNetCore.RateLimiting;

namespace Balie.Api.Platform;

/// <summary>Requests a minute; configuration section <c>Balie:Limits</c>.</summary>
public sealed record LimitOptions
{
    /// <summary>Attempts to exchange a link, per address.</summary>
    public int GuessesPerMinute { get; init; } = 30;

    /// <summary>Public calls and pages, per address; many people may share one.</summary>
    public int PublicPerMinute { get; init; } = 600;

    /// <summary>Calls of one participant or member of staff.</summary>
    public int CallerPerMinute { get; init; } = 600;
}

/// <summary>Keeps one caller or address from taking the counter from the others: 429 with Retry-After.</summary>
public static class RateLimits
{
    public static void AddBalieRateLimits(this IServiceCollection services, LimitOptions limits) => services.AddRateLimiter(options =>
    {
        options.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(http => Partition(http, limits));
        options.OnRejected = (context, _) => throw new BalieException(
            new BalieError(ErrorKind.TooMany, "door.too-many", "Dat ging erg snel. Wacht even en probeer opnieuw."));
    });

    private static RateLimitPartition<string> Partition(HttpContext http, LimitOptions limits)
    {
        var address = http.Connection.RemoteIpAddress?.ToString() ?? "";
        if (http.GetEndpoint()?.Metadata.GetMetadata<GuessGuarded>() is not null) return Bucket("guess|" + address, limits.GuessesPerMinute);
        return http.Features.Get<CallerFeature>()?.Caller is { Kind: not CallerKind.Visitor } caller
            ? Bucket(string.Create(CultureInfo.InvariantCulture, $"{caller.Kind}|{caller.Tenant}|{caller.Id}|{caller.Session}"), limits.CallerPerMinute)
            : Bucket("public|" + address, limits.PublicPerMinute);
    }

    /// <summary>A full bucket of one minute's worth, refilled every second.</summary>
    private static RateLimitPartition<string> Bucket(string key, int perMinute) => RateLimitPartition.GetTokenBucketLimiter(key, _ => new TokenBucketRateLimiterOptions
    {
        TokenLimit = perMinute,
        TokensPerPeriod = Math.Max(1, perMinute / 60),
        ReplenishmentPeriod = TimeSpan.FromSeconds(Math.Max(1, 60.0 / perMinute)),
        QueueLimit = 0,
    });
}
