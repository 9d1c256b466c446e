using Balie.Pdf;

namespace Balie.Pades;

/// <summary>
/// Judges what was added after a signature by a whitelist (ISO 32000-2, 12.8.2.2.2 read strictly): empty signature fields may
/// be filled, and invisible ones added, with what that takes in form, page and structure tree. Everything else is a change of
/// what was signed, whoever made it.
/// </summary>
internal static class LaterChanges
{
    public const string Code = "later-change";

    public static IReadOnlyList<SignatureProblem> Judge(PdfDocument document, SignatureField signed, SignedRange range)
    {
        if (HidesBytes(document)) return [new(Code, "Bytes stand after the end of the file, where some readers look and others do not.")];
        var before = range.SignedRevision(document, signed);
        if (ReferenceEquals(before, document)) return [];
        return new RevisionComparison(before, document).Run();
    }

    static bool HidesBytes(PdfDocument document)
    {
        var end = document.Revisions.Count == 0 ? 0 : document.Revisions[^1].End;
        return document.Bytes.Span[end..].ContainsAnyExcept(" \t\r\n"u8);
    }
}
