using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Balie.Api.Platform;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Balie.Unit.Tests.Api;

public sealed partial class AccessFacts(DoorFixture doors) : IClassFixture<DoorFixture>
{
    [Fact]
    public async Task Every_door_says_who_may_pass()
    {
        var host = doors.Host;

        var silent = host.Endpoints.Where(e => e.Metadata.GetMetadata<AccessRule>() is null).Select(e => e.RoutePattern.RawText);

        silent.ShouldBeEmpty();
        host.Endpoints.Count().ShouldBeGreaterThan(50);
    }

    [Fact]
    public async Task A_door_that_says_nothing_is_closed()
    {
        await using var host = await DoorHost.StartAsync(map: app => app.MapGet("/api/forgotten", () => "secret"));

        var response = await host.GetAsync("/api/forgotten");

        response.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await ProblemBody.Of(response)).Errors[0].Code.ShouldBe("door.closed");
    }

    [Fact]
    public async Task Nobody_without_a_cookie_passes_a_door_that_is_not_public()
    {
        var host = doors.Host;
        var (open, tried) = (new List<string>(), 0);
        foreach (var door in host.Endpoints.Where(e => e.Metadata.GetMetadata<AccessRule>()!.Access is not (Access.Anyone or Access.Visitor)))
        {
            var path = Parameter().Replace(door.RoutePattern.RawText!, m => m.Value == "{tenant}" ? DoorHost.Tenant : "x") + "?tenant=zonnedaal&visit=x&from=2026-01-01&to=2026-01-31&look=x";
            var method = door.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods[0] ?? "POST";
            var kind = door.Metadata.GetMetadata<IAcceptsMetadata>()?.ContentTypes[0];
            var body = kind is null ? null : new StringContent("{}", MediaTypeHeaderValue.Parse(kind));
            using var response = await host.SendAsync(new HttpMethod(method), path, body);
            tried++;
            if (response.StatusCode != HttpStatusCode.Unauthorized) open.Add($"{method} {path} {response.StatusCode}");
        }
        open.ShouldBeEmpty();
        tried.ShouldBeGreaterThan(30);
    }

    [Theory]
    [InlineData("/api/zonnedaal/staff/queue")]
    [InlineData("/api/zonnedaal/visits/v1/recording/timeline")]
    public async Task A_manager_without_the_officers_role_does_not_see_citizens(string path)
    {
        var host = doors.Host;

        var response = await host.GetAsync(path, host.StaffCookie(DoorHost.Tenant, "beheerder"));

        response.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await ProblemBody.Of(response)).Errors[0].Code.ShouldBe("role.needed");
    }

    [Fact]
    public async Task Staff_of_another_municipality_must_log_in_here()
    {
        var host = doors.Host;

        var response = await host.GetAsync("/api/zonnedaal/staff/me", host.StaffCookie("rivierbeke"));

        response.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await ProblemBody.Of(response)).Errors[0].Code.ShouldBe("login.needed");
    }

    [Theory]
    [InlineData("v2", "p1", "p1")]
    [InlineData("v1", "p2", "p1")]
    [InlineData("v1", "p1", "p2")]
    public async Task A_cookie_opens_one_seat_in_one_visit(string visit, string cookieOf, string named)
    {
        var host = doors.Host;

        var response = await host.GetAsync("/api/zonnedaal/visits/v1", host.VisitCookie(visit, cookieOf), named);

        response.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await ProblemBody.Of(response)).Errors[0].Code.ShouldBe("link.needed");
    }

    [Fact]
    public async Task A_cookie_ends_when_it_says()
    {
        var host = doors.Host;
        var cookie = host.StaffCookie();
        (await host.GetAsync("/api/zonnedaal/staff/me", cookie)).StatusCode.ShouldBe(HttpStatusCode.OK);

        host.Clock.Advance(TimeSpan.FromHours(9));

        (await host.GetAsync("/api/zonnedaal/staff/me", cookie)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_visit_cookie_is_no_staff_cookie()
    {
        var host = doors.Host;
        var text = host.VisitCookie().Split('=', 2)[1];

        var response = await host.GetAsync("/api/zonnedaal/staff/me", $"{TicketCookies.Staff}={text}");

        response.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Whoever_holds_a_cookie_is_asked_for_patience_while_its_keys_are_away_and_not_sent_to_the_login()
    {
        await using var host = await DoorHost.StartAsync(add: services => services.AddSingleton<IXmlRepository, KeysAway>().RemoveHostedServices());

        var response = await host.GetAsync("/api/zonnedaal/staff/me", doors.Host.StaffCookie());

        response.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
    }

    private sealed class KeysAway : IXmlRepository
    {
        public IReadOnlyCollection<XElement> GetAllElements() => throw new TimeoutException("The cluster does not answer.");

        public void StoreElement(XElement element, string friendlyName) => throw new TimeoutException("The cluster does not answer.");
    }

    [GeneratedRegex(@"\{[^}]+\}")]
    private static partial Regex Parameter();
}
