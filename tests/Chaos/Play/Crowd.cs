namespace Balie.Chaos.Play;

/// <summary>
/// Keeps a number of visits going at the same time: where one ends the next begins, until it is enough. Numbers are given out in the order of beginning.
/// </summary>
public sealed class Crowd(Town town, int together) : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly List<VisitPlay> _all = [];
    private volatile bool _enough;

    public IReadOnlyList<VisitPlay> All
    {
        get
        {
            lock (_lock) return [.. _all];
        }
    }

    public IReadOnlyList<VisitPlay> Playing => [.. All.Where(v => v is { Finished: false, Failure: null })];

    /// <summary>No new visits begin; those under way play to their end.</summary>
    public void Enough() => _enough = true;

    public Task PlayAsync() => Task.WhenAll(Enumerable.Range(0, together).Select(_ => ChairAsync()));

    public async ValueTask DisposeAsync()
    {
        foreach (var visit in All) await visit.DisposeAsync();
    }

    private async Task ChairAsync()
    {
        do
        {
            VisitPlay visit;
            lock (_lock) _all.Add(visit = new VisitPlay(town, _all.Count + 1));
            await visit.RunAsync();
            // Whoever came next would find nothing either; that one visit says so.
            if (visit.Failure is NothingFreeException) return;
        }
        while (!_enough);
    }
}
