namespace Balie.Pdf;

/// <summary>
/// A PDF file that was understood: its pages, its history and what matters for signing it (ISO 32000-2, 7.5 and 7.7). It keeps the
/// bytes it was opened on and never changes them. Reads classic tables, cross-reference streams, object streams, hybrid
/// and linearised files and any number of incremental updates. Not for use by several threads at once.
/// </summary>
public sealed class PdfDocument
{
    readonly Lazy<(IReadOnlyList<SignatureField> Fields, IReadOnlySet<string> Names)> form;
    readonly Lazy<bool> hasSignatures;
    readonly Lazy<IReadOnlySet<string>> activeContent;
    readonly Lazy<IReadOnlyDictionary<string, PdfDestination>> destinations;

    PdfDocument(ReadOnlyMemory<byte> bytes, PdfObjectReader reader, IReadOnlyList<XrefSection> sections, IReadOnlyList<PdfRevision> revisions)
    {
        (Bytes, Reader, Sections, Revisions) = (bytes, reader, sections, revisions);
        Trailer = sections[0].Trailer;
        CatalogReference = Trailer["Root"] as PdfReference ?? throw new PdfRefusedException("catalog-missing", "The file does not say where its contents start.");
        Catalog = reader.Resolve(CatalogReference) as PdfDictionary ?? throw new PdfRefusedException("catalog-missing", "The file does not say where its contents start.");
        AcroForm = reader.Resolve(Catalog["AcroForm"]) as PdfDictionary;
        if (reader.Resolve(AcroForm?["XFA"]) is not null) throw new PdfRefusedException("xfa", "The file is an XFA form; its pages can change by themselves and cannot be signed.");
        Pages = new PageTree(reader).Read(Catalog["Pages"]);
        form = new(() => SignatureFieldReader.Read(this));
        hasSignatures = new(() => SignatureFields.Any(candidate => candidate.IsSigned) || Pages.Any(page => SignatureFieldReader.HasSignedWidget(Reader, page)));
        activeContent = new(() => ActiveContentScan.Run(this));
        destinations = new(() => new NamedDestinations(this).Read());
    }

    /// <summary>Opens a file, strictly: what would have to be guessed is refused. <see cref="PdfRepair"/> makes whole what other readers tolerate.</summary>
    /// <exception cref="PdfRefusedException">It is no PDF, is broken, encrypted, an XFA form, has no pages or asks for too much work.</exception>
    public static PdfDocument Open(ReadOnlyMemory<byte> bytes) => Open(bytes, new PdfBudget(bytes.Length));

    internal static PdfDocument Open(ReadOnlyMemory<byte> bytes, PdfBudget budget)
    {
        CheckSize(bytes);
        if (!bytes.Span.StartsWith("%PDF-"u8)) throw new PdfRefusedException("not-a-pdf", "The file does not start as a PDF.");
        var decoder = new StreamDecoder(budget);
        var loader = new XrefLoader(bytes, decoder, budget);
        return Of(bytes, loader.Load(), loader, decoder, budget, forgiving: false);
    }

    internal static void CheckSize(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length > PdfLimits.FileSize) throw new PdfRefusedException("too-large", "The file is larger than 256 MB.");
    }

    internal static PdfDocument Of(
        ReadOnlyMemory<byte> bytes, IReadOnlyList<XrefSection> sections, XrefLoader loader, StreamDecoder decoder, PdfBudget budget, bool forgiving)
    {
        if (sections.Any(section => section.Trailer["Encrypt"] is not (null or PdfNull)))
            throw new PdfRefusedException("encrypted", "The file is protected with a password or encryption.");
        var revisions = forgiving ? [] : loader.Revisions(sections);
        return new PdfDocument(bytes, new PdfObjectReader(bytes, sections, decoder, budget, forgiving), sections, revisions);
    }

    /// <summary>The whole file, as it was given.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    public IReadOnlyList<PdfPage> Pages { get; }

    public int PageCount => Pages.Count;

    /// <summary>The complete states the file went through, oldest first; a linearised file has one.</summary>
    public IReadOnlyList<PdfRevision> Revisions { get; }

    /// <summary>Whether the file says it is tagged (ISO 32000-2, 14.8) and has a structure tree.</summary>
    public bool IsTagged => Reader.Resolve((Reader.Resolve(Catalog["MarkInfo"]) as PdfDictionary)?["Marked"]) is PdfBoolean { Value: true }
        && Reader.Resolve(Catalog["StructTreeRoot"]) is PdfDictionary;

    /// <summary>All signature fields, signed or still empty, in the order of the form.</summary>
    public IReadOnlyList<SignatureField> SignatureFields => form.Value.Fields;

    /// <summary>Full names of all fields of the form, of whatever kind.</summary>
    internal IReadOnlySet<string> FieldNames => form.Value.Names;

    /// <summary>Whether anybody signed, also in a field that a page shows and the form does not name.</summary>
    public bool HasSignatures => hasSignatures.Value;

    /// <summary>
    /// What in the file acts by itself or carries other files: names such as <c>JavaScript</c>, <c>Launch</c>,
    /// <c>SubmitForm</c>, <c>EmbeddedFiles</c>. Every object is looked at, reachable or not.
    /// </summary>
    public IReadOnlySet<string> ActiveContent => activeContent.Value;

    public bool HasActiveContent => ActiveContent.Count > 0;

    /// <summary>Places with a name: a template's bookmarks say where its signature fields belong.</summary>
    public IReadOnlyDictionary<string, PdfDestination> Destinations => destinations.Value;

    internal PdfObjectReader Reader { get; }
    internal IReadOnlyList<XrefSection> Sections { get; }
    internal PdfDictionary Trailer { get; }
    internal PdfReference CatalogReference { get; }
    internal PdfDictionary Catalog { get; }
    internal PdfDictionary? AcroForm { get; }
}
