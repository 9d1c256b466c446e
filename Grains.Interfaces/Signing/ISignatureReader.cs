using System.Collections.Immutable;
using Balie.Grains.Interfaces.Platform;

namespace Balie.Grains.Interfaces.Signing;

/// <summary>Judges the signatures of a stored document on this node, in Dutch words that a person reads. Calls nobody outside.</summary>
public interface ISignatureReader
{
    /// <exception cref="BalieException">The file is not there, or is not the one that was stored.</exception>
    Task<SignaturesView> ReadAsync(string tenant, string dossier, BlobRef blob, CancellationToken ct = default);
}

/// <summary>What can be said of signatures: that they hold, that they do not, or that it cannot be said.</summary>
public enum SignaturesVerdict
{
    NotSigned = 0,
    Holds = 1,
    Unclear = 2,
    Broken = 3,
}

/// <summary>All signatures of one document; the verdict is that of the worst.</summary>
public sealed record SignaturesView
{
    public required SignaturesVerdict Verdict { get; init; }
    public required string Sentence { get; init; }
    public required ImmutableArray<SignatureView> Signatures { get; init; }
}

public sealed record SignatureView
{
    /// <summary>Name of the field in the document.</summary>
    public required string Field { get; init; }
    public required SignaturesVerdict Verdict { get; init; }
    /// <summary>Who signed, when, what they saw, what came after, and what stands against it.</summary>
    public required ImmutableArray<string> Lines { get; init; }
}
