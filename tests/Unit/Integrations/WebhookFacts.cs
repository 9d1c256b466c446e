using System.Net;
using System.Text;
using System.Text.Json;
using Balie.Grains.Integrations;
using Balie.Grains.Interfaces.Integrations;

namespace Balie.Unit.Tests.Integrations;

public sealed class WebhookFacts
{
    [Fact]
    public void The_signature_is_that_of_Standard_Webhooks()
    {
        // The example that the specification's own libraries test with.
        var at = DateTimeOffset.FromUnixTimeSeconds(1614265330);

        WebhookSignature.Of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", at, Encoding.UTF8.GetBytes("""{"test": 2432232314}"""))
            .ShouldBe("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    [Fact]
    public void An_event_is_a_CloudEvent_without_anything_about_a_person()
    {
        var json = JsonDocument.Parse(CloudEvent.Json(new BackOfficeEvent
        {
            What = "closed",
            Tenant = "zonnedaal",
            Visit = "v1",
            Product = "gas-boete",
            Start = DateTimeOffset.UnixEpoch,
            End = DateTimeOffset.UnixEpoch,
            At = DateTimeOffset.UnixEpoch,
            Outcome = "gehoord",
            DoneInOneGo = true,
        }, "id-1")).RootElement;

        json.GetProperty("specversion").GetString().ShouldBe("1.0");
        json.GetProperty("type").GetString().ShouldBe("be.balie.appointment.closed.v1");
        json.GetProperty("source").GetString().ShouldBe("/zonnedaal");
        json.GetProperty("data").EnumerateObject().Select(p => p.Name).ShouldBe(["visit", "product", "start", "end", "outcome", "doneInOneGo"]);
    }

    [Theory]
    [InlineData("127.0.0.1", false)]
    [InlineData("10.1.2.3", false)]
    [InlineData("172.31.0.1", false)]
    [InlineData("192.168.1.1", false)]
    [InlineData("169.254.169.254", false)]
    [InlineData("100.64.0.1", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData("255.255.255.255", false)]
    [InlineData("::1", false)]
    [InlineData("::ffff:127.0.0.1", false)]
    [InlineData("64:ff9b::7f00:1", false)]
    [InlineData("fd00::1", false)]
    [InlineData("fe80::1", false)]
    [InlineData("2002:7f00:1::", false)]
    [InlineData("8.8.8.8", true)]
    [InlineData("172.32.0.1", true)]
    [InlineData("2606:4700::1111", true)]
    public void Only_public_addresses_count(string address, bool isPublic) => AddressGuard.IsPublic(IPAddress.Parse(address)).ShouldBe(isPublic);

    [Fact]
    public async Task A_name_of_this_machine_is_refused_before_anything_is_sent() =>
        await Should.ThrowAsync<AddressRefusedException>(
            async () => await AddressGuard.ConnectAsync(new DnsEndPoint("localhost", 1), publicOnly: true, TestContext.Current.CancellationToken));
}
