using System.Threading.Channels;
using Balie.Api.Calls;
using Balie.Grains.Interfaces.Calls;
using Balie.Grains.Interfaces.Documents;
using Balie.Grains.Interfaces.Platform;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Logging.Abstractions;

namespace Balie.Unit.Tests.Api;

/// <summary>What is on its way to a browser, and who shares a message with whom.</summary>
public sealed class LineFacts
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_browser_that_reads_slowly_gets_the_newest_view_of_a_room_and_holds_up_nobody()
    {
        var slow = new SlowConnection();
        var line = new VisitLine(slow, NullLogger<VisitLine>.Instance);
        var (first, second, third, call) = (Changed("dossier", 1), Changed("dossier", 2), Changed("dossier", 3), Changed("call", 1));

        foreach (var message in new[] { first, second, call, third }) line.Say(message);

        (await slow.ReadAsync(Ct)).ShouldBe(first.Content);
        (await slow.ReadAsync(Ct)).ShouldBe(call.Content);
        (await slow.ReadAsync(Ct)).ShouldBe(third.Content);
        slow.Written.ShouldBe(3);
    }

    [Fact]
    public async Task What_comes_late_does_not_take_the_place_of_what_is_newer()
    {
        var slow = new SlowConnection();
        var line = new VisitLine(slow, NullLogger<VisitLine>.Instance);
        var (first, newest) = (Changed("dossier", 1), Changed("dossier", 3));

        foreach (var message in new[] { first, newest, Changed("dossier", 2) }) line.Say(message);

        (await slow.ReadAsync(Ct)).ShouldBe(first.Content);
        (await slow.ReadAsync(Ct)).ShouldBe(newest.Content);
        slow.Written.ShouldBe(2);
    }

    [Fact]
    public async Task Every_signal_is_sent_and_in_order()
    {
        var slow = new SlowConnection();
        var line = new VisitLine(slow, NullLogger<VisitLine>.Instance);
        var signals = Enumerable.Range(1, 4).Select(_ => LineMessage.Signal(new MediaSignal { PublishAgain = true })).ToList();

        signals.ForEach(line.Say);

        foreach (var signal in signals) (await slow.ReadAsync(Ct)).ShouldBe(signal.Content);
    }

    [Fact]
    public async Task After_a_pause_the_line_goes_on()
    {
        var slow = new SlowConnection();
        var line = new VisitLine(slow, NullLogger<VisitLine>.Instance);
        foreach (var version in Enumerable.Range(1, 3))
        {
            var message = Changed("dossier", version);
            line.Say(message);
            (await slow.ReadAsync(Ct)).ShouldBe(message.Content);
        }
    }

    [Fact]
    public void A_browser_that_is_hundreds_of_signals_behind_is_cut_off()
    {
        var slow = new SlowConnection();
        var line = new VisitLine(slow, NullLogger<VisitLine>.Instance);

        for (var i = 0; i < 300; i++) line.Say(LineMessage.Signal(new MediaSignal { PublishAgain = true }));

        slow.Aborted.ShouldBeTrue();
    }

    [Fact]
    public void Only_viewers_who_may_see_the_same_share_a_message()
    {
        var call = SeatFacts.Call(seated: "s1");
        var messages = new ViewerMessages(new LiveUpdate { Room = "dossier", Version = 2, View = Dossier() }, call);

        var (officer, colleague) = (messages.For(Staff("an.peeters")), messages.For(Staff("bo.claes")));
        var (inside, again, outside) = (messages.For(Participant("p1", "s1")), messages.For(Participant("p1", "s1")), messages.For(Participant("p1", "s2")));

        officer.ShouldNotBeNull().ShouldBeSameAs(colleague);
        inside.ShouldNotBeNull().ShouldBeSameAs(again);
        inside.ShouldNotBeSameAs(officer);
        outside.ShouldNotBeNull().ShouldNotBeSameAs(inside);
        outside.ShouldNotBeSameAs(officer);
    }

    [Fact]
    public void A_view_that_differs_for_each_participant_is_shared_by_none()
    {
        var call = SeatFacts.Call(seated: "s1", SeatStatus.Waiting);
        call = call with { Seats = [.. call.Seats, call.Seats[0] with { Participant = "p2", Session = "s2" }] };
        var messages = new ViewerMessages(new LiveUpdate { Room = "call", Version = 2, View = call }, call);

        messages.For(Participant("p1", "s1")).ShouldNotBeNull().ShouldNotBeSameAs(messages.For(Participant("p2", "s2")));
    }

    [Fact]
    public void What_is_for_one_seat_is_for_no_other_browser()
    {
        var messages = new ViewerMessages(new LiveUpdate { Room = "signal", Version = 0, View = new MediaSignal { PublishAgain = true }, To = "p1" }, SeatFacts.Call(seated: "s1"));

        messages.For(Participant("p1", "s1")).ShouldNotBeNull();
        messages.For(Participant("p1", "s2")).ShouldBeNull();
        messages.For(Participant("p2", "s1")).ShouldBeNull();
        messages.For(Staff("an.peeters")).ShouldBeNull();
    }

    private static LineMessage Changed(string room, long version) => LineMessage.Changed(room, version, null);

    private static Caller Staff(string id) => new() { Kind = CallerKind.Staff, Tenant = "zonnedaal", Id = id };

    private static Caller Participant(string id, string session) => new() { Kind = CallerKind.Participant, Tenant = "zonnedaal", Id = id, Visit = "v1", Session = session };

    private static DossierView Dossier() => new()
    {
        Version = 2,
        Documents = [SeatFacts.Document()],
        Report = new ReportView(false, [new ReportSectionView { Section = "feiten", Heading = "Feiten", Text = "geheim verslag", Version = 1 }]),
    };

    /// <summary>A browser's connection whose every write waits until the browser reads it.</summary>
    private sealed class SlowConnection() : HubConnectionContext(new DefaultConnectionContext(), new HubConnectionContextOptions(), NullLoggerFactory.Instance)
    {
        private readonly Channel<(SerializedHubMessage Message, TaskCompletionSource Read)> _writes = Channel.CreateUnbounded<(SerializedHubMessage, TaskCompletionSource)>();

        public int Written { get; private set; }

        public bool Aborted { get; private set; }

        public override ValueTask WriteAsync(SerializedHubMessage message, CancellationToken cancellationToken = default)
        {
            Written++;
            var read = new TaskCompletionSource();
            _writes.Writer.TryWrite((message, read));
            return new ValueTask(read.Task);
        }

        public override void Abort() => Aborted = true;

        public async Task<SerializedHubMessage> ReadAsync(CancellationToken ct)
        {
            var (message, read) = await _writes.Reader.ReadAsync(ct);
            read.SetResult();
            return message;
        }
    }
}
