namespace Balie.Chaos.Topology;

/// <summary>A part that can be struck. <see cref="Heals"/>: it comes back by itself, so that reviving it only waits for it.</summary>
public sealed record Part(string Name, bool Heals)
{
    public override string ToString() => Name;
}

/// <summary>Balie as it runs somewhere: its parts can be struck with SIGKILL and revived. Owns every process it started.</summary>
public interface ITopology : IAsyncDisposable
{
    /// <summary>Where browsers go.</summary>
    Uri Address { get; }

    /// <summary>The stand-in for the outside world: logins and mailbox.</summary>
    Uri Sandbox { get; }

    /// <summary>Of the database, with the rights of Balie.</summary>
    string ConnectionString { get; }

    /// <summary>Everything is kept in it; no process and no unfinished file may be left in it.</summary>
    string Data { get; }

    IReadOnlyList<Part> Parts { get; }

    /// <summary>Files to which Balie's processes wrote.</summary>
    IReadOnlyList<string> Logs { get; }

    Task StartAsync();

    /// <summary>SIGKILL, now (a part whose name begins with <c>slow-</c> is halted instead). False when the part does not run at this moment.</summary>
    Task<bool> StrikeAsync(Part part);

    /// <summary>What must hold while the part is down, beside what clients see: returns once everybody has noticed; what is wrong, in words.</summary>
    Task<IReadOnlyList<string>> LookAsync(Part down);

    /// <summary>Returns once the part serves again.</summary>
    Task ReviveAsync(Part part);

    /// <summary><c>Balie.Silo verify</c>: its exit code and what it printed.</summary>
    Task<(int Code, string Output)> VerifyAsync();

    /// <summary>Ends everything as an operator would (SIGTERM); the exit codes that are not 0, by part.</summary>
    Task<IReadOnlyList<string>> StopAsync();
}
