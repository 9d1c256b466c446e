using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Platform;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Balie.Unit.Tests.Platform;

/// <summary>What a room says to the viewers of its visit when it changes faster than that can be carried.</summary>
public sealed class LivePublisherFacts
{
    private readonly List<(LiveUpdate Update, TaskCompletionSource Done)> _sent = [];
    private readonly FakeTimeProvider _clock = new();
    private readonly LivePublisher _live;

    public LivePublisherFacts() => _live = new LivePublisher(SendAsync, "zonnedaal/v1", _clock, NullLogger.Instance);

    [Fact]
    public void While_one_is_on_its_way_only_the_newest_view_waits()
    {
        foreach (var version in new[] { 1, 2, 3 }) _live.Publish(View(version));

        Carry(0);

        _sent.Select(s => s.Update.Version).ShouldBe([1, 3]);
    }

    [Fact]
    public void What_was_told_after_somebody_was_removed_comes_after_the_removal()
    {
        var dossier = new LiveUpdate { Room = "dossier", Version = 9, View = "new" };
        _live.Publish(dossier with { Version = 8 });
        _live.Publish(new LiveUpdate { Room = "call", Version = 5, View = "removed" });
        _live.Publish(dossier);
        _live.Publish(new LiveUpdate { Room = "call", Version = 6, View = "removed, and written down" });

        for (var i = 0; i < 3; i++) Carry(i);

        _sent.Select(s => (s.Update.Room, s.Update.Version)).ShouldBe([("dossier", 8), ("call", 6), ("dossier", 9)]);
    }

    [Fact]
    public async Task A_removal_that_did_not_arrive_is_said_again_before_what_was_told_after_it()
    {
        _live.Publish(new LiveUpdate { Room = "call", Version = 5, View = "removed" });
        _live.Publish(new LiveUpdate { Room = "dossier", Version = 9, View = "new" });
        _live.Publish(new LiveUpdate { Room = "call", Version = 6, View = "removed, and written down" });

        _sent[0].Done.SetException(new TimeoutException());
        _clock.Advance(TimeSpan.FromSeconds(1));

        _sent[1].Update.Version.ShouldBe(5);
        for (var i = 1; i < 4; i++) Carry(i);
        await _live.EndAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Signals_are_all_said_and_in_order()
    {
        _live.Publish(View(1));
        foreach (var to in new[] { "p1", "p2", "p1" }) _live.Publish(new LiveUpdate { Room = "signal", Version = 0, View = "offer", To = to });
        _live.Publish(View(2));

        for (var i = 0; i < 5; i++) Carry(i);

        _sent.Select(s => s.Update.To).ShouldBe([null, "p1", "p2", "p1", null]);
        await _live.EndAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public void What_could_not_be_told_is_said_again_after_a_while()
    {
        var signal = new LiveUpdate { Room = "signal", Version = 0, View = "offer", To = "p1" };
        _live.Publish(signal);
        _live.Publish(View(1));

        _sent[0].Done.SetException(new TimeoutException());
        _sent.Count.ShouldBe(1, "at once it would fail again");
        _clock.Advance(TimeSpan.FromSeconds(1));
        Carry(1);

        _sent.Select(s => s.Update).ShouldBe([signal, signal, View(1)]);
    }

    [Fact]
    public void A_view_that_did_not_arrive_is_not_said_again_when_a_newer_one_waits()
    {
        _live.Publish(View(1));
        _live.Publish(View(2));

        _sent[0].Done.SetException(new TimeoutException());

        _sent.Select(s => s.Update.Version).ShouldBe([1, 2]);
    }

    [Fact]
    public void What_never_arrives_does_not_silence_the_room_for_ever()
    {
        _live.Publish(new LiveUpdate { Room = "signal", Version = 0, View = "offer", To = "p1" });
        _live.Publish(View(1));

        for (var tries = 0; _sent[^1].Update.Version == 0; tries++)
        {
            tries.ShouldBeLessThan(200);
            _sent[^1].Done.SetException(new TimeoutException());
            _clock.Advance(TimeSpan.FromSeconds(1));
        }

        _sent[^1].Update.ShouldBe(View(1));
        Carry(_sent.Count - 1);
        _sent[^1].Update.Room.ShouldBe(LiveFeed.Missed, "whoever can be told again hears that something is lost");
        Carry(_sent.Count - 1);
        _live.Publish(View(2));
        Carry(_sent.Count - 1);
        _sent[^1].Update.ShouldBe(View(2), "and hears it once");
    }

    [Fact]
    public void Who_insists_says_that_something_was_given_up_also_when_nothing_follows()
    {
        var room = new LivePublisher(SendAsync, "zonnedaal/v1", _clock, NullLogger.Instance, insists: true);
        room.Publish(new LiveUpdate { Room = "signal", Version = 0, View = "offer", To = "p1" });

        for (var tries = 0; tries < 300; tries++)
        {
            _sent[^1].Done.SetException(new TimeoutException());
            _clock.Advance(TimeSpan.FromSeconds(1));
        }

        _sent[^1].Update.Room.ShouldBe(LiveFeed.Missed);
        var said = _sent.Count;
        Carry(said - 1);
        _sent.Count.ShouldBe(said, "it has arrived");
    }

    [Fact]
    public void Who_could_not_be_told_so_much_that_the_oldest_went_hears_that_something_is_lost()
    {
        for (var i = 0; i < 258; i++) _live.Publish(new LiveUpdate { Room = "signal", Version = 0, View = i, To = "p1" });

        for (var i = 0; i < 258; i++) Carry(i);

        _sent.Count.ShouldBe(258, "one of 258 went, and one says so");
        _sent.Select(s => s.Update.Room).Distinct().ShouldBe(["signal", LiveFeed.Missed]);
    }

    [Fact]
    public void A_line_whose_end_is_gone_says_nothing_more()
    {
        _live.Publish(View(1));
        _live.Publish(View(2));

        var closed = _live.CloseAsync();
        closed.IsCompleted.ShouldBeFalse("one is on its way");
        _sent[0].Done.SetException(new TimeoutException());
        _clock.Advance(TimeSpan.FromMinutes(1));
        _live.Publish(View(3));

        _sent.Count.ShouldBe(1);
        closed.IsCompletedSuccessfully.ShouldBeTrue();
    }

    private static LiveUpdate View(long version) => new() { Room = "call", Version = version, View = "view" };

    private void Carry(int nth) => _sent[nth].Done.SetResult();

    private Task SendAsync(LiveUpdate update)
    {
        var done = new TaskCompletionSource();
        _sent.Add((update, done));
        return done.Task;
    }
}
