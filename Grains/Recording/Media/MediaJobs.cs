using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Balie.Grains.Recording.Media;

/// <summary>How far a job is.</summary>
public enum MediaJobStatus
{
    /// <summary>In the queue.</summary>
    Waiting,

    /// <summary>Being worked on.</summary>
    Running,

    /// <summary>Finished.</summary>
    Done,

    /// <summary>Ended with an error; <see cref="MediaJobProgress.Failure"/> says which.</summary>
    Failed,

    /// <summary>Balie stops.</summary>
    Cancelled,
}

/// <summary>A moment in the life of a job.</summary>
/// <param name="Fraction">0 to 1.</param>
public sealed record MediaJobProgress(MediaJobStatus Status, double Fraction, string? Failure);

/// <summary>
/// The heavy work of one node, one job at a time and never in a grain's turn: a grain enqueues, and hears the outcome from the
/// job itself. The queue lives in memory: whoever needs a job done enqueues it again after a restart.
/// </summary>
public sealed class MediaJobs(ILogger<MediaJobs> log, int capacity = 64, TimeSpan? limit = null) : BackgroundService
{
    const int Remembered = 256;

    /// <summary>No job may hold up the others for longer, whatever a browser sent.</summary>
    readonly TimeSpan longest = limit ?? TimeSpan.FromHours(2);

    readonly Channel<Job> queue = Channel.CreateBounded<Job>(new BoundedChannelOptions(capacity) { SingleReader = true });
    readonly ConcurrentDictionary<Guid, Job> jobs = new();
    readonly ConcurrentQueue<Guid> finished = new();

    /// <summary>Puts work at the end of the queue. It reports 0 to 1 and honours cancellation.</summary>
    /// <exception cref="InvalidOperationException">The queue is full; try again later.</exception>
    public Guid Enqueue(Func<IProgress<double>, CancellationToken, Task> work)
    {
        var job = new Job(Guid.CreateVersion7(), work);
        jobs[job.Id] = job;
        if (queue.Writer.TryWrite(job)) return job.Id;
        jobs.TryRemove(job.Id, out _);
        throw new InvalidOperationException("Too many recordings wait to be made into a file");
    }

    /// <summary>Null for a job that never was, or was finished long ago.</summary>
    public MediaJobProgress? Progress(Guid id) => jobs.TryGetValue(id, out var job) ? job.Now : null;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var job in queue.Reader.ReadAllAsync(stoppingToken))
            {
                await RunAsync(job, stoppingToken);
                finished.Enqueue(job.Id);
                if (finished.Count > Remembered && finished.TryDequeue(out var oldest)) jobs.TryRemove(oldest, out _);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Balie stops, and the queue with it.
        }
    }

    async Task RunAsync(Job job, CancellationToken stopping)
    {
        using var late = new CancellationTokenSource(longest);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, late.Token);
        try
        {
            job.Report(0);
            await job.Work(job, either.Token);
            job.End(MediaJobStatus.Done, null);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !stopping.IsCancellationRequested)
        {
            JobLog.TooLong(log, job.Id, longest);
            job.End(MediaJobStatus.Failed, $"It took longer than {longest}");
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            job.End(MediaJobStatus.Cancelled, null);
        }
        catch (Exception error)
        {
            // Whatever went wrong in one job, the next must run.
            JobLog.Failed(log, job.Id, error);
            job.End(MediaJobStatus.Failed, error.Message);
        }
    }

    sealed class Job(Guid id, Func<IProgress<double>, CancellationToken, Task> work) : IProgress<double>
    {
        MediaJobProgress now = new(MediaJobStatus.Waiting, 0, null);

        internal Guid Id => id;
        internal Func<IProgress<double>, CancellationToken, Task> Work => work;
        internal MediaJobProgress Now => Volatile.Read(ref now);

        public void Report(double value)
        {
            var before = Now;
            if (before.Status is MediaJobStatus.Waiting or MediaJobStatus.Running)
                Interlocked.CompareExchange(ref now, new(MediaJobStatus.Running, Math.Max(before.Fraction, Math.Clamp(value, 0, 1)), null), before);
        }

        internal void End(MediaJobStatus status, string? failure) =>
            Volatile.Write(ref now, new(status, status == MediaJobStatus.Done ? 1 : Now.Fraction, failure));
    }
}

static partial class JobLog
{
    [LoggerMessage(1, LogLevel.Error, "Media job {Job} failed")]
    internal static partial void Failed(ILogger log, Guid job, Exception error);

    [LoggerMessage(2, LogLevel.Error, "Media job {Job} took longer than {Limit} and was stopped")]
    internal static partial void TooLong(ILogger log, Guid job, TimeSpan limit);
}
