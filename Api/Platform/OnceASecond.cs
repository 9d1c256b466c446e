namespace Balie.Api.Platform;

/// <summary>An answer that is asked for at most once a second, whoever wants it: anybody may ask us, and a question costs something.</summary>
public sealed class OnceASecond<T>(Func<Task<T>> ask, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);
    private readonly SemaphoreSlim _gate = new(1, 1);
    private (long At, T Answer)? _last;

    /// <param name="ct">Stops the waiting of this one; others wait for the same answer.</param>
    public async Task<T> AskAsync(CancellationToken ct)
    {
        await _gate.WaitAsync(ct);
        try
        {
            if (_last is { } last && clock.GetElapsedTime(last.At) < Fresh) return last.Answer;
            var answer = await ask();
            _last = (clock.GetTimestamp(), answer);
            return answer;
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose() => _gate.Dispose();
}
