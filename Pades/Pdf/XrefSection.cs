namespace Balie.Pdf;

internal enum XrefKind { Free, InFile, InObjectStream }

/// <summary>Where an object is: its offset in the file, or the object stream that holds it.</summary>
/// <param name="Place">Offset in bytes, or number of the object stream.</param>
/// <param name="Detail">Generation, or index in the object stream.</param>
internal readonly record struct XrefEntry(XrefKind Kind, int Place, int Detail);

/// <summary>One cross-reference section with its trailer (ISO 32000-2, 7.5.4 to 7.5.8).</summary>
/// <param name="Offset">Where it starts in the file.</param>
/// <param name="End">Where its own bytes end; `startxref` follows.</param>
internal sealed record XrefSection(
    int Offset, int End, bool IsStream, PdfDictionary Trailer, IReadOnlyDictionary<int, XrefEntry> Entries)
{
    /// <summary>What a reader sees that knows no cross-reference streams: in hybrid files less than <see cref="Entries"/>.</summary>
    public IReadOnlyDictionary<int, XrefEntry> Table { get; init; } = Entries;

    public int? Integer(string key) =>
        Trailer[key] is PdfNumber number && number.TryGetInteger(out var value) && value is >= 0 and <= int.MaxValue ? (int)value : null;
}

/// <summary>A state of the file that was once complete: everything up to <paramref name="End"/> (exclusive, in bytes; ISO 32000-2, 7.5.6).</summary>
/// <param name="XrefOffset">Where the newest cross-reference section of that state starts.</param>
public sealed record PdfRevision(int XrefOffset, int End);
