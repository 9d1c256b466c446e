using System.Globalization;
using System.IO.Compression;
using System.Text;
using Balie.Pdf;
using CsCheck;

namespace Balie.Pades.Tests;

/// <summary>What the reader understands, and what it refuses with a reason.</summary>
public sealed class ReaderTests(Corpus corpus)
{
    static readonly Gen<PdfObject> Leaf = Gen.OneOf<PdfObject>(
        Gen.Const((PdfObject)PdfNull.Instance),
        Gen.Bool.Select(value => (PdfObject)new PdfBoolean(value)),
        Gen.Long.Select(value => (PdfObject)new PdfNumber(value)),
        Gen.Select(Gen.Int[0, 99999], Gen.Int[0, 999999999]).Select((whole, part) => (PdfObject)new PdfNumber($"-{whole}.{part:D9}0")),
        Gen.Char[(char)0, (char)255].Array[0, 12].Select(letters => (PdfObject)new PdfName(new string(letters))),
        Gen.Select(Gen.Byte.Array[0, 40], Gen.Bool).Select((bytes, hex) => (PdfObject)new PdfString(bytes, hex)),
        Gen.Select(Gen.Int[0, 8_388_607], Gen.Int[0, 65535]).Select((number, generation) => (PdfObject)new PdfReference(number, generation)));

    static readonly Gen<PdfObject> Any = Gen.Recursive<PdfObject>((depth, inner) => depth > 3 ? Leaf : Gen.OneOf(
        Leaf,
        inner.Array[0, 5].Select(items => (PdfObject)new PdfArray(items)),
        Gen.Dictionary(Gen.String.AlphaNumeric, inner)[0, 5].Select(entries => (PdfObject)new PdfDictionary(entries))));

    static PdfObject Parse(byte[] bytes) => new PdfParser(bytes, new PdfBudget(bytes.Length)).ReadObject();

    static byte[] Written(PdfObject value)
    {
        var output = new PdfOutput();
        new PdfSerializer(output).Object(value);
        return output.ToArray();
    }

    [Fact]
    public void Any_object_survives_writing_and_reading() => Any.Sample(value => PdfComparison.Same(value, Parse(Written(value))));

    [Fact]
    public void A_length_is_rounded_to_a_thousandth() => Gen.OneOf(Gen.Double[-2000, 2000], Gen.Double[-0.01, 0.01], Gen.Double).Sample(length =>
        PdfNumber.Points(length).Lexeme == Math.Round(length, 3).ToString("0.###", CultureInfo.InvariantCulture) || PdfNumber.Points(length).Lexeme == "0" && Math.Abs(length) < 0.001);

    [Theory]
    [InlineData("595.303937007874"), InlineData("+17"), InlineData("-.002"), InlineData("4."), InlineData("0000123")]
    public void A_number_keeps_its_characters(string lexeme) =>
        Encoding.ASCII.GetString(Written(Parse(Encoding.ASCII.GetBytes(lexeme)))).ShouldBe(lexeme);

    [Theory]
    [InlineData("<48656C6F>"), InlineData("<48656c6f>"), InlineData("<48 65\n6C 6f >")]
    public void A_hexadecimal_string_reads_the_same_however_it_is_written(string written) =>
        ((PdfString)Parse(Encoding.ASCII.GetBytes(written))).Bytes.ShouldBe("Helo"u8.ToArray());

    [Theory]
    [InlineData("<7>", new byte[] { 0x70 }), InlineData("<>", new byte[0])]
    public void A_hexadecimal_string_may_lack_its_last_digit(string written, byte[] bytes) => ((PdfString)Parse(Encoding.ASCII.GetBytes(written))).Bytes.ShouldBe(bytes);

    [Theory]
    [InlineData(2), InlineData(12), InlineData(13), InlineData(40)]
    public void A_key_twice_is_refused_in_a_dictionary_of_any_size(int keys)
    {
        string Written(int last) => $"<<{string.Concat(Enumerable.Range(1, keys - 1).Append(last).Select(number => $"/K{number} {number} "))}>>";
        var sound = (PdfDictionary)Parse(Encoding.ASCII.GetBytes(Written(keys)));
        for (var number = 1; number <= keys; number++) ((PdfNumber)sound[$"K{number}"]!).Lexeme.ShouldBe($"{number}");
        Should.Throw<PdfRefusedException>(() => Parse(Encoding.ASCII.GetBytes(Written(1)))).Code.ShouldBe("duplicate-key");
    }

    [Fact]
    public void Arbitrary_bytes_are_an_object_or_a_refusal() =>
        Gen.Char["<>[]()/%#\\ \n0123456789.-+RobjtruefalsnABF\0\u00ff"].Array[0, 200].Sample(letters => Outcome(() => Parse(Encoding.Latin1.GetBytes(letters))));

