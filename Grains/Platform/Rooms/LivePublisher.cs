using Balie.Grains.Interfaces.Platform;
using Microsoft.Extensions.Logging;
using Orleans.Streams;

namespace Balie.Grains.Platform;

/// <summary>
/// Tells viewers of one stream what changed, one update after the other, without holding up the answer to the caller. A lost update is tolerated: the next
/// one carries the whole view, and viewers compare versions with the journal.
/// </summary>
internal sealed partial class LivePublisher(Grain grain, string streamNamespace, string key, ILogger log)
{
    private Task _last = Task.CompletedTask;

    public void Publish(LiveUpdate update) => _last = AfterAsync(_last, update);

    public Task DrainAsync(CancellationToken ct) => _last.WaitAsync(ct);

    private async Task AfterAsync(Task earlier, LiveUpdate update)
    {
        await earlier;
        try
        {
            await grain.GetStreamProvider(LiveFeed.Provider).GetStream<LiveUpdate>(StreamId.Create(streamNamespace, key)).OnNextAsync(update);
        }
        catch (Exception problem)
        {
            LogNotTold(problem, update.Room, update.Version, key);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Version {Version} of {Room} of {Key} was not told to its viewers.")]
    private partial void LogNotTold(Exception problem, string room, long version, string key);
}
