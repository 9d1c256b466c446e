using Balie.Grains.Calls.Media;

namespace Balie.Grains.Tests.Media;

/// <summary>Real Chromium, real Janus, real packets.</summary>
[Collection("Media")]
public sealed class CallMediaFacts(MediaStage stage)
{
    [Fact]
    public async Task Two_people_see_and_hear_each_other_and_a_third_joins_later()
    {
        await using var visit = await Visit.OpenAsync(stage);
        var citizen = await visit.EnterAsync("citizen");
        var officer = await visit.EnterAsync("officer");

        await Task.WhenAll(citizen.SeesAsync(officer), citizen.HearsAsync(officer), officer.SeesAsync(citizen), officer.HearsAsync(citizen));

        var before = (await citizen.OffersAsync(), await officer.OffersAsync());
        var helper = await visit.EnterAsync("helper");
        await Task.WhenAll(helper.SeesAsync(citizen), helper.SeesAsync(officer), citizen.SeesAsync(helper), officer.SeesAsync(helper), officer.HearsAsync(helper));
        (await citizen.OffersAsync()).ShouldBeGreaterThan(before.Item1);
        (await officer.OffersAsync()).ShouldBeGreaterThan(before.Item2);

        await visit.Room.LeaveAsync("helper", TestContext.Current.CancellationToken);
        await Task.WhenAll(citizen.NoLongerHasAsync(helper, TrackKind.Camera), officer.NoLongerHasAsync(helper, TrackKind.Microphone));
        await citizen.SeesAsync(officer);
        visit.Events.OfType<MediaRoomEvent.PublisherLeft>().ShouldContain(e => e.ParticipantId == "helper");
    }

    [Fact]
    public async Task A_reloaded_page_is_seen_again_and_its_owner_sees_the_others()
    {
        await using var visit = await Visit.OpenAsync(stage);
        var citizen = await visit.EnterAsync("citizen");
        var officer = await visit.EnterAsync("officer");
        await Task.WhenAll(citizen.SeesAsync(officer), officer.SeesAsync(citizen));

        for (var reload = 0; reload < 3; reload++)
        {
            citizen = await visit.EnterAsync("citizen");
            await Task.WhenAll(citizen.SeesAsync(officer), citizen.HearsAsync(officer), officer.SeesAsync(citizen), officer.HearsAsync(citizen));
        }
    }

    [Fact]
    public async Task A_shared_screen_comes_and_goes_beside_the_camera()
    {
        await using var visit = await Visit.OpenAsync(stage);
        var citizen = await visit.EnterAsync("citizen");
        var officer = await visit.EnterAsync("officer");
        await citizen.SeesAsync(officer);

        await officer.ShareScreenAsync();
        await citizen.SeesAsync(officer, TrackKind.Screen);
        await citizen.SeesAsync(officer);

        await officer.StopSharingAsync();
        await citizen.NoLongerHasAsync(officer, TrackKind.Screen);
        await citizen.SeesAsync(officer);
    }

    [Fact]
    public async Task A_sending_connection_survives_an_ice_restart()
    {
        await using var visit = await Visit.OpenAsync(stage);
        var citizen = await visit.EnterAsync("citizen");
        var officer = await visit.EnterAsync("officer");
        await Task.WhenAll(citizen.SeesAsync(officer), officer.SeesAsync(citizen));

        await citizen.RestartPublisherAsync();
        await Task.WhenAll(officer.SeesAsync(citizen), citizen.SeesAsync(officer));
    }

    [Fact]
    public async Task One_may_watch_without_publishing()
    {
        await using var visit = await Visit.OpenAsync(stage);
        (await visit.Room.SubscribeAsync("observer", "observer", TestContext.Current.CancellationToken)).ShouldBeNull();
        await visit.EnterAsync("officer");
        await visit.UntilAsync(e => e is MediaRoomEvent.NewOffer { ParticipantId: "observer" });
    }

    [Fact]
    public async Task An_offer_lost_on_its_way_can_be_had_again_and_one_lost_with_Balie_is_started_over()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var visit = await Visit.OpenAsync(stage);
        await visit.Room.SubscribeAsync("observer", "observer", ct);
        var officer = await visit.EnterAsync("officer");
        await visit.UntilAsync(e => e is MediaRoomEvent.NewOffer { ParticipantId: "observer" });

