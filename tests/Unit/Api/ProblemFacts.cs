using System.Net;
using System.Text;
using Balie.Grains.Interfaces.Booking;
using Balie.Grains.Interfaces.Calls;
using Balie.Grains.Interfaces.Documents;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Interfaces.Tenancy;

namespace Balie.Unit.Tests.Api;

public sealed class ProblemFacts(DoorFixture doors) : IClassFixture<DoorFixture>
{
    private const string Leave = "/api/zonnedaal/visits/v1/call/leave", Confirm = "/api/zonnedaal/holds/an.v1/confirm";

    [Theory]
    [InlineData(ErrorKind.Invalid, 400)]
    [InlineData(ErrorKind.Forbidden, 403)]
    [InlineData(ErrorKind.NotFound, 404)]
    [InlineData(ErrorKind.Conflict, 409)]
    [InlineData(ErrorKind.Gone, 410)]
    [InlineData(ErrorKind.TooMany, 429)]
    [InlineData(ErrorKind.Unavailable, 503)]
    public async Task A_refusal_of_a_room_keeps_its_code_sentence_and_field(ErrorKind kind, int status)
    {
        var host = doors.Host;
        host.Grains.On<ICallRoomGrain>("Leave", (_, _) => throw new BalieException(new BalieError(kind, "a.code", "Een zin.", "veld")));

        var response = await host.SendAsync(HttpMethod.Post, Leave, new { }, host.StaffCookie());

        ((int)response.StatusCode).ShouldBe(status);
        var problem = await ProblemBody.Of(response);
        problem.Errors.ShouldBe([new ProblemLine("a.code", "Een zin.", "veld")]);
        problem.Status.ShouldBe(status);
        (response.Headers.RetryAfter is not null).ShouldBe(status is 429 or 503);
    }

    [Fact]
    public async Task A_fault_answers_with_a_number_that_is_in_the_log_and_nothing_else()
    {
        var host = doors.Host;
        host.Grains.On<ICallRoomGrain>("Leave", (_, _) => throw new InvalidOperationException("the inside of Balie"));

        var response = await host.SendAsync(HttpMethod.Post, Leave, new { }, host.StaffCookie());

        response.StatusCode.ShouldBe(HttpStatusCode.InternalServerError);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        text.ShouldNotContain("the inside");
        var problem = await ProblemBody.Of(response);
        problem.TraceId.ShouldNotBeNullOrEmpty();
        host.Log.Lines.ShouldContain(line => line.Contains(problem.TraceId) && line.Contains("the inside of Balie"));
    }

