using Balie.Grains.Interfaces.Platform;
using Microsoft.Extensions.Logging;

namespace Balie.Grains.Platform;

/// <summary>
/// The line from a room to its visit's feed, or from a feed to one of its watchers: one update after the other, without holding up who says it. While one is on its
/// way, a newer view of a room takes the place of the one that waits. What does not arrive is said again for a while, because the other side may be opening
/// elsewhere. What is given up all the same is told as <see cref="LiveFeed.Missed"/> behind the next that arrives. Runs in its grain's turns.
/// </summary>
/// <param name="insists">That something was given up is said until it arrives, also when nothing else is to be said.</param>
internal sealed partial class LivePublisher(Func<LiveUpdate, Task> send, string key, TimeProvider clock, ILogger log, bool insists = false)
{
    private static readonly TimeSpan Again = TimeSpan.FromMilliseconds(250);

    /// <summary>Longer than it takes a cluster to declare a silo dead, by its default settings.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly LiveBacklog _waiting = new();
    private Task _last = Task.CompletedTask;
    private bool _closed, _ending, _lost;

    /// <summary>From a room, or a queue, to its feed.</summary>
    public static LivePublisher ToFeed(IGrainFactory grains, GrainKey key, TimeProvider clock, ILogger log)
    {
        var feed = grains.GetGrain<ILiveFeedGrain>(key.ToString());
        return new LivePublisher(
            update =>
            {
                Caller.Current = Caller.System(key.Tenant, "live");
                return feed.Tell(update);
            },
            key.ToString(), clock, log, insists: true);
    }

    public void Publish(LiveUpdate update)
    {
        if (_closed) return;
        _lost |= !_waiting.Add(update);
        if (_last.IsCompleted) _last = PublishAsync();
    }

    /// <summary>Whom it led to leaves: what waits is dropped, and nothing is said again. Returns when nothing is on its way any more.</summary>
    public Task CloseAsync()
    {
        _closed = true;
        _waiting.Clear();
        return _last;
    }

    /// <summary>Returns when what waits has been said; once each, whether or not it arrived.</summary>
    public Task EndAsync(CancellationToken ct)
    {
        _ending = true;
        return _last.WaitAsync(ct);
    }

    /// <summary>True when something was given up since this was last asked: who asks sees to it that the other side hears so.</summary>
    public bool TakeLoss()
    {
        var lost = _lost;
        _lost = false;
        return lost;
    }

    private async Task PublishAsync()
    {
        while (Next() is { } update)
        {
            if (await ArrivesAsync(update) && TakeLoss()) await ArrivesAsync(Missed());
        }
    }

    private LiveUpdate? Next() => _waiting.Take() ?? (insists && !_closed && !_ending && TakeLoss() ? Missed() : null);

    private async Task<bool> ArrivesAsync(LiveUpdate update)
    {
        for (var begun = clock.GetTimestamp(); ;)
        {
            try
            {
                await send(update);
                return true;
            }
            catch (Exception problem)
            {
                if (_closed || _waiting.Supersedes(update)) return false;
                if (_ending || clock.GetElapsedTime(begun) > Patience)
                {
                    _lost = true;
                    LogNotTold(problem, update.Room, update.Version, key);
                    return false;
                }
            }

            await Task.Delay(Again, clock);
        }
    }

    private static LiveUpdate Missed() => new() { Room = LiveFeed.Missed, Version = 0, View = "", Id = Guid.NewGuid() };

    [LoggerMessage(Level = LogLevel.Warning, Message = "Version {Version} of {Room} of {Key} was not told to its viewers.")]
    private partial void LogNotTold(Exception problem, string room, long version, string key);
}
