namespace Balie.Pdf;

/// <summary>What bounds the work on one file: whatever the input, reading it ends soon and in little memory.</summary>
internal static class PdfLimits
{
    /// <summary>Largest file, in bytes.</summary>
    public const int FileSize = 256 * 1024 * 1024;

    /// <summary>Largest object number (ISO 32000-1, Annex C).</summary>
    public const int ObjectNumber = 8_388_607;

    /// <summary>Bytes that all cross-reference and object streams of a file may inflate to, together.</summary>
    public const int Inflated = 64 * 1024 * 1024;

    /// <summary>Entries of all cross-reference sections together.</summary>
    public const int Entries = 1_000_000;

    /// <summary>Numbers, names, strings and so on that a file may make its reader hold.</summary>
    public const int Values = 6_000_000;

    /// <summary>How many objects may wait for another one to be read (a length kept elsewhere, an object stream).</summary>
    public const int ReadsAtOnce = 16;

    /// <summary>How deep arrays and dictionaries may nest.</summary>
    public const int Nesting = 96;

    /// <summary>How deep the trees of pages, fields and structure may go.</summary>
    public const int TreeDepth = 64;

    /// <summary>How many cross-reference sections a file may chain.</summary>
    public const int Sections = 2048;

    public const int Pages = 20_000;
    public const int Fields = 20_000;
    public const int Signatures = 100;

    /// <summary>What all earlier states of a file may cost together, in readings of a file that uses up every limit.</summary>
    public const int ReadingsOfHistory = 4;
}

/// <summary>
/// What is left of the limits while one file is read. Sound files stay far below: objects that lie on top of each other, and
/// streams that grow out of proportion, use it up.
/// </summary>
/// <param name="readings">How often the file is read in this budget: its earlier states share one. What stays in memory is bounded for all of them together.</param>
internal sealed class PdfBudget(int fileLength, int readings = 1)
{
    long inflated = (long)readings * PdfLimits.Inflated, values = PdfLimits.Values, entries = (long)readings * PdfLimits.Entries,
        parsed = readings * (2L * fileLength + 2L * PdfLimits.Inflated);

    public void Inflate(int bytes) => Take(ref inflated, bytes, "The file inflates to more than is allowed.");

    public void Value() => Take(ref values, 1, "The file holds more values than is allowed.");

    public void Entry() => Take(ref entries, 1, "The file holds more objects than is allowed.");

    public void Parse(int bytes) => Take(ref parsed, bytes, "The file's objects lie on top of each other.");

    static void Take(ref long left, int amount, string message)
    {
        left -= amount;
        if (left < 0) throw new PdfRefusedException("too-large-inside", message);
    }
}
