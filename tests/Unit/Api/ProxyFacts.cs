using System.Net;
using Balie.Grains.Interfaces.Booking;
using Balie.Grains.Interfaces.Platform;

namespace Balie.Unit.Tests.Api;

public sealed class ProxyFacts
{
    private const string Exchange = "/api/zonnedaal/visits/v1/exchange";

    [Theory]
    [InlineData("https://balie.example", HttpStatusCode.NotFound)]
    [InlineData("http://127.0.0.1", HttpStatusCode.Forbidden)]
    public async Task Behind_a_proxy_our_own_origin_is_the_public_address(string origin, HttpStatusCode status)
    {
        await using var host = await StartAsync("127.0.0.1");

        (await TryAsync(host, "192.0.2.1", origin)).StatusCode.ShouldBe(status);
    }

    [Fact]
    public async Task Browsers_are_told_to_come_back_over_TLS_though_the_proxy_ends_it()
    {
        await using var host = await StartAsync("127.0.0.1");

        (await host.GetAsync("/")).Headers.GetValues("Strict-Transport-Security").Single().ShouldBe("max-age=31536000");
    }

    [Fact]
    public async Task Callers_behind_a_known_proxy_have_limits_of_their_own()
    {
        await using var host = await StartAsync("127.0.0.1");
        for (var i = 0; i < 5; i++) await TryAsync(host, "192.0.2.1");

        (await TryAsync(host, "192.0.2.1")).StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        (await TryAsync(host, "192.0.2.2")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Nobody_gets_a_new_limit_by_claiming_another_address()
    {
        await using var host = await StartAsync("203.0.113.9");
        for (var i = 0; i < 5; i++) await TryAsync(host, $"192.0.2.{i}");

        (await TryAsync(host, "192.0.2.99")).StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
    }

    private static async Task<DoorHost> StartAsync(string proxies)
    {
        var host = await DoorHost.StartAsync(new()
        {
            ["Balie:Proxies"] = proxies,
            ["Balie:PublicAddress"] = "https://balie.example/",
            ["Balie:Limits:GuessesPerMinute"] = "3",
        });
        host.Grains.On<IAppointmentGrain>("Exchange", (_, _) => throw new BalieException(BalieError.NotFound("link.unknown", "Deze link kennen we niet.")));
        return host;
    }

    private static Task<HttpResponseMessage> TryAsync(DoorHost host, string from, string? origin = null) =>
        host.SendAsync(HttpMethod.Post, Exchange, new { token = "guess" }, change: request =>
        {
            request.Headers.Add("X-Forwarded-For", from);
            if (origin is not null) request.Headers.Add("Origin", origin);
        });
}
