using Balie.Grains.Interfaces.Platform;
using Orleans.Streams;

namespace Balie.Api.Calls;

/// <summary>
/// One subscription of this node to a live stream while somebody here watches. Opening and closing happen one at a time; who comes while
/// it opens waits until it listens.
/// </summary>
internal sealed class StreamPost(IClusterClient client, string space, string key, Func<LiveUpdate, Task> onUpdate, ILogger log) : IAsyncDisposable
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly Deliveries _deliveries = new();
    private StreamSubscriptionHandle<LiveUpdate>? _handle;

    public async Task ListenAsync(CancellationToken ct = default)
    {
        await _gate.WaitAsync(ct);
        try
        {
            if (_handle is not null) return;
            var stream = client.GetStreamProvider(LiveFeed.Provider).GetStream<LiveUpdate>(StreamId.Create(space, key));
            _handle = await stream.SubscribeAsync((update, token) => _deliveries.IsNew(token) ? onUpdate(update) : Task.CompletedTask, error =>
            {
                log.LogWarning(error, "The live stream {Space}/{Key} had trouble; viewers find what they missed by the heads.", space, key);
                return Task.CompletedTask;
            });
        }
        finally
        {
            _gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _gate.WaitAsync();
        try
        {
            if (_handle is { } handle) await handle.UnsubscribeAsync();
            _handle = null;
        }
        catch (Exception cause) when (cause is TimeoutException or Orleans.Runtime.OrleansException)
        {
            // The stream drops subscribers that do not answer by itself.
            log.LogWarning(cause, "Could not end the subscription to {Space}/{Key}.", space, key);
        }
        finally
        {
            _gate.Release();
        }
    }
}