    [Fact]
    public void A_damaged_file_is_read_or_refused_and_nothing_else()
    {
        var seeds = Corpus.Names.Select(corpus.Read).Append(TinyPdf.Simple).Append(Ceremony.Both(corpus.Read("chromium"))).ToArray();
        var damage = Gen.Select(Gen.Int[0, seeds.Length - 1], Gen.Int[0, 1 << 20], Gen.Int[1, 6], Gen.Byte.Array[1, 6]);
        damage.Sample((seed, at, cut, bytes) => Outcome(() => ReadAll(Damage(seeds[seed], at, cut, bytes))), iter: 1500);
    }

    [Fact]
    public void A_damaged_structure_is_read_or_refused_and_nothing_else()
    {
        var tail = Gen.Select(Gen.Int[0, 1 << 20], Gen.Int[0, 3], Gen.Byte.Array[0, 4]);
        var seed = EmptySignatureFields.Place(TinyPdf.Simple, [new("Een", "Een", null)]);
        tail.Sample((at, cut, bytes) => Outcome(() => ReadAll(Damage(seed, at, cut, bytes))), iter: 5000);
    }

    static byte[] Damage(byte[] pdf, int at, int cut, byte[] bytes)
    {
        at %= pdf.Length;
        return [.. pdf.AsSpan(0, at), .. bytes, .. pdf.AsSpan(Math.Min(pdf.Length, at + cut))];
    }

    static void ReadAll(byte[] pdf)
    {
        _ = PdfDocument.Open(pdf).ActiveContent.Count;
        _ = PdfDocument.Open(pdf).Destinations.Count;
        _ = Ceremony.Verify(pdf);
        try
        {
            Ceremony.Sign(pdf, Ceremony.Request("Nieuw veld", Ceremony.Citizen));
        }
        catch (SignatureRefusedException e)
        {
            e.Code.ShouldNotBeEmpty();
        }
    }

    static bool Outcome(Action read)
    {
        try
        {
            read();
        }
        catch (PdfRefusedException e)
        {
            e.Code.ShouldNotBeEmpty();
            e.Message.ShouldEndWith(".");
        }
        return true;
    }

    static void ShouldBeRefused(byte[] pdf, string code) =>
        Should.Throw<PdfRefusedException>(() => PdfDocument.Open(pdf)).Code.ShouldBe(code);

    [Fact]
    public void What_must_not_be_signed_is_refused_with_a_reason()
    {
        ShouldBeRefused([], "not-a-pdf");
        ShouldBeRefused("<html>"u8.ToArray(), "not-a-pdf");
        ShouldBeRefused(TinyPdf.Simple[..^30], "xref-missing");
        ShouldBeRefused(TinyPdf.Write([TinyPdf.Catalog, "<</Type/Pages/Kids[]/Count 0>>"]), "no-pages");
        ShouldBeRefused(TinyPdf.Write([TinyPdf.Catalog, TinyPdf.Pages, TinyPdf.Page, TinyPdf.Content], "/Encrypt 5 0 R"), "encrypted");
        ShouldBeRefused(TinyPdf.WithCatalog("/AcroForm<</Fields[]/XFA[]>>"), "xfa");
        ShouldBeRefused(TinyPdf.WithCatalog("/Lang(nl)/Lang(en)"), "duplicate-key");
        ShouldBeRefused(TinyPdf.Write([TinyPdf.Catalog, "<</Type/Pages/Kids[2 0 R]/Count 1>>"]), "pages-broken");
        ShouldBeRefused(TinyPdf.Write(["<</Type/Catalog/Pages 9 0 R>>"]), "pages-broken");
        ShouldBeRefused(TinyPdf.WithCatalog(string.Concat(Enumerable.Repeat("/A[", 1)) + new string('[', 500)), "nesting-too-deep");
    }

    [Fact]
    public async Task A_file_with_a_password_is_refused()
    {
        string plain = Path.Combine(corpus.Folder, "chromium.pdf"), locked = Path.Combine(corpus.Folder, "op-slot.pdf");
        await Tool.Succeed("qpdf", "--encrypt", "", "eigenaar", "256", "--", plain, locked);

        ShouldBeRefused(corpus.Read("op-slot"), "encrypted");
    }

    [Fact]
    public void A_chain_of_revisions_that_runs_in_a_circle_is_refused()
    {
        var pdf = TinyPdf.Append(TinyPdf.Simple, (4, TinyPdf.Content));
        var text = Encoding.Latin1.GetString(pdf);
        var newest = text.LastIndexOf("xref\n4 1", StringComparison.Ordinal).ToString("D4");
        var at = text.LastIndexOf("/Prev ", StringComparison.Ordinal) + 6;
        var digits = text[at..].TakeWhile(char.IsDigit).Count();

        ShouldBeRefused(Encoding.Latin1.GetBytes(text[..at] + newest.TrimStart('0').PadLeft(digits, '0') + text[(at + digits)..]), "xref-broken");
    }

    [Fact]
    public void A_small_file_that_inflates_without_end_is_refused()
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
            for (var i = 0; i < 200; i++) zlib.Write(new byte[1 << 20]);
        var bomb = Encoding.Latin1.GetString(packed.ToArray());
        var pdf = Encoding.Latin1.GetBytes(
            $"%PDF-1.7\n1 0 obj\n<</Type/XRef/W[1 4 2]/Size 2/Root 1 0 R/Filter/FlateDecode/Length {bomb.Length}>>\nstream\n{bomb}\nendstream\nendobj\nstartxref\n9\n%%EOF\n");

