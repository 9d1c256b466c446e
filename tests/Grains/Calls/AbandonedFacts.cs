using Balie.Grains.Interfaces.Booking;
using Balie.Grains.Interfaces.Calls;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Interfaces.Recording;
using Balie.Grains.Tests.Booking;
using Balie.Grains.Tests.Platform;
using Orleans.Runtime;

namespace Balie.Grains.Tests.Calls;

/// <summary>The room's process is gone, and nobody asks for the room any more.</summary>
public sealed class AbandonedFacts(Database database) : IClassFixture<Database>
{
    private static readonly Caller An = RoomCluster.Staff(BookingStage.Tenant);

    [Fact]
    public async Task Who_never_comes_back_is_seen_to_be_away_and_their_recording_ends()
    {
        await using var counter = await BookingStage.StartAsync(database);
        var visit = await RecordedAsync(counter);
        foreach (var up in new[] { true, false, true }) await ConnectAsync(counter, visit, up);
        (await QueueAsync(visit)).ShouldBe((0, true));

        await ForgetAsync(counter);
        // Nobody calls the room here: it must wake up by itself.
        await counter.Cluster.UntilAsync(async () => await QueueAsync(visit) == (0, false), "the queue no longer shows a call", TimeSpan.FromSeconds(2));
        await counter.Cluster.UntilAsync(() => HappenedAsync(visit, "call.recording-stopped.v1"), "the recording ends", TimeSpan.FromSeconds(2));
        await counter.Cluster.UntilAsync(() => HappenedAsync(visit, "recording.segment-ended.v1"), "the Recording room knows", TimeSpan.FromSeconds(2));
        (await database.ScalarAsync<long>($"select count(*) from outbox where stream = 'recording/{visit}' and kind = 'recording.store'")).ShouldBe(1);
        await counter.Cluster.UntilAsync(async () => await ReminderAsync(counter, visit) is null, "nothing is due any more", TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task Who_is_spoken_of_stays_and_who_is_not_is_away_after_a_while()
    {
        await using var counter = await BookingStage.StartAsync(database);
        var visit = await RecordedAsync(counter);
        await ConnectAsync(counter, visit);
        for (var i = 0; i < 10; i++)
        {
            counter.Cluster.Clock.Advance(TimeSpan.FromSeconds(5));
            await ConnectAsync(counter, visit);
        }

        (await SeatsAsync(counter, visit)).ShouldBe([("an.peeters", true), ("gerrit", false)]);
        await counter.Cluster.UntilAsync(async () => (await SeatsAsync(counter, visit)).All(s => !s.Connected), "no web node speaks of An any more", TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task A_second_browser_that_nobody_speaks_of_is_away_until_somebody_does()
    {
        await using var counter = await BookingStage.StartAsync(database);
        var visit = await RecordedAsync(counter);
        await counter.Cluster.SeedAsync(BookingStage.Tenant, visit, "call", 4, new SecondBrowserWaiting("gerrit", "s2"));
        (await BesideAsync(counter, visit)).ShouldBe(["s2"]);
        await counter.Cluster.UntilAsync(async () => await BesideAsync(counter, visit) is [], "no web node speaks of the second browser", TimeSpan.FromSeconds(1));

        using (RoomCluster.As(RoomCluster.Participant(BookingStage.Tenant, visit, "gerrit", "s2")))
            await counter.Cluster.Grain<ICallRoomGrain>(BookingStage.Tenant, visit).Connected("c2", up: true);

        (await BesideAsync(counter, visit)).ShouldBe(["s2"]);
        (await QueueAsync(visit)).ShouldBe((1, false), "Gerrit's first browser is gone, and he waits with the second");
    }

    [Fact]
    public async Task A_word_that_was_lost_between_two_rooms_is_said_again()
    {
        await using var counter = await BookingStage.StartAsync(database);
        var visit = await RecordedAsync(counter);
        // The call's part of the end was written; then the process was gone.
        await counter.Cluster.SeedAsync(BookingStage.Tenant, visit, "call", 4, new CallRecordingStopped("s1", "node-lost"));
        counter.Cluster.Clock.Advance(TimeSpan.FromSeconds(40));
        using var _ = RoomCluster.As(Caller.System(BookingStage.Tenant, "test"));
        var recording = counter.Cluster.Grain<IRecordingGrain>(BookingStage.Tenant, visit);
        await recording.LookAgain();
        var stretch = (await recording.View()).Segments[0];
        (stretch.Reason, stretch.EndedAt).ShouldBe(("node-lost", RoomCluster.Start));
    }

    [Fact]
    public async Task A_word_that_could_not_be_heard_is_said_until_it_is()
    {
        var deaf = new Deaf();
        await using var counter = await BookingStage.StartAsync(database, configure: silo => silo.AddIncomingGrainCallFilter(deaf));
        var visit = await RecordedAsync(counter);
        using var _ = RoomCluster.As(An);
        await counter.Cluster.Grain<ICallRoomGrain>(BookingStage.Tenant, visit).End(new EndCall { CommandId = Guid.NewGuid() });
        await counter.Cluster.UntilAsync(() => Task.FromResult(deaf.Missed >= 3), "it is said again", TimeSpan.FromMilliseconds(50));
        deaf.Shut = false;
        await counter.Cluster.UntilAsync(() => HappenedAsync(visit, "recording.segment-ended.v1"), "the Recording room closes its segment", TimeSpan.FromMilliseconds(50));
        var stretch = (await counter.Cluster.Grain<IRecordingGrain>(BookingStage.Tenant, visit).View()).Segments[0];
        (stretch.Reason, stretch.EndedAt).ShouldBe(("ended", RoomCluster.Start));
        (counter.Cluster.Clock.GetUtcNow() - RoomCluster.Start).ShouldBeLessThan(TimeSpan.FromSeconds(50), "no minute's look was needed");
    }

    [Fact]
    public async Task Nobody_waits_for_a_room_that_does_not_answer()
    {
        var deaf = new Deaf { Answer = new TaskCompletionSource() };
        await using var counter = await BookingStage.StartAsync(database, configure: silo => silo.AddIncomingGrainCallFilter(deaf));
        var visit = await RecordedAsync(counter);
        using var _ = RoomCluster.As(An);
        var call = counter.Cluster.Grain<ICallRoomGrain>(BookingStage.Tenant, visit);
        await call.View();
        await counter.Cluster.UntilAsync(() => Task.FromResult(deaf.Missed > 0), "the Recording room is spoken to");
        await call.End(new EndCall { CommandId = Guid.NewGuid() });
        await counter.Cluster.UntilAsync(() => Task.FromResult(deaf.OthersHeard), "the queue hears of the end");
        deaf.Missed.ShouldBe(1);
        deaf.Answer.SetResult();
    }

    [Fact]
    public async Task A_call_whose_visit_was_closed_ends_also_when_the_word_of_it_was_lost()
    {
        await using var counter = await BookingStage.StartAsync(database);
        var visit = await RecordedAsync(counter);
        await ConnectAsync(counter, visit);
        // The appointment's part was written; then the process was gone, and the officer's browser did not come back.
        await counter.Cluster.SeedAsync(BookingStage.Tenant, visit, "appointment", 3,
            new VisitClosed { By = "an.peeters", Outcome = "klaar", Note = null, DoneInOneGo = true, At = RoomCluster.Start });
        await counter.Cluster.UntilAsync(
            async () =>
            {
                // Again and again: what is busy stays.
                await ForgetAsync(counter);
                return await HappenedAsync(visit, "call.ended.v1");
            },
            "the call ends",
            TimeSpan.FromSeconds(2));
    }

    /// <summary>A call of which the journals say that both are there and it is being recorded.</summary>
    private static async Task<string> RecordedAsync(BookingStage counter)
    {
        var id = $"v{Guid.NewGuid():N}"[..12];
        var cluster = counter.Cluster;
        await cluster.SeedAsync(BookingStage.Tenant, id, "appointment", StruckVisits.Booked(), StruckVisits.Invited(), new VisitStarted(RoomCluster.Start));
        await cluster.SeedAsync(BookingStage.Tenant, id, "call", [.. StruckVisits.InCall(), new CallRecordingStarted("s1", [new SeatRef("an.peeters", "s-an.peeters"), new SeatRef("gerrit", "s1")])]);
        await cluster.SeedAsync(BookingStage.Tenant, id, "recording",
            new ConsentAsked("nl-1", "an.peeters"), new ConsentAnswered("an.peeters", "s-an.peeters", true, "nl-1"), new ConsentAnswered("gerrit", "s1", true, "nl-1"),
            new SegmentOpened("s1", ["an.peeters", "gerrit"]));
        return id;
    }

    private static async Task ConnectAsync(BookingStage counter, string visit, bool up = true)
    {
        using var _ = RoomCluster.As(An);
        await counter.Cluster.Grain<ICallRoomGrain>(BookingStage.Tenant, visit).Connected("c1", up);
    }

    private static async Task<IEnumerable<(string Participant, bool Connected)>> SeatsAsync(BookingStage counter, string visit)
    {
        using var _ = RoomCluster.As(An);
        return (await counter.Cluster.Grain<ICallRoomGrain>(BookingStage.Tenant, visit).View()).Seats.Select(s => (s.Participant, s.Connected));
    }

    private static async Task<string[]> BesideAsync(BookingStage counter, string visit)
    {
        using var _ = RoomCluster.As(An);
        var call = await counter.Cluster.Grain<ICallRoomGrain>(BookingStage.Tenant, visit).View();
        return [.. call.Seats.Single(s => s.Participant == "gerrit").OtherSessions];
    }

    /// <summary>What the room had only in memory is gone, as with its process.</summary>
    private static async Task ForgetAsync(BookingStage counter) =>
        await counter.Cluster.Cluster.Client.GetGrain<IManagementGrain>(0).ForceActivationCollection(TimeSpan.Zero);

    private async Task<(long Waiting, bool InCall)> QueueAsync(string visit)
    {
        await using var command = database.Source.CreateCommand($"select waiting_count, in_call from call_waiting where visit = '{visit}'");
        await using var row = await command.ExecuteReaderAsync();
        return await row.ReadAsync() ? (row.GetInt32(0), row.GetBoolean(1)) : default;
    }

    private async Task<bool> HappenedAsync(string visit, string what) =>
        await database.ScalarAsync<long>($"select count(*) from journal_event where stream like '%/{visit}' and name = '{what}'") > 0;

    private static async Task<object?> ReminderAsync(BookingStage counter, string visit)
    {
        var table = counter.Cluster.Services.GetService(typeof(IReminderTable)) as IReminderTable;
        var grain = counter.Cluster.Grain<ICallRoomGrain>(BookingStage.Tenant, visit).GetGrainId();
        return (await table!.ReadRows(grain)).Reminders.FirstOrDefault();
    }

    /// <summary>Recording rooms that nobody can reach, as while the silo with them has just been killed.</summary>
    private sealed class Deaf : IIncomingGrainCallFilter
    {
        private int _missed;

        public volatile bool Shut = true;

        public volatile bool OthersHeard;

        /// <summary>Until then nothing comes back; null: it is refused at once.</summary>
        public TaskCompletionSource? Answer { get; init; }

        public int Missed => Volatile.Read(ref _missed);

        public Task Invoke(IIncomingGrainCallContext context)
        {
            if (context.InterfaceMethod?.DeclaringType == typeof(IQueueGrain)) OthersHeard |= Missed > 0;
            if (!Shut || context.InterfaceMethod?.DeclaringType != typeof(IRecordingGrain)) return context.Invoke();
            Interlocked.Increment(ref _missed);
            return Answer?.Task ?? throw new SiloUnavailableException();
        }
    }
}
