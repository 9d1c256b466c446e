using Balie.Grains.Interfaces.Platform;
using Microsoft.Extensions.Logging;

namespace Balie.Grains.Platform;

/// <summary>
/// Tells a visit's viewers what changed, one update after the other, without holding up the answer to the caller. While one is on its way, a newer view of
/// a room takes the place of the one that waits: views are whole. A lost update is tolerated: the next one carries the whole view, and viewers compare versions
/// with the journal. Runs in its grain's turns.
/// </summary>
internal sealed partial class LivePublisher(Func<LiveUpdate, Task> send, string key, ILogger log)
{
    private readonly List<LiveUpdate> _waiting = [];
    private Task _last = Task.CompletedTask;

    public void Publish(LiveUpdate update)
    {
        if (update is { Version: > 0, To: null }) _waiting.RemoveAll(w => w.Room == update.Room && w.To is null && w.Version > 0);
        _waiting.Add(update);
        if (_last.IsCompleted) _last = PublishAsync();
    }

    public Task DrainAsync(CancellationToken ct) => _last.WaitAsync(ct);

    private async Task PublishAsync()
    {
        while (_waiting is [var update, ..])
        {
            _waiting.RemoveAt(0);
            try
            {
                await send(update);
            }
            catch (Exception problem)
            {
                LogNotTold(problem, update.Room, update.Version, key);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Version {Version} of {Room} of {Key} was not told to its viewers.")]
    private partial void LogNotTold(Exception problem, string room, long version, string key);
}
