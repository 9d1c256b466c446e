using Balie.Pades.Appearance;
using Balie.Pdf;

namespace Balie.Pades;

/// <summary>Adds signature fields to a form and a page, or fills one that is there, whatever parts of the file are direct or indirect.</summary>
internal sealed class FieldWriter(IncrementalUpdate update)
{
    /// <summary>Print, and locked (ISO 32000-2, 12.5.3).</summary>
    const int WidgetFlags = 132;

    const int LongestName = 120;

    readonly HashSet<string> names = [.. update.Document.FieldNames];

    PdfDocument Document => update.Document;

    public PdfReference AddField(EmptySignatureField wanted, PdfReference? value, SignatureAppearance? appearance)
    {
        CheckName(wanted.Name);
        wanted.Lock?.Check();
        var page = PageFor(wanted.Place);
        var id = update.Reserve();
        var widget = new PdfDictionary(
            ("Type", new PdfName("Annot")), ("Subtype", new PdfName("Widget")), ("FT", new PdfName("Sig")),
            ("T", PdfText.Encode(wanted.Name)), ("TU", PdfText.Encode(wanted.AccessibleName)),
            ("F", new PdfNumber(WidgetFlags)), ("Rect", Rectangle(wanted.Place, page)), ("P", page.Reference));
        if (wanted.Place is { Rectangle: var area })
            widget = WithAppearance(widget, appearance, area.Width, area.Height, page.Rotation);
        if (value is not null) widget = widget.With("V", value);
        if (wanted.Lock is { } closes) widget = widget.With("Lock", update.Add(closes.ToPdf()));
        if (new StructureTree(update).Attach(id, page.Reference) is { } key) widget = widget.With("StructParent", new PdfNumber(key));
        update.Set(id, widget);
        AddToPage(page, id);
        UpdateForm(form => WithField(form, id));
        return id;
    }

    public void Fill(SignatureField existing, PdfReference value, SignatureAppearance? appearance)
    {
        if (existing.IsSigned) throw new SignatureRefusedException("field-taken", $"The field '{existing.Name}' is signed already.");
        var widget = existing.Dictionary;
        if (widget["Rect"] is null || Document.Reader.Resolve(widget["Kids"]) is PdfArray { Items.Count: > 0 })
            throw new SignatureRefusedException("field-shape", $"The field '{existing.Name}' has no widget of its own.");
        var rotation = existing.Page is { } page ? Document.Pages[page - 1].Rotation : 0;
        var (width, height) = rotation is 90 or 270 ? Swapped(SizeOf(widget)) : SizeOf(widget);
        if (appearance is not null)
        {
            if (width <= 0 || height <= 0) throw new SignatureRefusedException("field-invisible", $"The field '{existing.Name}' is invisible and cannot show an appearance.");
            widget = WithAppearance(widget, appearance, width, height, rotation);
        }
        update.Set(existing.Reference, widget.With("V", value).With("F", new PdfNumber(WidgetFlags)));
        if (Document.Reader.Resolve(Document.AcroForm?["SigFlags"]) is not PdfNumber { Lexeme: "3" }) UpdateForm(form => form.With("SigFlags", new PdfNumber(3)));
    }

    /// <summary>Makes a signature the file's certification (ISO 32000-2, 12.8.6).</summary>
    public void Certify(PdfReference signature)
    {
        var catalog = update.CurrentDictionary(Document.CatalogReference) ?? Document.Catalog;
        var permissions = update.CurrentDictionary(catalog["Perms"]) ?? new PdfDictionary();
        update.Set(Document.CatalogReference, catalog.With("Perms", permissions.With("DocMDP", signature)));
    }

    (double Width, double Height) SizeOf(PdfDictionary widget)
    {
        if (Document.Reader.Resolve(widget["Rect"]) is not PdfArray { Items.Count: 4 } sides) return (0, 0);
        var s = sides.Items.Select(side => (Document.Reader.Resolve(side) as PdfNumber)?.Value ?? 0).ToArray();
        return (Math.Abs(s[2] - s[0]), Math.Abs(s[3] - s[1]));
    }

