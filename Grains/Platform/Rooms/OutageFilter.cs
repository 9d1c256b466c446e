using Balie.Grains.Interfaces.Platform;
using Npgsql;

namespace Balie.Grains.Platform;

/// <summary>
/// A grain method that meets a database that is away refuses as the journal does (<c>journal.unavailable</c>), whatever it was reading: claims, keys,
/// settings or projections. Who asked then knows that trying again makes sense.
/// </summary>
public sealed class OutageFilter : IIncomingGrainCallFilter
{
    public async Task Invoke(IIncomingGrainCallContext context)
    {
        try
        {
            await context.Invoke();
        }
        catch (Exception problem) when (IsOutage(problem))
        {
            throw new BalieException(Journal.Unavailable);
        }
    }

    private static bool IsOutage(Exception problem) => problem switch
    {
        NpgsqlException => Journal.IsOutage(problem),
        // Grain state is read and written by Orleans, which wraps what went wrong.
        Orleans.Runtime.OrleansException { InnerException: NpgsqlException inner } => Journal.IsOutage(inner),
        _ => false,
    };
}
