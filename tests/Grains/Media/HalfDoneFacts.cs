using System.Text.Json;
using Balie.Grains.Calls.Media;
using Balie.Grains.Interfaces.Calls;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Tests.Booking;
using Balie.Grains.Tests.Platform;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Balie.Grains.Tests.Media;

/// <summary>What was begun on the media node and not finished is finished or undone; a node that is away loses no call.</summary>
[Collection("Media")]
public sealed class HalfDoneFacts(MediaStage stage, Database database) : IClassFixture<Database>
{
    static readonly TimeSpan Real = TimeSpan.FromSeconds(60);

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_room_that_could_not_be_opened_leaves_no_session_behind()
    {
        await using var line = new BrittleLine(stage.Janus);
        await using var client = new JanusClient(line, TimeProvider.System, NullLogger<JanusClient>.Instance);
        for (var message = 1; message <= 3; message++)
        {
            foreach (var isHeard in new[] { false, true })
            {
                line.BreakAt(message, isHeard);
                await Should.ThrowAsync<MediaException>(OpenAsync(client));
                line.Mend();
                client.Sessions.ShouldBe(0, $"message {message} {(isHeard ? "heard" : "lost")}");
            }
        }
    }

    [Fact]
    public async Task A_room_that_could_not_be_closed_can_be_closed_again()
    {
        await using var line = new BrittleLine(stage.Janus);
        await using var client = new JanusClient(line, TimeProvider.System, NullLogger<JanusClient>.Instance);
        for (var message = 1; message <= 2; message++)
        {
            foreach (var isHeard in new[] { false, true })
            {
                var room = await OpenAsync(client);
                line.BreakAt(message, isHeard);
                await Should.ThrowAsync<MediaException>(room.CloseAsync(Ct));
                line.Mend();
                try
                {
                    await room.CloseAsync(Ct);
                }
                catch (MediaSessionLostException) when (message == 2 && isHeard)
                {
                    // Both were done; only the answer was lost.
                    await room.DisposeAsync();
                }

                (await stage.RoomsAsync()).ShouldNotContain(room.RoomId);
                client.Sessions.ShouldBe(0);
            }
        }
    }

    [Fact]
    public async Task A_session_whose_claim_got_no_answer_is_claimed_anew_and_hears_again()
    {
        var clock = new FakeTimeProvider();
        await using var line = new BrittleLine(stage.Janus);
        await using var client = new JanusClient(line, clock, NullLogger<JanusClient>.Instance);
        var sessions = new[] { await client.CreateSessionAsync(Ct), await client.CreateSessionAsync(Ct) };

        line.BreakAt(1, isHeard: false);
        await Should.ThrowAsync<MediaUnavailableException>(sessions[0].AttachAsync(Ct));
        line.SwallowAt(2);
        line.Mend();

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        limit.CancelAfter(Real);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(25));
        foreach (var session in sessions)
        {
            JanusEvent? heard;
            while (!session.Events.TryRead(out heard))
            {
                await timer.WaitForNextTickAsync(limit.Token);
                clock.Advance(TimeSpan.FromMilliseconds(100));
            }

            heard.Kind.ShouldBe("reconnected");
        }
    }

    [Fact]
    public async Task When_the_machine_of_its_node_lost_power_a_call_moves_to_another()
    {
        using var hole = new BlackHole();
        await using var counter = await BookingStage.StartAsync(database, configure: silo => silo.Services.AddSingleton<IMediaNode>(stage.Janus));
        counter.Cluster.Services.GetRequiredService<MediaPool>().Learn([new("far", hole.Address("far/1"), false, Forsaken: true)]);
        var visit = await StruckRoomFacts.InCallAsync(counter.Cluster);
        var placed = new MediaRoomState(new MediaRoomOptions(visit.Room), "far/1", 1, 2, [], null);
        await counter.Cluster.SeedAsync(BookingStage.Tenant, visit.Id, "call", 3, new MediaPlaced("far/1", JsonSerializer.Serialize(placed)));

        await visit.ConnectAsync();
        await counter.Cluster.UntilAsync(async () => (await stage.RoomsAsync()).Contains(visit.Room), "the call is at the node that is there");
        await visit.EndAsync();
    }

    [Fact]
    public async Task A_node_that_answers_again_is_there_again()
    {
        var node = new RemoteMediaNode("far");
        var address = stage.Janus.Current!;
        node.Learn(address, takesCalls: true);
        node.Unreachable(address.Incarnation);
        node.Current.ShouldBeNull();

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        limit.CancelAfter(Real);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        for (; node.Current is null; await timer.WaitForNextTickAsync(limit.Token)) node.Learn(address, takesCalls: true);
    }

    [Fact]
    public async Task The_last_words_of_a_former_room_say_nothing_of_the_one_that_is_open()
    {
        await using var counter = await BookingStage.StartAsync(database, configure: silo => silo.Services.AddSingleton<IMediaNode>(stage.Janus));
        var visit = await StruckRoomFacts.InCallAsync(counter.Cluster);
        await visit.ComeInAsync();

        using (RoomCluster.As(Caller.System(BookingStage.Tenant, "test")))
            await counter.Cluster.Grain<ICallRoomGrain>(BookingStage.Tenant, visit.Id).MediaChanged(new MediaNotice { Kind = "node-lost", From = "far/1#1" });
        await visit.ComeInAsync();

        (await database.ScalarAsync<long>($"select count(*) from journal_event where stream = 'call/{visit.Id}' and name = 'call.media-lost.v1'")).ShouldBe(0);
        await visit.EndAsync();
    }

    static Task<MediaRoom> OpenAsync(JanusClient client) => MediaRoom.OpenAsync(
        client, new($"visit-{Guid.NewGuid():N}"), _ => Task.CompletedTask, TimeProvider.System, NullLogger<MediaRoom>.Instance, Ct);
}
