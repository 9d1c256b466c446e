using Npgsql;

namespace Balie.Grains.Platform;

/// <summary>
/// The database took no connection, after a wait perhaps. Whoever waited meanwhile need not try for themselves. A connection that breaks is another matter: the next may be well.
/// </summary>
internal sealed class DatabaseAwayException(Exception cause) : NpgsqlException("The database was not met.", cause);

internal static class DatabaseMeeting
{
    /// <exception cref="DatabaseAwayException">See there.</exception>
    public static async ValueTask<NpgsqlConnection> MeetAsync(this NpgsqlDataSource database, CancellationToken ct = default)
    {
        try
        {
            return await database.OpenConnectionAsync(ct);
        }
        catch (Exception away) when (Journal.IsOutage(away))
        {
            throw new DatabaseAwayException(away);
        }
    }
}
