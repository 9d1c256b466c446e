namespace Balie.Grains.Interfaces.Platform;

/// <summary>Calls a grain once more, with the same command, when it says that its room has just moved.</summary>
public static class GrainRetry
{
    public static async Task<T> Once<T>(Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (BalieException refusal) when (refusal.Error.Code == "room.moved")
        {
            return await call();
        }
    }

    public static Task Once(Func<Task> call) => Once(async () =>
    {
        await call();
        return true;
    });
}
