using System.Security.Cryptography;

namespace Balie.Pdf;

/// <summary>A file as it came and as it became. No clause: what readers tolerate beside ISO 32000-2 is written down nowhere.</summary>
/// <param name="Original">What came.</param>
/// <param name="Pdf">What to go on with; the very bytes that came when nothing was done.</param>
/// <param name="Tolerated">Defects that were tolerated, as stable words: <c>missing-id</c>, <c>junk-before-header</c>, <c>startxref-off</c>, <c>stream-length</c>, <c>xref-rebuilt</c>.</param>
/// <param name="Removed">What was taken out, as stable words: <c>JavaScript</c>, <c>FormFields</c>, ...</param>
public sealed record RewrittenPdf(ReadOnlyMemory<byte> Original, ReadOnlyMemory<byte> Pdf, IReadOnlyList<string> Tolerated, IReadOnlyList<string> Removed)
{
    public bool Changed => !Original.Equals(Pdf);

    /// <summary>Hash of what came; computed at each call.</summary>
    public byte[] OriginalSha256 => SHA256.HashData(Original.Span);

    /// <summary>Hash of what it became; computed at each call.</summary>
    public byte[] Sha256 => SHA256.HashData(Pdf.Span);
}

/// <summary>
/// Makes a file whole before its first signature: what other readers tolerate (junk before the header, a startxref that is off, a broken
/// cross-reference, wrong stream lengths) is written anew as one revision, because an increment on a guessed table is broken for others.
/// A signed file is never rewritten, and what is broken beyond trust is refused. What it becomes follows ISO 32000-2, 7.5.
/// </summary>
public static class PdfRepair
{
    static readonly HashSet<string> Final = ["encrypted", "xfa", "too-large", "too-large-inside", "hybrid-views-differ", "duplicate-key", "external-stream"];

    /// <summary>The same bytes when the file is sound; else the file written anew.</summary>
    /// <exception cref="PdfRefusedException">The file cannot be trusted, or is signed and would have to be rewritten.</exception>
    public static RewrittenPdf Repair(ReadOnlyMemory<byte> pdf)
    {
        var (document, tolerated, sound) = TolerantReader.Open(pdf);
        if (sound) return new RewrittenPdf(pdf, pdf, tolerated, []);
        var written = new PdfRewriter(new IncrementalUpdate(document)).Write();
        Strict(written);
        return new RewrittenPdf(pdf, written, tolerated, []);
    }

    internal static bool IsFinal(PdfRefusedException refusal) => Final.Contains(refusal.Code);

    /// <summary>Opens strictly and reads every object: what was rewritten must need no tolerance any more.</summary>
    internal static PdfDocument Strict(ReadOnlyMemory<byte> pdf) => ReadWhole(PdfDocument.Open(pdf));

    internal static PdfDocument ReadWhole(PdfDocument document)
    {
        foreach (var number in document.Reader.Numbers.ToArray()) document.Reader.Read(new PdfReference(number, document.Reader.Generation(number)));
        _ = document.SignatureFields.Count;
        return document;
    }
}

/// <summary>Reads a file as forgivingly as can be trusted, and says what it forgave.</summary>
internal static class TolerantReader
{
    const int HeaderWithin = 1024, StartWithin = 1024;

    /// <returns>Sound: the file needs no repair.</returns>
    public static (PdfDocument Document, IReadOnlyList<string> Tolerated, bool Sound) Open(ReadOnlyMemory<byte> pdf)
    {
        PdfDocument.CheckSize(pdf);
        try
        {
            var document = PdfRepair.Strict(pdf);
            return (document, document.Trailer["ID"] is null ? ["missing-id"] : [], true);
        }
        catch (PdfRefusedException e) when (!PdfRepair.IsFinal(e))
        {
            return Forgive(pdf, e);
        }
    }

    static (PdfDocument, IReadOnlyList<string>, bool) Forgive(ReadOnlyMemory<byte> pdf, PdfRefusedException first)
    {
        if (MayBeSigned(pdf.Span)) throw new PdfRefusedException("signed-and-broken", $"The file is signed and cannot be read without repair, which would break the signatures: {first.Message}", first);
        var header = pdf.Span[..Math.Min(pdf.Length, HeaderWithin)].IndexOf("%PDF-"u8);
        if (header < 0) throw first;
        List<string> tolerated = header > 0 ? ["junk-before-header"] : [];
        var from = pdf[header..];
        if (header > 0 && Attempt(() => PdfRepair.Strict(from)) is { } shifted) return (shifted, tolerated, false);
        var word = "";
        if (Attempt(() => NearStart(from, out word)) is { } near) return (near, [.. tolerated, word], false);
        return (Checked(PdfRepair.ReadWhole(Rebuilt(from))), [.. tolerated, "xref-rebuilt"], false);
    }

    /// <summary>Also signatures that a broken table hides: rather too careful than a signature destroyed.</summary>
    static bool MayBeSigned(ReadOnlySpan<byte> pdf) => pdf.IndexOf("/ByteRange"u8) >= 0;

    static PdfDocument? Attempt(Func<PdfDocument> open)
    {
        try
        {
            return open();
        }
        catch (PdfRefusedException e) when (!PdfRepair.IsFinal(e))
        {
            return null; // the next, more forgiving way decides
        }
    }

    /// <summary>The cross-reference a little beside where startxref says.</summary>
    static PdfDocument NearStart(ReadOnlyMemory<byte> pdf, out string word)
    {
        var budget = new PdfBudget(pdf.Length);
        var decoder = new StreamDecoder(budget);
        var loader = new XrefLoader(pdf, decoder, budget);
        word = "startxref-off";
        var said = loader.FindStart();
        if (said > pdf.Length) throw new PdfRefusedException("xref-missing", "There is no cross-reference where it should be.");
        var window = pdf.Span[Math.Max(0, said - StartWithin)..Math.Min(pdf.Length, said + StartWithin)];
        var best = -1;
        for (var at = window.IndexOf("xref"u8); at >= 0 && at < window.Length;)
        {
            var place = Math.Max(0, said - StartWithin) + at;
            if ((place == 0 || PdfParser.IsWhite(pdf.Span[place - 1])) && (best < 0 || Math.Abs(place - said) < Math.Abs(best - said))) best = place;
            var next = window[(at + 4)..].IndexOf("xref"u8);
            at = next < 0 ? -1 : at + 4 + next;
        }
        if (best < 0) throw new PdfRefusedException("xref-missing", "There is no cross-reference where it should be.");
        if (best == said) word = "stream-length";
        return Checked(PdfRepair.ReadWhole(PdfDocument.Of(pdf, loader.Load(best), loader, decoder, budget, forgiving: true)));
    }

    static PdfDocument Rebuilt(ReadOnlyMemory<byte> pdf)
    {
        var budget = new PdfBudget(pdf.Length);
        var decoder = new StreamDecoder(budget);
        var sections = new XrefRebuilder(pdf, decoder, budget).Rebuild();
        return PdfDocument.Of(pdf, sections, new XrefLoader(pdf, decoder, budget), decoder, budget, forgiving: true);
    }

    static PdfDocument Checked(PdfDocument document)
    {
        if (document.HasSignatures) throw new PdfRefusedException("signed-and-broken", "The file is signed and cannot be read without repair, which would break the signatures.");
        return document;
    }
}
