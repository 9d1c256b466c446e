using System.Globalization;
using System.Text;
using Balie.Pdf;

namespace Balie.Pades.Tests.Verdicts;

/// <summary>A two-page form with everything that later revisions are known to tamper with, and ways to change it as an editor would.</summary>
internal static class Paper
{
    public const int Catalog = 1, Tree = 2, Page = 3, Content = 4, Form = 5, Amount = 6, AmountLook = 7, Name = 8, Note = 9, Font = 10, Metadata = 11, Info = 12, Second = 13;

    public static readonly SignaturePlace Left = new(1, new PdfRectangle(10, 10, 120, 50)), Right = new(1, new PdfRectangle(150, 10, 120, 50));

    static string Stream(string entries, string data) => $"<<{entries}/Length {data.Length}>>\nstream\n{data}\nendstream";

    public static string Text(string what) => Stream("", $"BT /F 12 Tf 20 350 Td ({what}) Tj ET");

    static readonly string[] Objects =
    [
        "<</Type/Catalog/Pages 2 0 R/AcroForm 5 0 R/Lang(nl)/Metadata 11 0 R>>",
        "<</Type/Pages/Kids[3 0 R 13 0 R]/Count 2>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 400]/Contents 4 0 R/Resources<</Font<</F 10 0 R/G 77 0 R>>/XObject<</O 16 0 R>>>>/Annots[6 0 R 8 0 R 9 0 R]>>",
        Text("Ik betaal 100 euro"),
        "<</Fields[6 0 R 8 0 R]/DA(/F 12 Tf)/DR<</Font<</F 10 0 R>>>>>>",
        "<</Type/Annot/Subtype/Widget/FT/Tx/T(Bedrag)/Rect[10 300 200 320]/F 4/P 3 0 R/V(100)/AP<</N 7 0 R>>>>",
        Stream("/Type/XObject/Subtype/Form/BBox[0 0 190 20]/Resources<</Font<</F 10 0 R>>>>", "BT /F 12 Tf (100) Tj ET"),
        "<</Type/Annot/Subtype/Widget/FT/Tx/T(Naam)/Rect[10 270 200 290]/F 4/P 3 0 R>>",
        "<</Type/Annot/Subtype/Text/Rect[250 350 270 370]/Contents(Let op)>>",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        Stream("/Type/Metadata/Subtype/XML", "<x:xmpmeta xmlns:x='adobe:ns:meta/'/>"),
        "<</Producer(Proef)/ModDate(D:20261124180000Z)>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 400]/Contents 14 0 R/Resources<</Font<</F 10 0 R>>>>>>",
        "<</Length 15 0 R>>\nstream\nBT /F 12 Tf 20 350 Td (Tweede) Tj ET\nendstream",
        "37",
        Stream("/Type/XObject/Subtype/Form/BBox[0 0 50 50]", "0 0 50 50 re f")
    ];

    public static byte[] Plain { get; } = Write();

    /// <summary>The form with other objects in place of some, or added after the last.</summary>
    public static byte[] Write(params (int Number, string Body)[] others)
    {
        var objects = Objects.ToList();
        foreach (var (number, body) in others)
        {
            while (objects.Count < number) objects.Add("null");
            objects[number - 1] = body;
        }
        return TinyPdf.Write([.. objects], "/Info 12 0 R/ID[<00112233><00112233>]");
    }

    public static byte[] Placed(byte[]? pdf = null, FieldLock? closes = null) => EmptySignatureFields.Place(pdf ?? Plain,
        [new("Een", "Eerste", Left, closes), new("Twee", "Tweede", Right), new("Drie", "Derde", null)]);

    public static byte[] Sign(byte[] pdf, string field) => Ceremony.Sign(pdf, Ceremony.Request(field, field == "Twee" ? Ceremony.Officer : Ceremony.Citizen));

    /// <summary>Signed once, in the field Een; Twee and Drie wait.</summary>
    public static byte[] Signed { get; } = Sign(Placed(), "Een");

    public static byte[] Certified(ChangePermission permission, byte[]? pdf = null) =>
        Ceremony.Sign(Placed(pdf), Ceremony.Request("Een", Ceremony.Citizen) with { Certify = permission });

    public static PdfObject Parse(string text)
    {
        var bytes = Encoding.Latin1.GetBytes(text);
        return new PdfParser(bytes, new PdfBudget(bytes.Length), inFile: false).ReadObject();
    }

    /// <summary>Appends an increment, as any editor could.</summary>
    public static byte[] Edit(this byte[] pdf, Action<Editor> change)
    {
        var update = new IncrementalUpdate(PdfDocument.Open(pdf));
        change(new Editor(update));
        return [.. pdf, .. update.Write().Increment];
    }

    /// <summary>Same length in, same length out: a patch at one place.</summary>
    public static byte[] Patch(this byte[] pdf, string old, string @new, bool last = false)
    {
        @new.Length.ShouldBe(old.Length);
        var text = Encoding.Latin1.GetString(pdf);
        var at = last ? text.LastIndexOf(old, StringComparison.Ordinal) : text.IndexOf(old, StringComparison.Ordinal);
        at.ShouldBeGreaterThan(0, old);
        return Encoding.Latin1.GetBytes(text[..at] + @new + text[(at + old.Length)..]);
    }

    public static SignedRange Range(this byte[] pdf, string field)
    {
        var document = PdfDocument.Open(pdf);
        return SignedRange.Read(document, document.SignatureFields.Single(signed => signed.Name == field));
    }

    /// <summary>Another value in the gap of a signature.</summary>
    public static byte[] WithContents(this byte[] pdf, string field, ReadOnlySpan<byte> value)
    {
        var range = pdf.Range(field);
        var copy = pdf.ToArray();
        var room = copy.AsSpan(range.GapStart + 1, range.GapEnd - range.GapStart - 2);
        room.Fill((byte)'0');
        Encoding.ASCII.GetBytes(Convert.ToHexString(value), room);
        return copy;
    }

    public static int FieldNumber(byte[] pdf, string field) => PdfDocument.Open(pdf).SignatureFields.Single(known => known.Name == field).Reference.Number;
}

/// <summary>One increment in the making.</summary>
internal sealed class Editor(IncrementalUpdate update)
{
    public PdfDocument Document => update.Document;

    public PdfReference Add(string body) => update.Add(Paper.Parse(body));

    public PdfReference AddStream(string entries, string data) =>
        update.Add(new PdfStream((PdfDictionary)Paper.Parse($"<<{entries}>>"), Encoding.Latin1.GetBytes(data)));

    public void Set(int number, string body) => update.Set(new(number, 0), Paper.Parse(body));

    public void SetStream(int number, string entries, string data) =>
        update.Set(new(number, 0), new PdfStream((PdfDictionary)Paper.Parse($"<<{entries}>>"), Encoding.Latin1.GetBytes(data)));

    /// <summary>One key of a dictionary, by its text; null takes it away.</summary>
    public void Key(int number, string key, string? value)
    {
        var reference = new PdfReference(number, 0);
        var now = update.CurrentDictionary(reference)!;
        update.Set(reference, value is null ? now.Without(key) : now.With(key, Paper.Parse(value)));
    }

    public void Append(int number, string key, PdfReference item)
    {
        var reference = new PdfReference(number, 0);
        var now = update.CurrentDictionary(reference)!;
        update.Set(reference, now.With(key, ((PdfArray?)update.Current(now[key]) ?? new PdfArray()).Append(item)));
    }

    public static string Ref(PdfReference reference) => string.Create(CultureInfo.InvariantCulture, $"{reference.Number} 0 R");
}
