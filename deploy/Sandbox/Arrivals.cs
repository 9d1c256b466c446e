namespace Balie.Sandbox;

/// <summary>Wakes everyone who waits for something new to come in, so that no test has to poll; nobody waits once the host stops.</summary>
public sealed class Arrivals(IHostApplicationLifetime host)
{
    private TaskCompletionSource next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Announce() =>
        Interlocked.Exchange(ref next, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();

    /// <summary>Asks again after every arrival until the answer has an item or <paramref name="patience"/> is over; then the answer is empty.</summary>
    public async Task<IReadOnlyList<T>> Until<T>(Func<IReadOnlyList<T>> find, TimeSpan patience, CancellationToken ct = default)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ct, host.ApplicationStopping);
        deadline.CancelAfter(patience);
        while (true)
        {
            // Taken before looking: what arrives in between wakes us at once.
            var arrival = Volatile.Read(ref next).Task;
            var found = find();
            if (found.Count > 0 || patience <= TimeSpan.Zero)
                return found;
            await Task.WhenAny(arrival, Task.Delay(Timeout.InfiniteTimeSpan, deadline.Token));
            ct.ThrowIfCancellationRequested();
            if (deadline.IsCancellationRequested)
                return find();
        }
    }
}
