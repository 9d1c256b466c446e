using System.Security.Cryptography;
using Balie.Grains.Interfaces.Platform;

namespace Balie.Grains.Platform;

/// <summary>
/// The name of a node: of its silo, and of the media node on its machine. It stays the same over restarts, because files on its disk are found by it.
/// </summary>
public sealed record NodeName(string Name)
{
    /// <param name="dataFolder">Where a name of its own is kept when none is given.</param>
    /// <param name="given">By the operator; unique in the cluster.</param>
    /// <exception cref="ArgumentException">It cannot be part of a key.</exception>
    public static NodeName Of(string dataFolder, string? given)
    {
        if (given is not null) return GrainKey.IsPart(given) ? new NodeName(given) : throw new ArgumentException($"Balie:Cluster:Node is {given}; use letters, digits, '-', '_' and '.'.");
        var file = Path.Combine(dataFolder, "node-name");
        if (File.Exists(file) && File.ReadAllText(file).Trim() is var kept && GrainKey.IsPart(kept)) return new NodeName(kept);
        var made = $"node-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}";
        File.WriteAllText(file, made);
        return new NodeName(made);
    }
}
