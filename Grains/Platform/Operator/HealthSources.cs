using Balie.Grains.Interfaces.Platform;

namespace Balie.Grains.Platform;

/// <summary>Figures of this process or of what it looks after on this machine. Read every ten seconds, so it must not wait for anything.</summary>
public interface INodeFigures
{
    IEnumerable<Figure> Read();
}

/// <summary>Figures of a room over all tenants and processes, from its own projections. Numbers only: an operator sees no content.</summary>
public interface IClusterFigures
{
    Task<IReadOnlyList<Figure>> ReadAsync(CancellationToken ct = default);
}

/// <summary>This process itself: working set, room on the fullest of the disks it writes to, and how long ago it last sealed the journal.</summary>
public sealed class ProcessFigures(IReadOnlyCollection<string> folders, Sealer sealer) : INodeFigures
{
    public const string Memory = "balie.process.memory", Disk = "balie.disk.free", Seal = "balie.audit.lag";

    public IEnumerable<Figure> Read()
    {
        yield return new(Memory, Environment.WorkingSet);
        yield return new(Disk, folders.Where(Directory.Exists).Min(folder => new DriveInfo(folder).AvailableFreeSpace));
        yield return new(Seal, sealer.Lag.TotalSeconds);
    }
}
