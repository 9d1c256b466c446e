namespace Balie.Grains.Platform;

/// <summary>The last commands a grain answered, so that an impatient client's repetition costs no look in the database.</summary>
internal sealed class FirstResults
{
    private const int Most = 64;
    private readonly Dictionary<Guid, CommandResult> _results = [];
    private readonly Queue<Guid> _order = new();

    public CommandResult? Find(Guid id) => _results.GetValueOrDefault(id);

    public void Add(Guid id, CommandResult result)
    {
        if (!_results.TryAdd(id, result)) return;
        _order.Enqueue(id);
        if (_order.Count > Most) _results.Remove(_order.Dequeue());
    }
}
