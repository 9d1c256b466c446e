using Balie.Grains.Calls.Media;
using Microsoft.Extensions.Time.Testing;

namespace Balie.Unit.Calls;

public sealed class RelayFacts
{
    private static readonly FakeTimeProvider Noon = new(new DateTimeOffset(2026, 11, 23, 8, 0, 0, TimeSpan.Zero));

    /// <summary>The password was computed by <c>openssl dgst -sha1 -hmac</c>: a TURN server must come to the same.</summary>
    [Fact]
    public void A_credential_carries_its_own_end_and_is_what_a_TURN_server_computes()
    {
        var server = new Relay(new(["turn:relay.example:443?transport=tcp"], "geheim", TimeSpan.FromHours(12)), new FakeTimeProvider(DateTimeOffset.FromUnixTimeSeconds(1795468800 - 12 * 3600))).For("gerrit");
        server.ShouldNotBeNull();
        server.Username.ShouldBe("1795468800:gerrit");
        server.Credential.ShouldBe("HtSAoeXCCLRTBAis4tSYSsv5ta0=");
        server.ExpiresAt.ToUnixTimeSeconds().ShouldBe(1795468800);
    }

    [Fact]
    public void A_counter_without_TURN_servers_offers_none() => new Relay(RelayOptions.None, Noon).For("gerrit").ShouldBeNull();

    [Fact]
    public void A_credential_does_not_reach_a_log() => $"{new Relay(new(["turn:a"], "geheim", TimeSpan.FromHours(1)), Noon).For("gerrit")}".ShouldBe("turn:a until 2026-11-23T09:00:00.0000000+00:00");
}
