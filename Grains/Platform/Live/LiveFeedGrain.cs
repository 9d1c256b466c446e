using Balie.Grains.Interfaces.Platform;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Placement;

namespace Balie.Grains.Platform;

/// <summary>How a feed deals with watchers; nobody sets this but tests.</summary>
public sealed class LiveFeedOptions
{
    /// <summary>A watcher that has not said for so long that it is there is forgotten.</summary>
    public TimeSpan Lease { get; set; } = LiveFeed.WatchAgain * 10;

    /// <summary>
    /// What a feed hears in its first moments it says to every watcher that comes within them: they are on their way back from the silo where the feed was before.
    /// </summary>
    public TimeSpan ComingBack { get; set; } = LiveFeed.WatchAgain * 10;
}

/// <summary>
/// Passes on what rooms say to the web nodes that watch. Each watcher has a line of its own (<see cref="LivePublisher"/>), so a slow or dead one holds up neither
/// rooms nor other watchers. Opened by who speaks or watches first, and beside them where that is a silo with rooms.
/// </summary>
[PreferLocalPlacement]
public sealed class LiveFeedGrain(JournalClock clock, IOptions<LiveFeedOptions> options, ILogger<LiveFeedGrain> log) : Grain, ILiveFeedGrain
{
    private readonly Dictionary<ILiveWatcher, Watching> _watchers = [];
    private readonly LiveBacklog _early = new();
    private readonly long _opened = clock.GetTimestamp();

    private bool IsNew => clock.GetElapsedTime(_opened) < options.Value.ComingBack;

    public Task<bool> Watch(ILiveWatcher watcher)
    {
        if (_watchers.TryGetValue(watcher, out var known))
        {
            known.SeenAt = clock.GetTimestamp();
            if (!IsNew) _early.Clear();
            return Task.FromResult(!known.Line.TakeLoss());
        }

        var line = new LivePublisher(watcher.Hear, this.GetPrimaryKeyString(), clock, log);
        _watchers[watcher] = new Watching(line) { SeenAt = clock.GetTimestamp() };
        if (IsNew)
        {
            foreach (var update in _early.Updates) line.Publish(update);
        }
        else _early.Clear();

        return Task.FromResult(false);
    }

    public Task Leave(ILiveWatcher watcher) => _watchers.Remove(watcher, out var left) ? left.Line.CloseAsync() : Task.CompletedTask;

    public Task Tell(LiveUpdate update)
    {
        if (IsNew) _early.Add(update);
        else _early.Clear();
        foreach (var (watcher, watching) in _watchers)
        {
            if (clock.GetElapsedTime(watching.SeenAt) > options.Value.Lease) _ = Leave(watcher);
            else watching.Line.Publish(update);
        }

        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) =>
        Task.WhenAll(_watchers.Values.Select(watching => watching.Line.EndAsync(cancellationToken)));

    private sealed class Watching(LivePublisher line)
    {
        public LivePublisher Line { get; } = line;

        public long SeenAt { get; set; }
    }
}
