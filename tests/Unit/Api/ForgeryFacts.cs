using System.Net;
using Balie.Grains.Interfaces.Calls;

namespace Balie.Unit.Tests.Api;

public sealed class ForgeryFacts(DoorFixture doors) : IClassFixture<DoorFixture>
{
    [Theory]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    [InlineData("Sec-Fetch-Site", "none")]
    [InlineData("Origin", "https://elders.example")]
    [InlineData("Origin", "null")]
    [InlineData("Balie-Request", null)]
    [InlineData("Balie-Request", "0")]
    public async Task A_command_that_another_site_could_have_made_is_refused(string header, string? value)
    {
        var host = doors.Host;
        var called = false;
        host.Grains.On<ICallRoomGrain>("Leave", (_, _) => { called = true; return Task.CompletedTask; });

        var response = await host.SendAsync(HttpMethod.Post, "/api/zonnedaal/visits/v1/call/leave", new { }, host.StaffCookie(), change: request =>
        {
            request.Headers.Remove(header);
            if (value is not null) request.Headers.Add(header, value);
        });

        response.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await ProblemBody.Of(response)).Errors[0].Code.ShouldBe("request.foreign");
        called.ShouldBeFalse();
    }

    [Fact]
    public async Task A_command_of_our_own_page_passes()
    {
        var host = doors.Host;
        host.Grains.On<ICallRoomGrain>("Leave", (_, _) => Task.CompletedTask);

        var response = await host.SendAsync(
            HttpMethod.Post, "/api/zonnedaal/visits/v1/call/leave", new { }, host.StaffCookie(), change: request => request.Headers.Add("Origin", host.Address));

        response.StatusCode.ShouldBe(HttpStatusCode.NoContent);
    }

    [Theory]
    [InlineData("POST", "/hubs/visit/negotiate?tenant=zonnedaal&visit=v1&negotiateVersion=1")]
    [InlineData("GET", "/hubs/visit?tenant=zonnedaal&visit=v1")]
    [InlineData("GET", "/hubs/desk?tenant=zonnedaal")]
    public async Task A_hub_is_not_opened_from_another_site(string method, string path)
    {
        var host = doors.Host;

        var response = await host.SendAsync(new HttpMethod(method), path, null, host.StaffCookie(), change: request => request.Headers.Add("Origin", "https://elders.example"));

        response.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }
}
