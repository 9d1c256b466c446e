using Balie.Grains.Recording.Media;
using Microsoft.Extensions.Logging.Abstractions;

namespace Balie.Grains.Tests.Media;

/// <summary>The queue of heavy work.</summary>
public sealed class MediaJobsFacts : IAsyncDisposable
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    readonly MediaJobs jobs = new(NullLogger<MediaJobs>.Instance, capacity: 2);

    [Fact]
    public async Task Jobs_run_one_at_a_time_and_show_how_far_they_are()
    {
        var half = new TaskCompletionSource();
        var go = new TaskCompletionSource();
        var done = new TaskCompletionSource();
        var first = jobs.Enqueue(async (progress, ct) => { progress.Report(0.5); half.SetResult(); await go.Task.WaitAsync(ct); });
        var second = jobs.Enqueue((_, _) => { done.SetResult(); return Task.CompletedTask; });
        jobs.Progress(first).ShouldBe(new(MediaJobStatus.Waiting, 0, null));

        await jobs.StartAsync(Ct);
        await half.Task.WaitAsync(Ct);
        jobs.Progress(first).ShouldBe(new(MediaJobStatus.Running, 0.5, null));
        jobs.Progress(second)!.Status.ShouldBe(MediaJobStatus.Waiting);

        go.SetResult();
        await done.Task.WaitAsync(Ct);
        jobs.Progress(first).ShouldBe(new(MediaJobStatus.Done, 1, null));
        jobs.Progress(Guid.NewGuid()).ShouldBeNull();
    }

    [Fact]
    public async Task A_failed_job_does_not_hold_up_the_next_and_a_full_queue_takes_no_more()
    {
        var done = new TaskCompletionSource();
        var failing = jobs.Enqueue((_, _) => throw new InvalidDataException("no picture"));
        jobs.Enqueue((_, _) => { done.SetResult(); return Task.CompletedTask; });
        Should.Throw<InvalidOperationException>(() => jobs.Enqueue((_, _) => Task.CompletedTask));

        await jobs.StartAsync(Ct);
        await done.Task.WaitAsync(Ct);
        jobs.Progress(failing).ShouldBe(new(MediaJobStatus.Failed, 0, "no picture"));
    }

    [Fact]
    public async Task A_job_that_takes_too_long_is_stopped_and_does_not_hold_up_the_next()
    {
        await using var hurried = new Hurried();
        var endless = hurried.Jobs.Enqueue((_, ct) => Task.Delay(Timeout.Infinite, ct));
        var done = new TaskCompletionSource();
        hurried.Jobs.Enqueue((_, _) => { done.SetResult(); return Task.CompletedTask; });

        await hurried.Jobs.StartAsync(Ct);
        await done.Task.WaitAsync(Ct);

        hurried.Jobs.Progress(endless)!.Status.ShouldBe(MediaJobStatus.Failed);
    }

    sealed class Hurried : IAsyncDisposable
    {
        public MediaJobs Jobs { get; } = new(NullLogger<MediaJobs>.Instance, limit: TimeSpan.FromMilliseconds(50));

        public async ValueTask DisposeAsync()
        {
            await Jobs.StopAsync(CancellationToken.None);
            Jobs.Dispose();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await jobs.StopAsync(CancellationToken.None);
        jobs.Dispose();
    }
}
