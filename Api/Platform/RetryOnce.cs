using Balie.Grains.Interfaces.Platform;

namespace Balie.Api.Platform;

/// <summary>
/// Asks a room again, once, when it moved to another node in mid-command or does not answer now. The command id is the same, so
/// what was done the first time is answered, not done twice.
/// </summary>
public static class RetryOnce
{
    /// <summary>Code of the refusal of a room whose journal was written by another activation.</summary>
    public const string Moved = "room.moved";

    public static bool IsWorthIt(Exception cause) => cause is BalieException { Error: { Kind: ErrorKind.Unavailable } or { Code: Moved } };

    public static async Task<T> RunAsync<T>(Func<Task<T>> ask)
    {
        try
        {
            return await ask();
        }
        catch (BalieException moved) when (IsWorthIt(moved))
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
