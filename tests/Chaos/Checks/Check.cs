namespace Balie.Chaos.Checks;

/// <summary>One thing that must hold after a run: what was looked at, how much of it there was, and what is wrong.</summary>
public sealed record Check(string Name, long Looked, IReadOnlyList<string> Wrong)
{
    private const int Most = 12;

    public bool Holds => Wrong.Count == 0;

    public static Check Of(string name, long looked, IEnumerable<string> wrong) => new(name, looked, [.. wrong]);

    public void Print()
    {
        Console.WriteLine($"  {(Holds ? "ok    " : "FAILED")}  {Looked,6}  {Name}");
        foreach (var wrong in Wrong.Take(Most)) Console.WriteLine($"            {wrong}");
        if (Wrong.Count > Most) Console.WriteLine($"            and {Wrong.Count - Most} more");
    }
}
