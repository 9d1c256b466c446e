using Balie.Grains.Platform.Keys;
using Microsoft.Extensions.Logging;

namespace Balie.Grains.Platform;

/// <summary>What every room stands on; injected into room grains.</summary>
public sealed class RoomServices(IJournal journal, EventSerializer events, IKeyRing keys, JournalClock clock, ILoggerFactory logs)
{
    public IJournal Journal { get; } = journal;

    public EventSerializer Events { get; } = events;

    public IKeyRing Keys { get; } = keys;

    public TimeProvider Clock { get; } = clock;

    public ILoggerFactory Logs { get; } = logs;
}