        var open = (await visit.Room.ResumeAsync("observer", 0, ct)).Offer.ShouldNotBeNull();
        var citizen = await visit.EnterAsync("citizen");
        await Task.WhenAll(citizen.SeesAsync(officer), officer.SeesAsync(citizen));
        (await visit.Room.ResumeAsync("observer", 0, ct)).Offer!.Number.ShouldBe(open.Number);
        (await visit.Room.ResumeAsync("observer", open.Number, ct)).ShouldBe((Missed.Receiving, null), "its answer is lost");
        (await visit.Room.ResumeAsync("nobody", 1, ct)).ShouldBe((Missed.Everything, null));

        visit.Events.Clear();
        await visit.RestartAsync();
        await visit.UntilAsync(e => e is MediaRoomEvent.Hangup { ParticipantId: "observer", Connection: PeerConnectionKind.Subscriber });
        var again = (await visit.Room.SubscribeAsync("observer", "observer", ct)).ShouldNotBeNull();
        again.Number.ShouldBe(open.Number + 1);
        again.Tracks.Select(t => t.ParticipantId).Distinct().ShouldBe(["officer", "citizen"], ignoreOrder: true);
        await Task.WhenAll(citizen.SeesAsync(officer), officer.SeesAsync(citizen));
    }

    [Fact]
    public async Task What_is_no_offer_never_reaches_the_node()
    {
        await using var visit = await Visit.OpenAsync(stage);
        var refused = await Should.ThrowAsync<InvalidSignalException>(() => visit.Room.PublishAsync("citizen", "citizen", "v=0\r\nm=application 9 X\r\n"));
        refused.Code.ShouldBe("sdp-data-channel");
        await Should.ThrowAsync<InvalidSignalException>(() => visit.Room.AnswerAsync("citizen", 1, "garbage"));
        await Should.ThrowAsync<InvalidSignalException>(() => visit.Room.TrickleAsync("citizen", PeerConnectionKind.Publisher, new("x", "0", 0)));
        (await visit.Room.ExportAsync(TestContext.Current.CancellationToken)).Seats.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Who_may_not_stay_is_cut_off_also_when_a_killed_Balie_could_not_write_down_that_they_came(bool receivesOnly)
    {
        await using var visit = await Visit.OpenAsync(stage);
        var citizen = await visit.EnterAsync("citizen");
        var officer = await visit.EnterAsync("officer");
        var helper = await visit.EnterAsync("helper");
        await Task.WhenAll(citizen.SeesAsync(officer), officer.SeesAsync(citizen), helper.SeesAsync(officer));

        await visit.RestartAsync(state => state with
        {
            Seats = receivesOnly
                ? [.. state.Seats.Select(s => s.ParticipantId == "citizen" ? s with { Subscriber = null, Incoming = [], Watches = false } : s)]
                : [.. state.Seats.Where(s => s.ParticipantId != "citizen")],
        });
        await visit.Room.KeepOnlyAsync((participant, _) => participant != "citizen", TestContext.Current.CancellationToken);
        await officer.NoLongerHasAsync(citizen, TrackKind.Camera);
        (await citizen.SeesNothingAsync(officer, helper, 30)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_restarted_Balie_takes_the_room_over_while_people_keep_seeing_each_other()
    {
        await using var visit = await Visit.OpenAsync(stage);
        var citizen = await visit.EnterAsync("citizen");
        var officer = await visit.EnterAsync("officer");
        await Task.WhenAll(citizen.SeesAsync(officer), officer.SeesAsync(citizen));

        var state = await visit.Room.ExportAsync(TestContext.Current.CancellationToken);
        await visit.RestartAsync();
        foreach (var seat in state.Seats)
            (await visit.Room.ResumeAsync(seat.ParticipantId, seat.OfferNumber, TestContext.Current.CancellationToken)).ShouldBe((Missed.Nothing, null));
        await Task.WhenAll(citizen.SeesAsync(officer), officer.SeesAsync(citizen));
        visit.Events.Where(e => e is MediaRoomEvent.Hangup or MediaRoomEvent.NodeLost).ShouldBeEmpty();
        var helper = await visit.EnterAsync("helper");
        await Task.WhenAll(officer.SeesAsync(helper), helper.SeesAsync(citizen));
    }
}