    static (double Width, double Height) Swapped((double Width, double Height) size) => (size.Height, size.Width);

    PdfDictionary WithAppearance(PdfDictionary widget, SignatureAppearance? appearance, double width, double height, int rotation)
    {
        var drawn = appearance is null ? AppearanceBuilder.AddEmpty(update, width, height, rotation) : AppearanceBuilder.Add(update, appearance, width, height, rotation);
        return widget.With("AP", new PdfDictionary(("N", drawn)));
    }

    void CheckName(string name)
    {
        if (name.Length is 0 or > LongestName || name.Any(c => c == '.' || char.IsControl(c)))
            throw new SignatureRefusedException("field-name", "A field name has 1 to 120 characters, without full stop.");
        if (!names.Add(name)) throw new SignatureRefusedException("field-taken", $"The form has a field '{name}' already.");
    }

    PdfPage PageFor(SignaturePlace? place)
    {
        if (place is null) return Document.Pages[0];
        if (place.Page < 1 || place.Page > Document.PageCount) throw new SignatureRefusedException("page-missing", $"The file has no page {place.Page}.");
        var page = Document.Pages[place.Page - 1];
        var (x, y, width, height) = (place.Rectangle.X, place.Rectangle.Y, place.Rectangle.Width, place.Rectangle.Height);
        var shown = Turn.Shown(page);
        var inside = x >= 0 && y >= 0 && width > 0 && height > 0 && x + width <= shown.Width && y + height <= shown.Height;
        return inside ? page : throw new SignatureRefusedException("outside-page", $"The field does not lie on page {place.Page}.");
    }

    static PdfArray Rectangle(SignaturePlace? place, PdfPage page)
    {
        if (place is null) return new PdfArray(new PdfNumber(0), new PdfNumber(0), new PdfNumber(0), new PdfNumber(0));
        var area = Turn.ToPage(page, place.Rectangle);
        return new PdfArray(PdfNumber.Points(area.X), PdfNumber.Points(area.Y), PdfNumber.Points(area.X + area.Width), PdfNumber.Points(area.Y + area.Height));
    }

    void AddToPage(PdfPage page, PdfReference widget)
    {
        var dictionary = update.CurrentDictionary(page.Reference) ?? page.Dictionary;
        if (dictionary["Annots"] is PdfReference shared && update.Current(shared) is PdfArray list) update.Set(shared, list.Append(widget));
        else dictionary = dictionary.With("Annots", (update.Current(dictionary["Annots"]) as PdfArray ?? new PdfArray()).Append(widget));
        if (Document.IsTagged && !Document.HasSignatures && dictionary["Tabs"] is null) dictionary = dictionary.With("Tabs", new PdfName("S"));
        if (!ReferenceEquals(dictionary, update.CurrentDictionary(page.Reference))) update.Set(page.Reference, dictionary);
    }

    PdfDictionary WithField(PdfDictionary form, PdfReference id)
    {
        form = form.With("SigFlags", new PdfNumber(3));
        if (form["Fields"] is PdfReference shared && update.Current(shared) is PdfArray list)
        {
            update.Set(shared, list.Append(id));
            return form;
        }
        return form.With("Fields", (update.Current(form["Fields"]) as PdfArray ?? new PdfArray()).Append(id));
    }

    void UpdateForm(Func<PdfDictionary, PdfDictionary> change)
    {
        var catalog = update.CurrentDictionary(Document.CatalogReference) ?? Document.Catalog;
        if (catalog["AcroForm"] is PdfReference shared && update.CurrentDictionary(shared) is { } form) update.Set(shared, change(form));
        else if (catalog["AcroForm"] is PdfDictionary direct) update.Set(Document.CatalogReference, catalog.With("AcroForm", change(direct)));
        else update.Set(Document.CatalogReference, catalog.With("AcroForm", update.Add(change(new PdfDictionary(("Fields", new PdfArray()))))));
    }
}
