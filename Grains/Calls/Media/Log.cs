using Microsoft.Extensions.Logging;

namespace Balie.Grains.Calls.Media;

/// <summary>What the media adapter says to the log. Never SDP (it holds addresses of people), never a secret.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "Janus runs as process {Pid} at {Address} (adopted: {Adopted})")]
    internal static partial void Runs(ILogger log, int pid, Uri address, bool adopted);

    [LoggerMessage(2, LogLevel.Warning, "Janus process {Pid} lives but does not answer; ending it")]
    internal static partial void Ends(ILogger log, int pid);

    [LoggerMessage(3, LogLevel.Error, "Janus process {Pid} has ended")]
    internal static partial void Gone(ILogger log, int pid);

    [LoggerMessage(4, LogLevel.Error, "Janus could not be started; trying again")]
    internal static partial void NotStarted(ILogger log, Exception error);

    [LoggerMessage(5, LogLevel.Warning, "{Count} raw tracks were left open by an earlier Janus and are closed now")]
    internal static partial void Swept(ILogger log, int count);

    [LoggerMessage(6, LogLevel.Warning, "The connection to the media node was lost: {Reason}")]
    internal static partial void ConnectionLost(ILogger log, string reason);

    [LoggerMessage(7, LogLevel.Information, "The connection to the media node is back, {Sessions} sessions claimed")]
    internal static partial void Claimed(ILogger log, int sessions);

    [LoggerMessage(8, LogLevel.Warning, "Session {Session} of incarnation {Incarnation} is lost")]
    internal static partial void SessionLost(ILogger log, ulong session, string incarnation);

    [LoggerMessage(9, LogLevel.Error, "A media event could not be handled in room {Room}")]
    internal static partial void EventFailed(ILogger log, string room, Exception error);

    [LoggerMessage(10, LogLevel.Debug, "Room {Room}: {What} of {Participant}")]
    internal static partial void RoomEvent(ILogger log, string room, string what, string participant);

    [LoggerMessage(11, LogLevel.Warning, "Keepalive of session {Session} failed")]
    internal static partial void KeepaliveFailed(ILogger log, ulong session, Exception error);

    [LoggerMessage(12, LogLevel.Warning, "A connection attempt to the media node failed; trying again")]
    internal static partial void ConnectFailed(ILogger log, Exception error);

    [LoggerMessage(14, LogLevel.Debug, "Session {Session} could not be ended; it is no longer kept alive")]
    internal static partial void Abandoned(ILogger log, ulong session, Exception error);

    [LoggerMessage(13, LogLevel.Warning, "The media node sent something that is no JSON object")]
    internal static partial void BadMessage(ILogger log, Exception error);
}
