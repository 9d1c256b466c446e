using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;

namespace Balie.Api.Calls;

/// <summary>
/// What is on its way to one browser, in order. Nobody waits for a browser that reads slowly: while something is being written to it, a newer view of a room
/// takes the place of the one that waits, since views are whole. Signals are each sent; a browser that is too many of them behind is cut off, and comes back.
/// </summary>
public sealed class VisitLine(HubConnectionContext connection, ILogger<VisitLine> log)
{
    /// <summary>Messages that may wait.</summary>
    private const int Most = 256;

    /// <summary>Meter <c>Balie.Live</c>.</summary>
    private static readonly Meter Meter = new("Balie.Live");
    private static readonly Counter<long> Deliveries = Meter.CreateCounter<long>("balie.live.deliveries", "{delivery}", "Changes, signals and head versions that were sent to browsers.");
    private static readonly Counter<long> Superseded = Meter.CreateCounter<long>("balie.live.superseded", "{change}", "Changes that were not sent, because a newer view of the same room went instead.");

    private readonly Lock _lock = new();
    private readonly List<LineMessage> _waiting = [];
    private bool _writing;

    /// <summary>Returns at once.</summary>
    public void Say(LineMessage message)
    {
        lock (_lock)
        {
            if (_writing)
            {
                Keep(message);
                return;
            }
            _writing = true;
        }

        var first = WriteAsync(message);
        if (!first.IsCompletedSuccessfully || !IsDone()) _ = PumpAsync(first);
    }

    private async Task PumpAsync(ValueTask writing)
    {
        try
        {
            await writing;
            while (Next() is { } message) await WriteAsync(message);
        }
        catch (Exception cause) when (cause is not OutOfMemoryException)
        {
            // One browser's trouble is not the others'. It comes back and enters.
            log.LogWarning(cause, "Could not tell a browser what changed; connection {Connection}.", connection.ConnectionId);
            connection.Abort();
        }
    }

    private ValueTask WriteAsync(LineMessage message)
    {
        Deliveries.Add(1);
        return connection.WriteAsync(message.Content);
    }

    /// <summary>Called with the lock held. What is newer goes to the end, so that it never overtakes another room's news.</summary>
    private void Keep(LineMessage message)
    {
        if (message.Replaces is { } room && _waiting.FindIndex(w => w.Replaces == room) is var at and >= 0)
        {
            Superseded.Add(1);
            if (_waiting[at].Version > message.Version) return;
            _waiting.RemoveAt(at);
        }

        _waiting.Add(message);
        if (_waiting.Count > Most) connection.Abort();
    }

    private bool IsDone()
    {
        lock (_lock)
        {
            if (_waiting.Count > 0) return false;
            _writing = false;
            return true;
        }
    }

    private LineMessage? Next()
    {
        lock (_lock)
        {
            if (_waiting is [var next, ..])
            {
                _waiting.RemoveAt(0);
                return next;
            }
            _writing = false;
            return null;
        }
    }
}

/// <summary>One message, serialised once for all lines it goes to.</summary>
/// <param name="Replaces">The room whose older view it takes the place of; null for what must be sent each time.</param>
public sealed record LineMessage(string? Replaces, long Version, SerializedHubMessage Content)
{
    public static LineMessage Changed(string room, long version, object? view) => new(room, version, Of(nameof(IVisitClient.Changed), room, version, view));

    public static LineMessage Heads(IReadOnlyDictionary<string, long> heads) => new(nameof(Heads), 0, Of(nameof(IVisitClient.Heads), heads));

    public static LineMessage Missed { get; } = new(nameof(Missed), 0, Of(nameof(IVisitClient.Missed)));

    public static LineMessage Signal(object signal) => new(null, 0, Of(nameof(IVisitClient.Signal), signal));

    private static SerializedHubMessage Of(string method, params object?[] arguments) => new(new InvocationMessage(method, arguments));
}
