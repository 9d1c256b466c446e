namespace Balie.Bench;

/// <summary>The viewers of one visit, and how far they are: the versions they know, added up.</summary>
internal sealed class Audience
{
    private readonly Lock _lock = new();
    private long _known, _wanted;
    private TaskCompletionSource? _waiter;

    public int Viewers { get; set; }

    public void Learn(long versions)
    {
        lock (_lock)
        {
            _known += versions;
            if (_waiter is not { } waiter || _known < _wanted) return;
            _waiter = null;
            waiter.SetResult();
        }
    }

    public void Forget()
    {
        lock (_lock) _known = 0;
    }

    /// <summary>One waits at a time.</summary>
    public async Task UntilAsync(long version)
    {
        Task waiting;
        lock (_lock)
        {
            _wanted = version * Viewers;
            if (_known >= _wanted) return;
            _waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            waiting = _waiter.Task;
        }

        await Task.WhenAny(waiting, Task.Delay(TimeSpan.FromSeconds(10)));
    }
}