    [Fact]
    public async Task Every_missing_field_is_named()
    {
        var host = doors.Host;

        var response = await host.SendAsync(HttpMethod.Post, Confirm, new { name = "Gerrit Maes", language = "nl" });

        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await ProblemBody.Of(response)).Errors.Select(e => (e.Code, e.Field)).ShouldBe([("field.required", "email"), ("field.required", "postalCode")], ignoreOrder: true);
    }

    [Theory]
    [InlineData("""{"product":"hoorzitting","start":"morgen"}""", "start")]
    [InlineData("""{"product":null,"start":"2026-11-24T10:00:00Z"}""", "product")]
    [InlineData("""{"product":["x"],"start":"2026-11-24T10:00:00Z"}""", "product")]
    [InlineData("{", null)]
    [InlineData("", null)]
    public async Task A_body_that_cannot_be_read_says_where(string body, string? field)
    {
        var host = doors.Host;

        var response = await host.SendAsync(HttpMethod.Post, "/api/zonnedaal/holds", new StringContent(body, Encoding.UTF8, "application/json"));

        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await ProblemBody.Of(response)).Errors[0].Field.ShouldBe(field);
    }

    [Fact]
    public async Task A_parameter_that_cannot_be_read_is_named()
    {
        var host = doors.Host;

        var response = await host.GetAsync("/api/zonnedaal/products/hoorzitting/slots?days=veel");

        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await ProblemBody.Of(response)).Errors[0].Field.ShouldBe("days");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("7")]
    [InlineData("00000000-0000-0000-0000-000000000000")]
    public async Task A_command_without_its_id_is_refused(string? id)
    {
        var host = doors.Host;

        var response = await host.SendAsync(HttpMethod.Post, Leave, new { }, host.StaffCookie(), change: request =>
        {
            request.Headers.Remove("Balie-Command-Id");
            if (id is not null) request.Headers.Add("Balie-Command-Id", id);
        });

        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await ProblemBody.Of(response)).Errors[0].Code.ShouldBe("command.id");
    }

    [Theory]
    [InlineData("room.moved", ErrorKind.Conflict, 2)]
    [InlineData("journal.unavailable", ErrorKind.Unavailable, 2)]
    [InlineData("visit.cancelled", ErrorKind.Conflict, 1)]
    public async Task A_room_that_moved_is_asked_once_more_with_the_same_command(string code, ErrorKind kind, int times)
    {
        var host = doors.Host;
        var ids = new List<Guid>();
        host.Grains.On<ICallRoomGrain>("Leave", (_, args) =>
        {
            ids.Add(((LeaveCall)args[0]!).CommandId);
            throw new BalieException(new BalieError(kind, code, "Een zin."));
        });

        await host.SendAsync(HttpMethod.Post, Leave, new { }, host.StaffCookie());

        ids.Count.ShouldBe(times);
        ids.Distinct().Count().ShouldBe(1);
    }

    [Fact]
    public async Task A_body_that_is_too_large_is_refused_before_it_is_read()
    {
        var host = doors.Host;

        var response = await host.SendAsync(HttpMethod.Post, "/api/zonnedaal/holds", new { product = new string('x', 40_000), start = "2026-11-24T10:00:00Z" });

        response.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        (await ProblemBody.Of(response)).Errors[0].Code.ShouldBe("body.too-large");
    }

    [Fact]
    public async Task A_file_that_is_too_large_says_so_beside_the_file()
    {
        var host = doors.Host;
        var form = new MultipartFormDataContent { { new ByteArrayContent(new byte[22 * 1024 * 1024]), "file", "groot.pdf" } };

        var response = await host.SendAsync(HttpMethod.Post, "/api/zonnedaal/visits/v1/documents", form, host.StaffCookie());

        response.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        (await ProblemBody.Of(response)).Errors[0].ShouldSatisfyAllConditions(e => e.Code.ShouldBe("document.too-large"), e => e.Field.ShouldBe("file"));
    }

    [Fact]
    public async Task A_file_of_who_may_not_add_it_is_not_taken_in()
    {
        var host = doors.Host;
        host.Grains.On<IDossierGrain>("MayAdd", (_, _) => throw new BalieException(BalieError.Forbidden("document.not-in-call", "Dat kan alleen wie in het gesprek is.")));
        var form = new MultipartFormDataContent { { new ByteArrayContent(new byte[1024]), "file", "brief.pdf" } };

        var response = await host.SendAsync(HttpMethod.Post, "/api/zonnedaal/visits/v1/documents", form, host.VisitCookie(), DoorHost.Participant);

        response.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await ProblemBody.Of(response)).Errors[0].Code.ShouldBe("document.not-in-call");
    }

    [Fact]
    public async Task One_address_does_not_hold_the_whole_agenda()
    {
        await using var host = await DoorHost.StartAsync(new() { ["Balie:Limits:BookingsAtOnce"] = "3", ["Balie:Limits:BookingsPerHour"] = "4" });
        host.Grains.On<ISlotFinderGrain>("Hold", (_, _) => throw new BalieException(BalieError.Conflict("slot.taken", "Dit moment is net ingenomen.")));
        var answers = new List<HttpResponseMessage>();
        for (var i = 0; i < 4; i++)
            answers.Add(await host.SendAsync(HttpMethod.Post, "/api/zonnedaal/holds", new { product = "hoorzitting", start = "2026-11-24T10:00:00Z" }));

        answers.Take(3).ShouldAllBe(a => a.StatusCode == HttpStatusCode.Conflict);
        answers[3].StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        answers[3].Headers.RetryAfter!.Delta!.Value.ShouldBe(TimeSpan.FromMinutes(15));
        (await host.GetAsync("/api/zonnedaal/holds/an.peeters.v1")).StatusCode.ShouldNotBe(HttpStatusCode.TooManyRequests);
    }

    [Fact]
    public async Task A_new_session_is_no_new_limit()
    {
        await using var host = await DoorHost.StartAsync(new() { ["Balie:Limits:CallerPerMinute"] = "3" });
        host.Grains.On<ICallRoomGrain>("Leave", (_, _) => Task.CompletedTask);
        var answers = new List<HttpStatusCode>();
        for (var i = 0; i < 5; i++)
            answers.Add((await host.SendAsync(HttpMethod.Post, Leave, new { }, host.VisitCookie(session: $"s{i}"), DoorHost.Participant)).StatusCode);

        answers[^1].ShouldBe(HttpStatusCode.TooManyRequests);
    }

    [Fact]
    public async Task A_body_of_another_kind_says_so()
    {
        var host = doors.Host;

        var response = await host.SendAsync(HttpMethod.Post, "/api/zonnedaal/holds", new StringContent("product=x", Encoding.UTF8, "application/x-www-form-urlencoded"));

        response.StatusCode.ShouldBe(HttpStatusCode.UnsupportedMediaType);
        (await ProblemBody.Of(response)).Errors[0].Code.ShouldBe("body.invalid");
    }

    [Fact]
    public async Task An_unknown_municipality_does_not_exist()
    {
        var host = doors.Host;
        host.Grains.On<ITenantGrain>("View", (key, _) => throw new BalieException(BalieError.NotFound("tenant.unknown", $"Geen gemeente {key}.")));

        var response = await host.GetAsync("/api/nergens");

        response.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await ProblemBody.Of(response)).Errors[0].Message.ShouldBe("Geen gemeente nergens/tenant.");
    }

    [Theory]
    [InlineData("/api/zonne%2Fdaal")]
    [InlineData("/api/zonnedaal/holds/zonderpunt")]
    [InlineData("/api/zonnedaal/holds/an.v%201")]
    [InlineData("/api/zonnedaal/nowhere/at/all")]
    public async Task An_address_that_cannot_exist_does_not(string path)
    {
        var host = doors.Host;

        var response = await host.GetAsync(path);

        response.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await ProblemBody.Of(response)).Errors[0].Code.ShouldBe("page.unknown");
    }

    [Fact]
    public async Task Too_many_tries_at_a_link_are_held_back()
    {
        await using var host = await DoorHost.StartAsync(new() { ["Balie:Limits:GuessesPerMinute"] = "3" });
        host.Grains.On<IAppointmentGrain>("Exchange", (_, _) => throw new BalieException(BalieError.NotFound("link.unknown", "Deze link kennen we niet.")));
        var answers = new List<HttpStatusCode>();
        for (var i = 0; i < 5; i++) answers.Add((await host.SendAsync(HttpMethod.Post, "/api/zonnedaal/visits/v1/exchange", new { token = "guess" })).StatusCode);

        answers.Take(3).ShouldAllBe(s => s == HttpStatusCode.NotFound);
        answers[^1].ShouldBe(HttpStatusCode.TooManyRequests);
    }
}
