namespace Balie.Grains.Platform;

/// <summary>Tells the dispatcher of this process that something was put in the outbox, so that it need not wait for its next look.</summary>
public sealed class OutboxSignal
{
    private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Wake() => Interlocked.Exchange(ref _next, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();

    /// <summary>Completes at the next <see cref="Wake"/> after this was read.</summary>
    public Task Next => Volatile.Read(ref _next).Task;
}
