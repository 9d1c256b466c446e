using Balie.Grains.Interfaces.Platform;
using Npgsql;

namespace Balie.Grains.Platform;

/// <summary>Tells what is away for a moment from what is wrong: for work outside a grain's turn that calls rooms.</summary>
internal static class Away
{
    /// <summary>The room, its silo or the database does not answer now. Nothing is wrong with what was asked, and nobody has to do anything.</summary>
    public static bool Is(Exception problem) => problem is OrleansException or TimeoutException or NpgsqlException { IsTransient: true }
        || (problem is BalieException { Error: var error } && (error == Journal.Unavailable || error == RoomErrors.Moved));
}
