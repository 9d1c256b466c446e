namespace Balie.Pdf;

/// <summary>What bounds the work on one file: whatever the input, reading it ends soon and in little memory.</summary>
internal static class PdfLimits
{
    /// <summary>Largest file, in bytes.</summary>
    public const int FileSize = 256 * 1024 * 1024;

    /// <summary>Largest object number (ISO 32000-1, Annex C).</summary>
    public const int ObjectNumber = 8_388_607;

    /// <summary>Bytes that all cross-reference and object streams of a file may inflate to, together.</summary>
    public const int Inflated = 128 * 1024 * 1024;

    /// <summary>How deep arrays and dictionaries may nest.</summary>
    public const int Nesting = 96;

    /// <summary>How deep the trees of pages, fields and structure may go.</summary>
    public const int TreeDepth = 64;

    /// <summary>How many cross-reference sections a file may chain.</summary>
    public const int Sections = 2048;

    public const int Pages = 20_000;
    public const int Fields = 20_000;
}
