using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Platform.Blobs;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Balie.Grains.Platform;

/// <summary>
/// A grain method that meets a database that is away refuses as the journal does (<c>journal.unavailable</c>), whatever it was reading: claims, keys,
/// settings or projections. A full disk refuses likewise (<c>blob.storage-failed</c>). Who asked then knows that trying again makes sense. Orleans' own grains
/// keep the exceptions that Orleans expects.
/// </summary>
public sealed partial class OutageFilter(ILogger<OutageFilter> log) : IIncomingGrainCallFilter
{
    public async Task Invoke(IIncomingGrainCallContext context)
    {
        try
        {
            await context.Invoke();
        }
        catch (Exception problem) when (!TenantFilter.IsOrleans(context.InterfaceMethod.DeclaringType!) && IsOutage(problem))
        {
            throw new BalieException(Journal.Unavailable);
        }
        catch (BlobException problem) when (problem.Code == BlobException.StorageFailed)
        {
            LogNotKept(problem);
            throw new BalieException(BlobException.NotKept);
        }
    }

    private static bool IsOutage(Exception problem) => problem switch
    {
        NpgsqlException => Journal.IsOutage(problem),
        // Grain state is read and written by Orleans, which wraps what went wrong.
        Orleans.Runtime.OrleansException { InnerException: NpgsqlException inner } => Journal.IsOutage(inner),
        _ => false,
    };

    [LoggerMessage(Level = LogLevel.Error, Message = "A file cannot be kept.")]
    private partial void LogNotKept(Exception problem);
}
