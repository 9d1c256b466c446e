using System.Collections.Concurrent;
using System.Text.Json;
using Balie.Grains.Calls.Media;
using Microsoft.Extensions.Logging.Abstractions;

namespace Balie.Grains.Tests.Media;

/// <summary>Real Chromium, real Janus, real packets.</summary>
public sealed class CallMediaFacts(MediaStage stage) : IClassFixture<MediaStage>
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
    public async Task Both_connections_survive_an_ice_restart()
    {
        await using var visit = await Visit.OpenAsync(stage);
        var citizen = await visit.EnterAsync("citizen");
        var officer = await visit.EnterAsync("officer");
        await Task.WhenAll(citizen.SeesAsync(officer), officer.SeesAsync(citizen));

        await citizen.RestartPublisherAsync();
        await officer.SeesAsync(citizen);
        var offer = await visit.Room.RestartSubscriberAsync("citizen", TestContext.Current.CancellationToken);
        await citizen.ReceiveAsync(offer.ShouldNotBeNull());
        await citizen.SeesAsync(officer);
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
    public async Task What_is_no_offer_never_reaches_the_node()
    {
        await using var visit = await Visit.OpenAsync(stage);
        var refused = await Should.ThrowAsync<InvalidSignalException>(() => visit.Room.PublishAsync("citizen", "citizen", "v=0\r\nm=application 9 X\r\n"));
        refused.Code.ShouldBe("sdp-data-channel");
        await Should.ThrowAsync<InvalidSignalException>(() => visit.Room.AnswerAsync("citizen", 1, "garbage"));
        await Should.ThrowAsync<InvalidSignalException>(() => visit.Room.TrickleAsync("citizen", PeerConnectionKind.Publisher, new("x", "0", 0)));
        (await visit.Room.ExportAsync(TestContext.Current.CancellationToken)).Seats.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_restarted_Balie_takes_the_room_over_while_people_keep_seeing_each_other()
    {
        await using var visit = await Visit.OpenAsync(stage);
        var citizen = await visit.EnterAsync("citizen");
        var officer = await visit.EnterAsync("officer");
        await Task.WhenAll(citizen.SeesAsync(officer), officer.SeesAsync(citizen));

        await visit.RestartAsync();
        await Task.WhenAll(citizen.SeesAsync(officer), officer.SeesAsync(citizen));
        var helper = await visit.EnterAsync("helper");
        await Task.WhenAll(officer.SeesAsync(helper), helper.SeesAsync(citizen));
    }

    /// <summary>A visit with its room and the pages in it; offers of the room go to the pages as a hub would bring them.</summary>
    sealed class Visit : IAsyncDisposable
    {
        readonly MediaStage stage;
        readonly ConcurrentDictionary<string, CallPage> pages = new();
        readonly ConcurrentQueue<Exception> faults = new();
        readonly SemaphoreSlim arrived = new(0);
        JanusClient? restarted;

        Visit(MediaStage stage) => this.stage = stage;

        public MediaRoom Room { get; private set; } = null!;

        public ConcurrentQueue<MediaRoomEvent> Events { get; } = new();

        public static async Task<Visit> OpenAsync(MediaStage stage)
        {
            var visit = new Visit(stage);
            visit.Room = await MediaRoom.OpenAsync(
                stage.Client, new($"visit-{Guid.NewGuid():N}"), visit.OnEventAsync, TimeProvider.System, NullLogger<MediaRoom>.Instance, TestContext.Current.CancellationToken);
            return visit;
        }

        public async Task<CallPage> EnterAsync(string name)
        {
            if (pages.TryRemove(name, out var former)) await former.CloseAsync();
            var page = pages[name] = await CallPage.OpenAsync(stage, () => Room, name);
            await page.PublishAsync();
            return page;
        }

        async Task OnEventAsync(MediaRoomEvent happened)
        {
            Events.Enqueue(happened);
            arrived.Release();
            if (happened is not MediaRoomEvent.NewOffer offer || !pages.TryGetValue(offer.ParticipantId, out var page)) return;
            try
            {
                await page.ReceiveAsync(offer.Offer);
            }
            catch (Exception error)
            {
                faults.Enqueue(error);
            }
        }

        /// <summary>What a new Balie process does: a connection of its own, and the room from its kept state.</summary>
        public async Task RestartAsync()
        {
            var ct = TestContext.Current.CancellationToken;
            var state = JsonSerializer.Deserialize<MediaRoomState>(JsonSerializer.Serialize(await Room.ExportAsync(ct)))!;
            await Room.DisposeAsync();
            restarted = new(stage.Janus, TimeProvider.System, NullLogger<JanusClient>.Instance);
            Room = await MediaRoom.ReclaimAsync(restarted, state, OnEventAsync, TimeProvider.System, NullLogger<MediaRoom>.Instance, ct);
        }

        /// <summary>Waits for an event that has come or will come.</summary>
        public async Task UntilAsync(Func<MediaRoomEvent, bool> wanted)
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            limit.CancelAfter(TimeSpan.FromSeconds(20));
            while (!Events.Any(wanted)) await arrived.WaitAsync(limit.Token);
        }

        public async ValueTask DisposeAsync()
        {
            await Room.CloseAsync(CancellationToken.None);
            if (restarted is not null) await restarted.DisposeAsync();
            foreach (var page in pages.Values) await page.CloseAsync();
            faults.ShouldBeEmpty();
        }
    }
}
