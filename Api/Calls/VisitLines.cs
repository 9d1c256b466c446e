using System.Collections.Concurrent;
using Microsoft.AspNetCore.SignalR;

namespace Balie.Api.Calls;

/// <summary>
/// SignalR's own keeper of the connections of <see cref="VisitHub"/>, which also hands out each browser's line: what is said to several of them is then
/// serialised once, and nobody walks past all connections of this node to find a few.
/// </summary>
public sealed class VisitLines(ILogger<DefaultHubLifetimeManager<VisitHub>> keeper, ILogger<VisitLine> log) : DefaultHubLifetimeManager<VisitHub>(keeper)
{
    private readonly ConcurrentDictionary<string, VisitLine> _lines = new(StringComparer.Ordinal);

    /// <summary>Null once the browser is gone.</summary>
    public VisitLine? Find(string connection) => _lines.GetValueOrDefault(connection);

    public override Task OnConnectedAsync(HubConnectionContext connection)
    {
        _lines[connection.ConnectionId] = new VisitLine(connection, log);
        return base.OnConnectedAsync(connection);
    }

    public override Task OnDisconnectedAsync(HubConnectionContext connection)
    {
        _lines.TryRemove(connection.ConnectionId, out _);
        return base.OnDisconnectedAsync(connection);
    }
}
