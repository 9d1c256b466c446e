using Balie.Grains.Calls.Media;
using Balie.Grains.Interfaces.Calls;
using Balie.Grains.Tests.Booking;
using Balie.Grains.Tests.Platform;
using Microsoft.Extensions.DependencyInjection;

namespace Balie.Grains.Tests.Media;

/// <summary>Who is let in sees the others before anything else.</summary>
[Collection("Media")]
public sealed class WelcomeFacts(MediaStage stage, Database database) : IClassFixture<Database>
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_is_let_in_is_at_the_media_node_before_they_ask()
    {
        await using var counter = await BookingStage.StartAsync(database, configure: silo => silo.Services.AddSingleton<IMediaNode>(stage.Janus));
        var visit = await StruckRoomFacts.InCallAsync(counter.Cluster);
        await visit.ComeInAsync();
        await visit.ArriveElsewhereAsync();
        (await stage.BrowsersAsync(visit.Room)).ShouldBe(["s-an.peeters", "s1"], ignoreOrder: true);

        await visit.ReplaceAsync();
        (await stage.BrowsersAsync(visit.Room)).ShouldBe(["s-an.peeters", "s2"], ignoreOrder: true);
        await visit.EndAsync();
    }

    [Fact]
    public async Task Who_receives_and_then_begins_to_send_goes_on_receiving()
    {
        await using var visit = await Visit.OpenAsync(stage);
        await visit.EnterAsync("officer");
        await visit.UntilAsync(e => e is MediaRoomEvent.PublisherJoined { ParticipantId: "officer" });

        var offer = (await visit.Room.SubscribeAsync("citizen", "citizen", Ct)).ShouldNotBeNull();
        offer.First.ShouldBeTrue();
        var before = await SeatAsync(visit);
        await visit.Room.PublishAsync("citizen", "citizen", StruckRoomFacts.Offer, ct: Ct);
        var after = await SeatAsync(visit);
        (after.Subscriber, after.OfferOpen).ShouldBe((before.Subscriber.ShouldNotBeNull(), true), "the offer still stands");

        await visit.Room.PublishAsync("citizen", "citizen", StruckRoomFacts.Offer, ct: Ct);
        (await SeatAsync(visit)).Subscriber.ShouldBeNull("who sends anew is another page");
    }

    [Fact]
    public async Task Janus_begins_the_handshake_with_who_receives()
    {
        await using var visit = await Visit.OpenAsync(stage);
        var officer = await visit.EnterAsync("officer");
        await visit.UntilAsync(e => e is MediaRoomEvent.PublisherJoined { ParticipantId: "officer" });

        var offer = (await visit.Room.SubscribeAsync("citizen", "citizen", Ct)).ShouldNotBeNull();
        offer.Sdp.ShouldContain("a=setup:active");
        offer.Sdp.ShouldNotContain("a=setup:actpass");
        var citizen = await visit.EnterAsync("citizen");
        (await citizen.AnswerAsync()).ShouldContain("a=setup:passive");
        await citizen.SeesAsync(officer);
    }

    static async Task<MediaSeatState> SeatAsync(Visit visit) => (await visit.Room.ExportAsync(Ct)).Seats.Single(seat => seat.ParticipantId == "citizen");
}
