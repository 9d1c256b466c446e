using System.Security.Cryptography;
using System.Text.Json;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Platform;

namespace Balie.Grains.Booking;

/// <summary>What the journal keeps of a booking command: who asked, what exactly, and what they were answered. Nothing in it is personal, so nothing is sealed.</summary>
internal static class BookingCommand
{
    public static JournalWrite Write(string tenant, Command command, DateTimeOffset at, object? result) => new()
    {
        Tenant = tenant,
        CommandId = command.CommandId,
        Actor = Caller.Required.Actor,
        PayloadHash = Fingerprint.Of(command, null),
        At = at,
        ResultJson = result is null ? null : JsonSerializer.Serialize(result, PlatformJson.Plain),
    };

    /// <exception cref="BalieException"><c>command.reused</c>: the id belongs to another caller or another content.</exception>
    public static TResult? FirstAnswer<TResult>(CommandResult first, Command command)
        where TResult : class =>
        first.Actor == Caller.Required.Actor && CryptographicOperations.FixedTimeEquals(first.PayloadHash, Fingerprint.Of(command, null))
            ? Result<TResult>(first.ResultJson)
            : throw new BalieException(RoomErrors.Reused);

    public static TResult? Result<TResult>(string? json)
        where TResult : class => json is null ? null : JsonSerializer.Deserialize<TResult>(json, PlatformJson.Plain);
}
