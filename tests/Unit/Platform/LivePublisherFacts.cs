using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Platform;
using Microsoft.Extensions.Logging.Abstractions;

namespace Balie.Unit.Tests.Platform;

/// <summary>What a room says to the viewers of its visit when it changes faster than that can be carried.</summary>
public sealed class LivePublisherFacts
{
    private readonly List<(LiveUpdate Update, TaskCompletionSource Done)> _sent = [];
    private readonly LivePublisher _live;

    public LivePublisherFacts() => _live = new LivePublisher(SendAsync, "zonnedaal/v1", NullLogger.Instance);

    [Fact]
    public void While_one_is_on_its_way_only_the_newest_view_waits()
    {
        foreach (var version in new[] { 1, 2, 3 }) _live.Publish(View(version));

        Carry(0);

        _sent.Select(s => s.Update.Version).ShouldBe([1, 3]);
    }

    [Fact]
    public async Task Signals_are_all_said_and_in_order()
    {
        _live.Publish(View(1));
        foreach (var to in new[] { "p1", "p2", "p1" }) _live.Publish(new LiveUpdate { Room = "signal", Version = 0, View = "offer", To = to });
        _live.Publish(View(2));

        for (var i = 0; i < 5; i++) Carry(i);

        _sent.Select(s => s.Update.To).ShouldBe([null, "p1", "p2", "p1", null]);
        await _live.DrainAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public void What_could_not_be_told_does_not_silence_the_room()
    {
        _live.Publish(View(1));
        _live.Publish(View(2));

        _sent[0].Done.SetException(new TimeoutException());

        _sent.Select(s => s.Update.Version).ShouldBe([1, 2]);
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
