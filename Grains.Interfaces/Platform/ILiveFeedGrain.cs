using Orleans.Concurrency;

namespace Balie.Grains.Interfaces.Platform;

/// <summary>
/// Where a visit's rooms (key <c>{tenant}/{visit}</c>), or a municipality's queue (key <c>{tenant}/queue</c>), say what changed, and web nodes with viewers hear it. It keeps
/// nothing: when its silo dies it opens elsewhere empty, and its watchers find it there by watching again.
/// </summary>
[Alias("ILiveFeedGrain")]
public interface ILiveFeedGrain : IGrainWithStringKey
{
    /// <summary>From now on the watcher hears of every change, or of a newer one in its place. Forgotten when it is not repeated.</summary>
    /// <returns>False when something may have gone past the watcher: the feed did not know it (any more), or gave up telling it something.</returns>
    [Allow(CallerKind.System), Alias("Watch"), ResponseTimeout("00:00:05")]
    Task<bool> Watch(ILiveWatcher watcher);

    /// <summary>Returns when nothing is on its way to the watcher any more.</summary>
    [Allow(CallerKind.System), Alias("Leave"), AlwaysInterleave, ResponseTimeout("00:00:05")]
    Task Leave(ILiveWatcher watcher);

    /// <summary>Returns at once: no room waits for a watcher.</summary>
    [Allow(CallerKind.System), Alias("Tell"), ResponseTimeout("00:00:05")]
    Task Tell(LiveUpdate update);
}

/// <summary>What feeds and their watchers agree on.</summary>
public static class LiveFeed
{
    /// <summary>How often a watcher says that it is still there: a feed that opened anew elsewhere is found within it.</summary>
    public static TimeSpan WatchAgain { get; } = TimeSpan.FromSeconds(1);

    /// <summary>The room of an update that says only this: something before it was given up on its way.</summary>
    public const string Missed = "missed";
}

/// <summary>A web node that has viewers of one visit (or queue).</summary>
[Alias("ILiveWatcher")]
public interface ILiveWatcher : IGrainObserver
{
    /// <summary>
    /// Updates come one after the other, in the order in which their rooms said them. One whose receipt was lost comes again: views are recognised by their version, the
    /// rest by <see cref="LiveUpdate.Id"/>.
    /// </summary>
    [Alias("Hear"), ResponseTimeout("00:00:05")]
    Task Hear(LiveUpdate update);
}
