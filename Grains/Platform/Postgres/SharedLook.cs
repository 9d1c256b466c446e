namespace Balie.Grains.Platform;

/// <summary>
/// Looks in the database, one at a time. Who asks while a look is under way waits for the next one, which serves everybody who came meanwhile: a crowd that wants the same
/// thing costs a few round trips, not one each. A look begins after the question, so it sees everything that was committed before it. Safe for concurrent use.
/// </summary>
internal sealed class SharedLook<TQuestion, TAnswer>(Func<IReadOnlyList<TQuestion>, Task<TAnswer>> look)
{
    private readonly Lock _gate = new();
    private Round _next = new();
    private Task _running = Task.CompletedTask;

    /// <exception cref="Exception">What the look failed by; also, at once, that the look before it did not meet the database: who waits for that twice waits too long.</exception>
    public Task<TAnswer> AskAsync(TQuestion question, CancellationToken ct = default)
    {
        lock (_gate)
        {
            _next.Questions.Add(question);
            return (_next.Answer ??= LookAfterAsync(_running, _running.IsCompleted)).WaitAsync(ct);
        }
    }

    private async Task<TAnswer> LookAfterAsync(Task running, bool isOver)
    {
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        Round round;
        lock (_gate) (round, _running, _next) = (_next, _next.Answer!, new Round());
        if (!isOver && running.Exception?.InnerException is DatabaseAwayException) await running;
        return await look(round.Questions);
    }

    private sealed class Round
    {
        public List<TQuestion> Questions { get; } = [];

        public Task<TAnswer>? Answer { get; set; }
    }
}
