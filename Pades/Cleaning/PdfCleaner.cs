using Balie.Pdf;

namespace Balie.Pades.Cleaning;

/// <summary>What a cleaned file may keep (ISO 32000-2, 7.11.4; scripts, 12.6.4.17, it never keeps).</summary>
public sealed record CleaningPolicy
{
    /// <summary>Attached files (ISO 32000-2, 7.11.4), such as the XML of an invoice. Off: they are taken out.</summary>
    public bool KeepEmbeddedFiles { get; init; }
}

/// <summary>
/// Rewrites an unsigned file to one revision that shows what it shows and does nothing by itself: no scripts, launch or submit actions
/// (ISO 32000-2, 12.6.4), no streams in other files (7.3.8.2), no optional content (8.11; everything is shown), no embedded files, no
/// form fields (they become part of the page). A signed file is never altered.
/// </summary>
public static class PdfCleaner
{
    /// <summary>The cleaned file, always written anew.</summary>
    /// <exception cref="PdfRefusedException">The file cannot be read, is signed (<c>signed</c>), or still acts by itself after cleaning (<c>cannot-clean</c>).</exception>
    public static RewrittenPdf Clean(ReadOnlyMemory<byte> pdf, CleaningPolicy? policy = null)
    {
        policy ??= new CleaningPolicy();
        var (document, tolerated, _) = TolerantReader.Open(pdf);
        if (document.HasSignatures) throw new PdfRefusedException("signed", "The file is signed: cleaning would break the signatures.");
        var update = new IncrementalUpdate(document);
        var removed = new SortedSet<string>(StringComparer.Ordinal);
        if (document.Revisions.Count > 1) removed.Add("EarlierRevisions");
        var gone = new FormFlattener(update, removed).Run();
        var scrubber = new Scrubber(update, policy, removed, gone);
        var written = new PdfRewriter(update, scrubber.Change).Write();
        Check(written, policy);
        return new RewrittenPdf(pdf, written, tolerated, [.. removed]);
    }

    static void Check(byte[] written, CleaningPolicy policy)
    {
        var left = PdfRepair.Strict(written).ActiveContent.Where(name => !(policy.KeepEmbeddedFiles && name is "EF" or "EmbeddedFiles")).ToArray();
        if (left.Length > 0) throw new PdfRefusedException("cannot-clean", $"The file still holds {string.Join(", ", left)} after cleaning.");
    }
}