        pdf.Length.ShouldBeLessThan(300_000);
        ShouldBeRefused(pdf, "too-large-inside");
    }

    [Fact]
    public void Objects_that_lie_on_top_of_each_other_are_refused_before_they_cost_time()
    {
        var text = new StringBuilder("%PDF-1.7\n");
        string[] bodies = [TinyPdf.Catalog, TinyPdf.Pages, TinyPdf.Page, TinyPdf.Content];
        var offsets = new List<int>();
        int Here() { offsets.Add(text.Length); return offsets.Count; }
        foreach (var body in bodies) text.Append($"{Here()} 0 obj\n{body}\nendobj\n");
        for (var i = 0; i < 30_000; i++) text.Append($"{Here()} 0 obj%");
        text.Append("\nnull\nendobj\n");
        var start = text.Length;
        text.Append($"xref\n1 {offsets.Count}\n").Append(string.Concat(offsets.Select(at => $"{at:D10} 00000 n \n")));
        text.Append($"trailer\n<</Size {offsets.Count + 1}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n");
        var document = PdfDocument.Open(Encoding.Latin1.GetBytes(text.ToString()));

        Should.Throw<PdfRefusedException>(() => document.ActiveContent).Code.ShouldBe("too-large-inside");
    }

    [Theory]
    [InlineData("/OpenAction<</S/JavaScript/JS(app.alert(1))>>", "JavaScript")]
    [InlineData("/OpenAction<</S/Launch/F(calc.exe)>>", "Launch")]
    [InlineData("/Names<</EmbeddedFiles<</Names[]>>>>", "EmbeddedFiles")]
    [InlineData("/AA<</WC<</S/SubmitForm>>>>", "SubmitForm")]
    public void What_acts_by_itself_is_named(string entries, string name) =>
        PdfDocument.Open(TinyPdf.WithCatalog(entries)).ActiveContent.ShouldContain(name);

    [Fact]
    public void Compressed_data_that_asks_for_a_dictionary_nobody_has_is_refused()
    {
        const string packed = "\u0078\u0020\u0001\u0002\u0003\u0004\u0005\u0006";
        ShouldBeRefused(Encoding.Latin1.GetBytes(
            $"%PDF-1.7\n1 0 obj\n<</Type/XRef/W[1 4 2]/Size 2/Root 1 0 R/Filter/FlateDecode/Length {packed.Length}>>\nstream\n{packed}\nendstream\nendobj\nstartxref\n9\n%%EOF\n"), "flate");
    }

    [Fact]
    public async Task A_hybrid_file_whose_views_agree_is_read_and_signed()
    {
        static string Hidden(int offset) => $"<</Type/XRef/W[1 4 2]/Size 7/Index[6 1]/Root 1 0 R/Length 7>>\nstream\n\u0001{(char)(offset >> 24)}{(char)(offset >> 16 & 255)}{(char)(offset >> 8 & 255)}{(char)(offset & 255)}\0\0\nendstream";
        string[] objects = [TinyPdf.Catalog, TinyPdf.Pages, TinyPdf.Page.Replace("4 0 R", "6 0 R", StringComparison.Ordinal), "null", Hidden(0), TinyPdf.Content];
        var draft = Encoding.Latin1.GetString(TinyPdf.Write(objects));
        int content = draft.IndexOf("6 0 obj", StringComparison.Ordinal), stream = draft.IndexOf("5 0 obj", StringComparison.Ordinal);
        objects[4] = Hidden(content);
        var hybrid = Encoding.Latin1.GetString(TinyPdf.Write(objects, $"/XRefStm {stream}")).Replace($"{content:D10} 00000 n", "0000000000 00000 f", StringComparison.Ordinal);

        var signed = Ceremony.Sign(Encoding.Latin1.GetBytes(hybrid), Ceremony.Request("Een", Ceremony.Citizen));

        Ceremony.Verify(signed).ShouldHaveSingleItem().Passed.ShouldBeTrue();
        PdfDocument.Open(signed).Reader.Read(new PdfReference(6, 0)).ShouldBeOfType<PdfStream>();
        await Tool.Succeed("qpdf", "--check", corpus.Keep("hybride", signed));
    }

    [Fact]
    public void A_hybrid_file_whose_views_differ_is_refused()
    {
        var content = "<</Type/XRef/W[1 4 2]/Size 5/Index[4 1]/Root 1 0 R/Length 7>>\nstream\n\u0001\0\0\0\u0009\0\0\nendstream";
        var plain = TinyPdf.Write([TinyPdf.Catalog, TinyPdf.Pages, TinyPdf.Page, TinyPdf.Content, content]);
        var at = Encoding.Latin1.GetString(plain).IndexOf("5 0 obj", StringComparison.Ordinal);

        ShouldBeRefused(TinyPdf.Write([TinyPdf.Catalog, TinyPdf.Pages, TinyPdf.Page, TinyPdf.Content, content], $"/XRefStm {at}"), "hybrid-views-differ");
    }
}
