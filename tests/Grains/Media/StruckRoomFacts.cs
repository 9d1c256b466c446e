using System.Diagnostics;
using Balie.Grains.Calls.Media;
using Balie.Grains.Interfaces.Booking;
using Balie.Grains.Interfaces.Calls;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Interfaces.Recording;
using Balie.Grains.Tests.Booking;
using Balie.Grains.Tests.Calls;
using Balie.Grains.Tests.Platform;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Balie.Grains.Tests.Media;

/// <summary>The line to the media node breaks at any message; call, recording and node agree afterwards, and nobody is recorded who did not say yes.</summary>
[Collection("Media")]
public sealed class StruckRoomFacts(MediaStage stage, Database database) : IClassFixture<Database>
{
    internal const string Offer = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\nc=IN IP4 0.0.0.0\r\na=mid:0\r\na=sendonly\r\n" +
        "a=rtcp-mux\r\na=setup:actpass\r\na=rtpmap:111 opus/48000/2\r\na=ice-ufrag:abcd\r\na=ice-pwd:efghefghefghefghefghefgh\r\n" +
        "a=fingerprint:sha-256 AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99\r\n";

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Wherever_the_line_breaks_the_rooms_and_the_node_agree_afterwards()
    {
        await using var line = new BrittleLine(stage.Janus);
        await using var counter = await BookingStage.StartAsync(database, configure: silo => silo.Services.AddSingleton<IMediaNode>(line));
        var whole = await StruckAsync(counter, line, int.MaxValue, isHeard: false);
        whole.ShouldBeGreaterThan(12);
        var broken = 0;
        for (var message = 1; message <= whole; message++)
        {
            foreach (var isHeard in new[] { false, true })
            {
                await StruckAsync(counter, line, message, isHeard);
                broken++;
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{whole} messages in a visit; broken {broken} times");
    }

    [Fact]
    public async Task When_its_media_node_dies_the_call_and_its_recording_go_on_at_the_other_node()
    {
        var folder = Directory.CreateDirectory(Path.Combine(stage.Folder, "standby")).FullName;
        File.SetUnixFileMode(folder, (UnixFileMode)0b111_101_101);
        var options = MediaStage.OptionsFor(Path.Combine(folder, "janus")) with { Node = "other", RtpPortMin = 22000, RtpPortMax = 22099 };
        await using var other = new JanusProcess(options, TimeProvider.System, NullLogger<JanusProcess>.Instance);
        await other.StartAsync(Ct);
        try
        {
            await using var counter = await BookingStage.StartAsync(database, configure: silo => silo.Services.AddSingleton<IMediaNode>(stage.Janus));
            var pool = counter.Cluster.Services.GetRequiredService<MediaPool>();
            pool.Learn([new("other", other.Current, true)]);
            var visit = await InCallAsync(counter.Cluster);
            while (pool.Choose(visit.Room)!.Node.Current!.Incarnation != other.Current!.Incarnation) visit = await InCallAsync(counter.Cluster);
            await visit.ComeInAsync();
            await visit.AskAsync();
            await visit.AnswerAsync(yes: true);
            (await visit.CallAsync()).RecordingSegment.ShouldNotBeNull();
            (await WritesAsync(visit.Room)).ShouldBeFalse("the call is at the other node");
            var ear = await counter.Cluster.ListenAsync(BookingStage.Tenant, visit.Id);

            var clock = Stopwatch.StartNew();
            using (var process = Process.GetProcessById(other.ProcessId!.Value)) process.Kill();
            await ear.NextAsync(update => update.View is MediaSignal { PublishAgain: true });
            var asked = clock.Elapsed;
            await counter.Cluster.UntilAsync(() => WritesAsync(visit.Room), "the recording goes on here");
            TestContext.Current.TestOutputHelper?.WriteLine($"Asked to publish {asked.TotalMilliseconds:0} ms after the kill, recorded again after {clock.ElapsedMilliseconds} ms");
            asked.ShouldBeLessThan(TimeSpan.FromSeconds(5), "the moment is printed; this only says that nothing timed out");
            (await visit.RecordingAsync()).Segments.Select(s => s.Reason).ShouldBe(["node-lost", null]);
            await visit.EndAsync();
        }
        finally
        {
            await other.StopAsync(CancellationToken.None);
        }
    }

    /// <summary>One visit: in, publish, ask, yes, a no, yes again. Whatever is refused while the line is broken is refused; then it is mended.</summary>
    async Task<int> StruckAsync(BookingStage counter, BrittleLine line, int message, bool isHeard)
    {
        var visit = await InCallAsync(counter.Cluster);
        line.BreakAt(message, isHeard);
        await visit.TryAsync(async () =>
        {
            await visit.ComeInAsync();
            await visit.AskAsync();
            await visit.AnswerAsync(yes: true);
        });
        await visit.TryAsync(() => visit.AnswerAsync(yes: false));
        await visit.TryAsync(visit.AskAsync);
        await visit.TryAsync(() => visit.AnswerAsync(yes: true));
        var said = line.Said;
        await SettledAsync(visit, line, $"message {message} {(isHeard ? "heard" : "lost")}", wantsRecording: null);

        line.Mend();
        await visit.ComeInAsync();
        await visit.TryAsync(visit.AskAsync);
        await visit.TryAsync(() => visit.AnswerAsync(yes: true));
        await SettledAsync(visit, line, $"mended after message {message} {(isHeard ? "heard" : "lost")}", wantsRecording: true);
        await visit.AnswerAsync(yes: false);
        await SettledAsync(visit, line, $"a no after message {message}", wantsRecording: false);
        await visit.EndAsync();
        return said;
    }

    /// <summary>Waits until all three say the same: both rooms at all times, and the node when it can be asked through the line.</summary>
    async Task SettledAsync(StruckVisit visit, BrittleLine line, string when, bool? wantsRecording) => await visit.Cluster.UntilAsync(
        async () =>
        {
            var (call, recording) = (await visit.CallAsync(), await visit.RecordingAsync());
            if (recording.SegmentOpen != (call.RecordingSegment is not null)) return false;
            if (call.Recording && call.RecordingSegment is null) return false;
            if (line.IsBroken) return true;
            var writes = await WritesAsync(visit.Room);
            return writes == (call.RecordingSegment is not null) && (wantsRecording is null || writes == wantsRecording);
        },
        $"call, recording and node agree: {when}");

    /// <summary>What Janus itself says, asked beside the line.</summary>
    async Task<bool> WritesAsync(string room)
    {
        var session = await stage.Client.CreateSessionAsync(Ct);
        var handle = await session.AttachAsync(Ct);
        var list = await session.MessageAsync(handle, JanusBody.Request("list", ("admin_key", session.Node.AdminKey)), ct: Ct);
        await session.DestroyAsync(Ct);
        return list.Data.GetProperty("list").EnumerateArray().Any(r => r.GetProperty("room").GetString() == room && r.GetProperty("record").GetBoolean());
    }

    internal static async Task<StruckVisit> InCallAsync(RoomCluster cluster)
    {
        var id = $"v{Guid.NewGuid():N}"[..12];
        await cluster.SeedAsync(BookingStage.Tenant, id, "appointment", StruckVisits.Booked(), StruckVisits.Invited(), new VisitStarted(RoomCluster.Start));
        await cluster.SeedAsync(BookingStage.Tenant, id, "call", [.. StruckVisits.InCall()]);
        return new StruckVisit(cluster, id, Offer);
    }
}

/// <summary>A citizen and an officer in a call, spoken for grain by grain.</summary>
sealed class StruckVisit(RoomCluster cluster, string id, string offer)
{
    readonly Caller officer = RoomCluster.Staff(BookingStage.Tenant);
    readonly Caller citizen = RoomCluster.Participant(BookingStage.Tenant, id, "gerrit");

    public string Id => id;

    public RoomCluster Cluster => cluster;

    public string Room => MediaRoomName.Of(GrainKey.Of(BookingStage.Tenant, id));

    public ICallRoomGrain Call => cluster.Grain<ICallRoomGrain>(BookingStage.Tenant, id);

    IRecordingGrain Recorder => cluster.Grain<IRecordingGrain>(BookingStage.Tenant, id);

    public async Task<CallView> CallAsync()
    {
        using var _ = RoomCluster.As(officer);
        return await Call.View();
    }

    public async Task<RecordingView> RecordingAsync()
    {
        using var _ = RoomCluster.As(officer);
        return await Recorder.View();
    }

    /// <summary>As browsers do: connect, publish, receive; what is refused is asked again by them later.</summary>
    public async Task ComeInAsync()
    {
        foreach (var who in new[] { officer, citizen })
        {
            using var _ = RoomCluster.As(who);
            await Call.Connected($"c-{who.Id}", up: true);
            await Call.Publish(new PublishMedia(offer, [new MediaLine("0", "microphone")]));
            await Call.Subscribe();
        }
    }

    /// <summary>The officer's browser says that it is there.</summary>
    public async Task ConnectAsync()
    {
        using var _ = RoomCluster.As(officer);
        await Call.Connected("c-again", up: true);
    }

    public async Task RemoveAsync()
    {
        using var _ = RoomCluster.As(officer);
        await Call.Remove(new RemoveParticipant { CommandId = Guid.NewGuid(), Participant = citizen.Id });
    }

    public async Task LeaveAsync()
    {
        using var _ = RoomCluster.As(citizen);
        await Call.Leave(new LeaveCall { CommandId = Guid.NewGuid() });
    }

    /// <summary>The citizen's link is opened in a second browser, which waits.</summary>
    public async Task ArriveElsewhereAsync()
    {
        using var _ = RoomCluster.As(citizen with { Session = "s2" });
        await Call.Arrive(new Arrive { CommandId = Guid.NewGuid() });
    }

    /// <summary>The second browser is let in instead of the first.</summary>
    public async Task ReplaceAsync()
    {
        using var _ = RoomCluster.As(officer);
        await Call.Admit(new AdmitParticipant { CommandId = Guid.NewGuid(), Participant = citizen.Id, Session = "s2" });
    }

    public async Task AskAsync()
    {
        using var _ = RoomCluster.As(officer);
        await Recorder.Ask(new AskConsent { CommandId = Guid.NewGuid() });
    }

    public async Task AnswerAsync(bool yes)
    {
        using var _ = RoomCluster.As(citizen);
        await Recorder.Answer(new AnswerConsent { CommandId = Guid.NewGuid(), Yes = yes, TextVersion = (await Recorder.View()).TextVersion });
    }

    public async Task EndAsync()
    {
        using var _ = RoomCluster.As(officer);
        await Call.End(new EndCall { CommandId = Guid.NewGuid() });
    }

    public async Task TryAsync(Func<Task> act)
    {
        try
        {
            await act();
        }
        catch (BalieException)
        {
            // Media is away, or what was asked no longer fits: a person would see the sentence and go on.
        }
    }
}
