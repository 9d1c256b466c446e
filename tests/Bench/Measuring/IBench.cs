namespace Balie.Bench;

/// <summary>
/// One thing that is measured. A class that implements this, with a constructor without parameters, is found by itself: <c>tests/bench NAME</c> runs it.
/// It must run alone, in under two minutes, and leave nothing behind.
/// </summary>
public interface IBench
{
    /// <summary>One word.</summary>
    string Name { get; }

    /// <summary>What is measured against what; a line.</summary>
    string About { get; }

    Task<IReadOnlyList<Row>> RunAsync(CancellationToken ct = default);
}
