using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using Balie.Api.Calls;
using Balie.Grains.Interfaces.Booking;
using Balie.Grains.Interfaces.Calls;
using Balie.Grains.Interfaces.Documents;
using Balie.Grains.Interfaces.Identity;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Interfaces.Recording;
using Balie.Grains.Interfaces.Signing;

namespace Balie.Unit.Tests.Api;

public sealed class SeatFacts(DoorFixture doors) : IClassFixture<DoorFixture>
{
    private const string Exchange = "/api/zonnedaal/visits/v1/exchange";

    [Fact]
    public async Task A_link_gives_a_cookie_that_scripts_and_other_sites_cannot_use()
    {
        var host = doors.Host;
        Answers(host);

        var response = await host.SendAsync(HttpMethod.Post, Exchange, new { token = "geheim" });

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        var cookie = response.Headers.GetValues("Set-Cookie").Single();
        cookie.ShouldStartWith("__Host-balie-visit-p1=");
        foreach (var part in new[] { "secure", "httponly", "samesite=lax", "path=/", "expires=", "max-age=" }) cookie.ShouldContain(part, Case.Insensitive);
        cookie.ShouldNotContain("domain", Case.Insensitive);
        cookie.ShouldNotContain("Gerrit");
    }

    [Fact]
    public async Task Only_the_hash_of_the_token_reaches_the_room()
    {
        var host = doors.Host;
        ExchangeLink? seen = null;
        Answers(host, command => seen = command);

        await host.SendAsync(HttpMethod.Post, Exchange, new { token = "geheim" });

        seen!.TokenHash.ShouldBe(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("geheim"))));
    }

    [Fact]
    public async Task The_same_browser_keeps_its_session_and_another_one_gets_its_own()
    {
        var host = doors.Host;
        Answers(host);
        async Task<string> Session(string? cookie) => (await (await host.SendAsync(HttpMethod.Post, Exchange, new { token = "geheim" }, cookie))
            .Content.ReadFromJsonAsync<SeatBody>(TestContext.Current.CancellationToken))!.Session;

        var mine = host.VisitCookie(session: "s-mine");

        (await Session(mine)).ShouldBe("s-mine");
        (await Session(null)).ShouldNotBe(await Session(null));
    }

    [Fact]
    public async Task The_caller_that_the_room_sees_is_the_one_of_the_cookie()
    {
        var host = doors.Host;
        Caller? seen = null;
        host.Grains.On<ICallRoomGrain>("Leave", (_, _) => { seen = Caller.Current; return Task.CompletedTask; });

        await host.SendAsync(HttpMethod.Post, "/api/zonnedaal/visits/v1/call/leave", new { }, host.VisitCookie(), DoorHost.Participant);

        seen.ShouldNotBeNull();
        (seen.Kind, seen.Tenant, seen.Visit, seen.Id, seen.Session).ShouldBe((CallerKind.Participant, "zonnedaal", "v1", "p1", "s1"));
    }

    [Theory]
    [InlineData("s1", SeatStatus.Admitted, CallStatus.Running, true)]
    [InlineData("s2", SeatStatus.Admitted, CallStatus.Running, false)]
    [InlineData("s1", SeatStatus.Waiting, CallStatus.Running, false)]
    [InlineData("s1", SeatStatus.Absent, CallStatus.Running, false)]
    [InlineData(null, SeatStatus.Admitted, CallStatus.Running, false)]
    [InlineData("s1", SeatStatus.Absent, CallStatus.Ended, true)]
    [InlineData("s2", SeatStatus.Absent, CallStatus.Ended, false)]
    public void Only_the_browser_that_was_admitted_is_inside(string? seated, SeatStatus seat, CallStatus status, bool inside)
    {
        var call = Call(seated, seat) with { Status = status };

        SeatWatch.Holds(call, Participant("s1")).ShouldBe(inside);
        SeatWatch.Holds(call with { Seats = [] }, Participant("s1")).ShouldBeFalse();
        SeatWatch.Holds(null, Participant("s1")).ShouldBeFalse();
        SeatWatch.Holds(null, new Caller { Kind = CallerKind.Staff, Tenant = "zonnedaal", Id = "an.peeters" }).ShouldBeTrue();
    }

    [Fact]
    public void Who_waits_sees_their_own_seat_and_nothing_of_the_rooms()
    {
        var call = Call("s1", SeatStatus.Waiting);
        var me = Participant("s1");

        SeatWatch.Shown(call, me, call).Seats.ShouldHaveSingleItem().Participant.ShouldBe("p1");
        SeatWatch.Shown(new DossierView { Version = 3, Documents = [Document()] }, me, call).ShouldSatisfyAllConditions(d => d.Version.ShouldBe(3), d => d.Documents.ShouldBeEmpty());
        SeatWatch.Shown(new IdentityView { Version = 3, Checks = [new IdentityCheckView { Participant = "p1", Status = IdentityStatus.Proven, ProvenName = "Gerrit Maes" }] }, me, call)
            .Checks.ShouldBeEmpty();
        SeatWatch.Shown(
            new SigningView { Version = 3, Status = CeremonyStatus.Signing, Signers = [new SignerView { Participant = "p1", Name = "Gerrit Maes", Role = "burger" }], Document = "d1" }, me, call)
            .ShouldSatisfyAllConditions(s => s.Signers.ShouldBeEmpty(), s => s.Document.ShouldBeNull(), s => s.Status.ShouldBe(CeremonyStatus.NotStarted));
        SeatWatch.Shown(
            new RecordingView
            {
                Version = 3, Offered = true, Asked = true, TextVersion = "nl-1", Consents = [new ConsentView("p2", "Els", ConsentAnswer.Yes, null)], SegmentOpen = true, Segments = [],
            },
            me, call).ShouldSatisfyAllConditions(r => r.Consents.ShouldBeEmpty(), r => r.Asked.ShouldBeFalse());
    }

    private static void Answers(DoorHost host, Action<ExchangeLink>? see = null) => host.Grains.On<IAppointmentGrain>("Exchange", (_, args) =>
    {
        see?.Invoke((ExchangeLink)args[0]!);
        return Task.FromResult(new LinkExchange
        {
            Participant = "p1", Role = ParticipantRole.Citizen, Name = "Gerrit Maes", ExpiresAt = host.Clock.GetUtcNow().AddDays(2),
        });
    });

    private static Caller Participant(string session) => new() { Kind = CallerKind.Participant, Tenant = "zonnedaal", Id = "p1", Visit = "v1", Session = session };

    internal static CallView Call(string? seated, SeatStatus status = SeatStatus.Admitted) => new()
    {
        Version = 1,
        Status = CallStatus.Running,
        StartedAt = DateTimeOffset.UnixEpoch,
        Seats =
        [
            new SeatView
            {
                Participant = "p1", Role = ParticipantRole.Citizen, Name = "Gerrit Maes", Status = status, Connected = true, Microphone = true, Camera = true,
                Session = seated,
            },
        ],
    };

    internal static DocumentView Document() => new()
    {
        Id = "d1", FileName = "brief.pdf", Kind = "upload", Pages = 1, Size = 10, AddedAt = DateTimeOffset.UnixEpoch, AddedBy = "p1", AddedByName = "Gerrit Maes", Sha256 = "00",
    };

    private sealed record SeatBody(string Participant, string Role, string Name, string Session);
}
