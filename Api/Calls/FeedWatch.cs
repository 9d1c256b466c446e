using Balie.Grains.Interfaces.Platform;

namespace Balie.Api.Calls;

/// <summary>
/// This node's ear at one live feed, while somebody here watches. Opening and closing happen one at a time; who comes while it opens waits until it listens. It says every
/// second that it is still here, and so finds a feed that had to open elsewhere.
/// </summary>
/// <param name="onMissed">Something that nobody says again may have gone past this node.</param>
internal sealed class FeedWatch(IClusterClient client, GrainKey key, Action<LiveUpdate> onUpdate, Action onMissed, TimeProvider clock, ILogger log) : ILiveWatcher, IAsyncDisposable
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly CancellationTokenSource _end = new();
    private readonly Deliveries _deliveries = new();
    private ILiveWatcher? _self;
    private bool _silent;

    public async Task ListenAsync(CancellationToken ct = default)
    {
        await _gate.WaitAsync(ct);
        try
        {
            if (_self is not null) return;
            // Orleans knows this object by a weak reference only; whoever holds this watch keeps it.
            var self = client.CreateObjectReference<ILiveWatcher>(this);
            try
            {
                await Feed.Watch(self);
            }
            catch
            {
                client.DeleteObjectReference<ILiveWatcher>(self);
                throw;
            }

            _self = self;
            _ = StayAsync(self);
        }
        finally
        {
            _gate.Release();
        }
    }

    public Task Hear(LiveUpdate update)
    {
        if (update.Id != Guid.Empty && !_deliveries.IsNew(update.Id)) return Task.CompletedTask;
        if (update.Room == LiveFeed.Missed) onMissed();
        else onUpdate(update);
        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _gate.WaitAsync();
        try
        {
            if (_self is not { } self) return;
            _self = null;
            try
            {
                await Feed.Leave(self);
            }
            finally
            {
                client.DeleteObjectReference<ILiveWatcher>(self);
            }
        }
        catch (Exception cause) when (Platform.Refusal.IsAway(cause))
        {
            // The feed forgets who does not say any more that they are there.
            log.LogDebug(cause, "Could not leave the live feed of {Feed}.", key);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>The edge speaks for itself here, not for the viewer who happened to come first.</summary>
    private ILiveFeedGrain Feed
    {
        get
        {
            Caller.Current = Caller.System(key.Tenant, "live");
            return client.GetGrain<ILiveFeedGrain>(key.ToString());
        }
    }

    private async Task StayAsync(ILiveWatcher self)
    {
        using var timer = new PeriodicTimer(LiveFeed.WatchAgain, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(_end.Token)) await TryAsync(self);
        }
        catch (Exception) when (_end.IsCancellationRequested)
        {
            // Nobody watches here any more.
        }
    }

    private async Task TryAsync(ILiveWatcher self)
    {
        try
        {
            var isComplete = await Feed.Watch(self).WaitAsync(_end.Token);
            // The answer that was lost may have been the one that says so.
            var isSure = isComplete && !_silent;
            _silent = false;
            if (!isSure) onMissed();
        }
        catch (Exception cause) when (!_end.IsCancellationRequested)
        {
            if (_silent) return;
            _silent = true;
            log.LogWarning(cause, "The live feed of {Feed} did not answer; viewers are told to ask what they missed when it does.", key);
        }
    }
}
