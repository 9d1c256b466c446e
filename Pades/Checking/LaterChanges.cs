using Balie.Pdf;

namespace Balie.Pades;

/// <summary>
/// Judges what was added after a signature by a whitelist (ISO 32000-2, 12.8.2.2.2 read strictly): empty signature fields may
/// be filled and new ones added, with what that takes in form, page and structure tree. Everything else is a change of
/// what was signed, whoever made it.
/// </summary>
internal static class LaterChanges
{
    public const string Code = "later-change";

    public static IReadOnlyList<SignatureProblem> Judge(PdfDocument document, SignatureField signed, SignedRange range)
    {
        var before = range.SignedRevision(document, signed);
        if (ReferenceEquals(before, document)) return [];
        return new RevisionComparison(before, document).Run();
    }
}
