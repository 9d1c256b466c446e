using Balie.Grains.Interfaces.Platform;

namespace Balie.Api.Platform;

/// <summary>
/// Asks a room again, once, when it moved to another node in mid-command or does not answer now. The command id is the same, so
/// what was done the first time is answered, not done twice. Who waited for long already is told instead: what is away stays so for a while.
/// </summary>
public static class RetryOnce
{
    /// <summary>Code of the refusal of a room whose journal was written by another activation.</summary>
    public const string Moved = "room.moved";

    /// <summary>A room that moved, or a line to the database that broke, says so at once. Who asks hears how it stands within three seconds.</summary>
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(1);

    public static bool IsWorthIt(Exception cause) => cause is BalieException { Error: { Kind: ErrorKind.Unavailable } or { Code: Moved } };

    public static async Task<T> RunAsync<T>(Func<Task<T>> ask, TimeProvider? clock = null)
    {
        clock ??= TimeProvider.System;
        var asked = clock.GetTimestamp();
        try
        {
            return await ask();
        }
        catch (BalieException moved) when (IsWorthIt(moved) && clock.GetElapsedTime(asked) < Long)
        {
            return await ask();
        }
    }
}

/// <summary><see cref="RetryOnce"/> around an endpoint: the arguments, body included, were read before.</summary>
public sealed class RetryOnceFilter : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next) =>
        await RetryOnce.RunAsync(async () => await next(context));
}
