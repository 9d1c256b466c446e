using Balie.Grains.Interfaces.Platform;
using Microsoft.Extensions.Logging;

namespace Balie.Grains.Platform;

/// <summary>
/// The line from one room to another: what one must hear of the other is said in order, without holding up who says it, until it is answered. The listener may live where a
/// machine was just killed, and be opening elsewhere. It recomputes from what it hears, so once too often is no harm. Safe for concurrent use; in a grain it runs in its turns.
/// </summary>
internal sealed partial class Messenger(string from, TimeProvider clock, ILogger log)
{
    private static readonly TimeSpan Again = TimeSpan.FromMilliseconds(250), Longest = TimeSpan.FromSeconds(8);

    private readonly Lock _lock = new();
    private readonly List<Word> _unsaid = [];
    private bool _saying, _closed;

    private sealed class Word(string about, Func<Task> say)
    {
        public string About => about;

        public Func<Task> Say => say;
    }

    /// <summary>Something was not answered yet.</summary>
    public bool IsBusy
    {
        get
        {
            lock (_lock) return _unsaid.Count > 0;
        }
    }

    /// <param name="about">A newer word about the same takes the place of one that waits.</param>
    /// <param name="say">Ends when the listener has answered.</param>
    public void Tell(string about, Func<Task> say)
    {
        lock (_lock)
        {
            if (_closed) return;
            _unsaid.RemoveAll(w => w.About == about);
            _unsaid.Add(new(about, say));
            if (_saying) return;
            _saying = true;
        }

        _ = SayAllAsync();
    }

    /// <summary>Who says it leaves: what waits is dropped. The next one here says what is so then.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _closed = true;
            _unsaid.Clear();
        }
    }

    private async Task SayAllAsync()
    {
        var pause = Again;
        while (Next() is { } word)
        {
            if (await IsAnsweredAsync(word))
            {
                lock (_lock) _unsaid.Remove(word);
                pause = Again;
                continue;
            }

            await Task.Delay(pause, clock);
            pause = pause * 2 < Longest ? pause * 2 : Longest;
        }
    }

    private Word? Next()
    {
        lock (_lock)
        {
            _saying = _unsaid.Count > 0;
            return _unsaid.FirstOrDefault();
        }
    }

    /// <summary>A refusal is an answer.</summary>
    private async Task<bool> IsAnsweredAsync(Word word)
    {
        try
        {
            await word.Say();
            return true;
        }
        catch (Exception problem)
        {
            LogUnheard(problem, from, word.About);
            return problem is BalieException { Error.Kind: not ErrorKind.Unavailable };
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{From} could not say its word about {About}.")]
    private partial void LogUnheard(Exception problem, string from, string about);
}
