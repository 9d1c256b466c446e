using Balie.Api.Platform;
using Microsoft.Extensions.Configuration;

namespace Balie.Unit.Tests.Api;

/// <summary>A limit is what its setting says, or the web process does not start.</summary>
public sealed class LimitFacts
{
    [Theory]
    [InlineData(1)]
    [InlineData(60)]
    [InlineData(90)]
    [InlineData(119)]
    [InlineData(600)]
    [InlineData(100_000)]
    [InlineData(5_000 / 60.0)]
    [InlineData(1 / 60.0)]
    public void A_bucket_gives_back_what_was_set(double perMinute)
    {
        var bucket = RateLimits.Refilled(30, perMinute);

        (bucket.TokensPerPeriod / bucket.ReplenishmentPeriod.TotalMinutes).ShouldBe(perMinute, perMinute / 1_000_000);
        bucket.ReplenishmentPeriod.ShouldBeGreaterThanOrEqualTo(TimeSpan.FromSeconds(1));
        bucket.TokenLimit.ShouldBe(30);
    }

    [Theory]
    [InlineData("BookingsPerHour", "0")]
    [InlineData("BookingsPerHour", "-1")]
    [InlineData("BookingsAtOnce", "0")]
    [InlineData("ConnectionsPerCaller", "0")]
    [InlineData("BookingsPerMinute", "5")]
    [InlineData("UploadsPerHour", "5")]
    public async Task A_limit_that_cannot_hold_is_said_at_the_start(string name, string value)
    {
        var refused = await Should.ThrowAsync<InvalidOperationException>(() => DoorHost.StartAsync(new() { [$"Balie:Limits:{name}"] = value }));

        refused.Message.ShouldContain(name);
    }

    [Fact]
    public void What_is_not_set_stays_as_it_is()
    {
        var settings = new ConfigurationBuilder().AddInMemoryCollection([new("Balie:Limits:CallerPerMinute", "7")]).Build();

        LimitOptions.Read(settings.GetSection("Balie:Limits")).ShouldBe(new LimitOptions { CallerPerMinute = 7 });
        LimitOptions.Read(settings.GetSection("Balie:Nothing")).ShouldBe(new LimitOptions());
    }
}
