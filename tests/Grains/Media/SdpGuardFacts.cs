using System.Text;
using Balie.Grains.Calls.Media;
using Balie.Grains.Interfaces.Calls;
using CsCheck;

namespace Balie.Grains.Tests.Media;

public sealed class SdpGuardFacts
{
    const string Session = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0 1\r\n";
    const string Transport = "a=ice-ufrag:abcd\r\na=ice-pwd:efghefghefghefghefghefgh\r\na=fingerprint:sha-256 AA:BB\r\n";
    const string Audio = "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\nc=IN IP4 0.0.0.0\r\na=mid:0\r\na=sendrecv\r\n" + Transport;
    const string Video = "m=video 9 UDP/TLS/RTP/SAVPF 96\r\nc=IN IP4 0.0.0.0\r\na=mid:1\r\na=sendonly\r\n" + Transport;

    [Fact]
    public void A_microphone_and_a_camera_are_read_with_their_directions() =>
        SdpGuard.Parse(Session + Audio + Video + Video.Replace("mid:1", "mid:2").Replace("sendonly", "inactive"), SdpDirection.Offer)
            .ShouldBe([new("0", false, true), new("1", true, true), new("2", true, false)]);

    [Fact]
    public void Lines_may_end_in_a_bare_line_feed() =>
        SdpGuard.Validate((Session + Audio).Replace("\r\n", "\n"), SdpDirection.Offer).ShouldBeNull();

    [Theory]
    [InlineData("m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=mid:9\r\n", "sdp-data-channel")]
    [InlineData("m=text 9 RTP/AVP 98\r\na=mid:9\r\n", "sdp-media-kind")]
    [InlineData("a=simulcast:send h;l\r\n", "sdp-simulcast")]
    [InlineData("a=rid:h send\r\n", "sdp-simulcast")]
    [InlineData("a=ssrc-group:SIM 1 2 3\r\n", "sdp-simulcast")]
    [InlineData("m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n", "sdp-no-mid")]
    [InlineData("m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\n", "sdp-duplicate-mid")]
    [InlineData("a=mid:0\r\n", "sdp-mid")]
    [InlineData("m=audio 9 X 1\r\na=mid:no spaces\r\n", "sdp-mid")]
    [InlineData("hello\r\n", "sdp-line")]
    [InlineData("\r\na=x\r\n", "sdp-line")]
    [InlineData("a=\u00e9\r\n", "sdp-characters")]
    [InlineData("a=tab\there\r\n", "sdp-characters")]
    public void What_Balie_never_asks_for_is_refused(string tail, string code) =>
        SdpGuard.Validate(Session + Audio + tail, SdpDirection.Offer).ShouldBe(code);

    [Theory]
    [InlineData(null, "sdp-missing")]
    [InlineData("", "sdp-missing")]
    [InlineData("v=1\r\n", "sdp-version")]
    [InlineData(Session, "sdp-no-media")]
    [InlineData(Session + "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\n", "sdp-no-fingerprint")]
    [InlineData(Session + "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\na=fingerprint:sha-256 AA\r\n", "sdp-no-ice")]
    public void What_cannot_become_a_connection_is_refused(string? sdp, string code) =>
        SdpGuard.Validate(sdp, SdpDirection.Offer).ShouldBe(code);

    [Fact]
    public void Too_long_and_too_many_are_refused()
    {
        SdpGuard.Validate(Session + Audio + "a=" + new string('x', SdpGuard.MaxLength), SdpDirection.Offer).ShouldBe("sdp-too-long");
        var many = new StringBuilder(Session);
        for (var i = 0; i <= SdpGuard.MaxOfferedMedia; i++) many.Append(Audio.Replace("mid:0", $"mid:{i}"));
        SdpGuard.Validate(many.ToString(), SdpDirection.Offer).ShouldBe("sdp-too-many-media");
        SdpGuard.Validate(many.ToString(), SdpDirection.Answer).ShouldBeNull();
    }

    [Theory]
    [InlineData("candidate:1 1 udp 2113937151 192.0.2.7 51000 typ host generation 0 ufrag abcd", null)]
    [InlineData("candidate:842163049 1 tcp 1677729535 2001:db8::1 9 typ srflx raddr 0.0.0.0 rport 0 tcptype active", null)]
    [InlineData("candidate:1 1 udp 1 5f2b.local 5000 typ host", null)]
    [InlineData("", null)]
    [InlineData("candidate:1 1 udp 1 192.0.2.7 51000 typ host\r\na=evil", "candidate-form")]
    [InlineData("candidate:1 1 sctp 1 192.0.2.7 51000 typ host", "candidate-form")]
    [InlineData("nonsense", "candidate-form")]
    public void Candidates_are_relayed_only_in_their_form(string candidate, string? code) =>
        SdpGuard.Validate(new IceCandidate(candidate, "0", 0)).ShouldBe(code);

    [Fact]
    public void A_candidate_says_which_line_it_belongs_to()
    {
        const string good = "candidate:1 1 udp 1 192.0.2.7 51000 typ host";
        SdpGuard.Validate((IceCandidate?)null).ShouldBeNull();
        SdpGuard.Validate(new IceCandidate(good, null, null)).ShouldBe("candidate-unplaced");
        SdpGuard.Validate(new IceCandidate(good, "a b", 0)).ShouldBe("candidate-mid");
        SdpGuard.Validate(new IceCandidate(good, null, -1)).ShouldBe("candidate-index");
        SdpGuard.Validate(new IceCandidate(good + new string(' ', 512), "0", 0)).ShouldBe("candidate-too-long");
    }

    [Fact]
    public void No_text_whatever_makes_the_guard_fail_and_what_passes_is_clean()
    {
        string[] known = [.. (Session + Audio + Video).Split("\r\n"), "m=application 9 X", "a=rid:1 send", "a=mid:7", "m=audio 0 X 0", "a=sendonly", ""];
        var lines = Gen.Int[0, known.Length - 1].Select(i => known[i]);
        var shuffled = lines.Array[0, 40].Select(l => "v=0\r\n" + string.Join("\r\n", l));
        var cut = Gen.Int[0, (Session + Audio + Video).Length].Select(n => (Session + Audio + Video)[..n]);
        Gen.OneOf(Gen.String, shuffled, cut).Sample(text =>
        {
            if (SdpGuard.Validate(text, SdpDirection.Offer) is not null) return;
            text.ShouldNotContain("m=application");
            text.ShouldNotContain("a=rid");
            var media = SdpGuard.Parse(text, SdpDirection.Offer);
            media.Length.ShouldBeInRange(1, SdpGuard.MaxOfferedMedia);
            media.Select(m => m.Mid).ShouldBeUnique();
        });
    }
}
