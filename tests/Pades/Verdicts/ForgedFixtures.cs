using System.Text;
using Balie.Pdf;

namespace Balie.Pades.Tests.Verdicts;

/// <summary>Signatures without value, moved, wrapped, or saved over (Mladenov e.a., 2018 and 2019: USF, SWA, ISA).</summary>
internal static class ForgedFixtures
{
    static byte[] Signed => Paper.Signed;

    static string Text => Encoding.Latin1.GetString(Signed);

    static readonly string Value = Contents(Signed);

    static string Contents(byte[] pdf)
    {
        var text = Encoding.Latin1.GetString(pdf);
        var at = text.IndexOf("/Contents <", StringComparison.Ordinal) + 10;
        return text[at..(text.IndexOf('>', at) + 1)];
    }

    static string RangeText
    {
        get
        {
            var at = Text.IndexOf("/ByteRange [", StringComparison.Ordinal) + 11;
            return Text[at..(Text.IndexOf(']', at) + 1)];
        }
    }

    public static IReadOnlyDictionary<string, Func<Fixture>> All { get; } = new Dictionary<string, Func<Fixture>>
    {
        ["letter-changed"] = () => Signed.Patch("100 euro", "900 euro"),
        ["signature-value-changed"] = () => ValueChanged(),
        ["signed-attribute-changed"] = () => AttributeChanged(),
        ["contents-missing"] = () => Signed.Patch("/Contents <", "/Kontents <"),
        ["contents-null"] = () => Signed.Patch(Value, "null".PadRight(Value.Length)),
        ["contents-empty"] = () => Signed.Patch(Value, "<>".PadRight(Value.Length)),
        ["contents-zero"] = () => Signed.Patch(Value, $"<{new string('0', Value.Length - 2)}>"),
        ["contents-literal"] = () => Signed.Patch(Value, $"({new string('0', Value.Length - 2)})"),
        ["contents-indirect"] = () => Signed.Patch(Value, "7 0 R".PadRight(Value.Length)),
        ["contents-no-cms"] = () => Signed.WithContents("Een", "geen handtekening"u8),
        ["byterange-missing"] = () => Signed.Patch("/ByteRange", "/ByteRanje"),
        ["byterange-null"] = () => Signed.Patch(RangeText, "null".PadRight(RangeText.Length)),
        ["byterange-negative"] = () => Ranged(numbers => numbers[1] = -numbers[1] / 10),
        ["byterange-not-from-start"] = () => Ranged(numbers => numbers[0] = 1),
        ["byterange-gap-wider"] = () => Ranged(numbers => { numbers[2]++; numbers[3]--; }),
        ["byterange-gap-narrower"] = () => Ranged(numbers => numbers[1]++),
        ["byterange-past-end"] = () => Ranged(numbers => numbers[3] += 100_000),
        ["byterange-six"] = () => Signed.Patch(RangeText, $"{RangeText.TrimEnd(']').TrimEnd()} 0 0]".PadRight(RangeText.Length)),
        ["wrapped-second-range"] = () => Wrapped(),
        ["wrapped-in-gap"] = () => Signed.Patch(Value, Value[..^40] + ">/Verstopt(Ik betaal 900 euro)".PadRight(40)),
        ["padding-used"] = () => Signed.Patch(Value, Value[..^3] + "01>"),
        ["subfilter-unknown"] = () => Signed.Patch("/ETSI.CAdES.detached", "/ETSI.CAdES.detachet"),
        ["subfilter-sha1"] = () => Signed.Patch("/ETSI.CAdES.detached", "/adbe.pkcs7.sha1    "),
        ["moved-to-other-file"] = () => Moved(),
        ["saved-over-content"] = () => TinyPdf.Append(Signed, (Paper.Content, Paper.Text("Ik betaal 900 euro"))),
        ["saved-over-without-xref"] = () => (byte[])[.. Signed, .. Encoding.Latin1.GetBytes($"\n4 0 obj\n{Paper.Text("Ik betaal 900 euro")}\nendobj\n")],
        ["saved-over-without-trailer"] = () => WithoutTrailer(),
        ["saved-over-copied-signature"] = () => Copied(),
        ["signature-removed"] = () => Signed.Edit(edit => edit.Key(Paper.Form, "Fields", "[6 0 R 8 0 R]")),
        ["signature-cleared"] = () => Signed.Edit(edit => edit.Key(Paper.FieldNumber(Signed, "Een"), "V", null)),
        ["other-catalog"] = () => OtherCatalog(),
        ["changed-and-restored"] = () => TinyPdf.Append(TinyPdf.Append(Signed, (Paper.Content, Paper.Text("Ik betaal 900 euro"))), (Paper.Content, Paper.Text("Ik betaal 100 euro")))
    };

    static byte[] ValueChanged()
    {
        var contents = Signed.Range("Een").Contents.ToArray();
        var end = Array.FindLastIndex(contents, b => b != 0);
        contents[end] ^= 1;
        return Signed.WithContents("Een", contents);
    }

    /// <summary>Changed bytes, and a message digest that fits them: only the signature tells.</summary>
    static byte[] AttributeChanged()
    {
        var changed = Signed.Patch("100 euro", "900 euro");
        var range = changed.Range("Een");
        var contents = range.Contents.ToArray();
        byte[] old = Signed.Range("Een").Digest(Signed, System.Security.Cryptography.HashAlgorithmName.SHA256), now = range.Digest(changed, System.Security.Cryptography.HashAlgorithmName.SHA256);
        now.CopyTo(contents, contents.AsSpan().IndexOf(old));
        return changed.WithContents("Een", contents);
    }

    static byte[] Ranged(Action<long[]> change)
    {
        var numbers = RangeText.Trim('[', ']').Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(long.Parse).ToArray();
        change(numbers);
        return Signed.Patch(RangeText, $"[{string.Join(' ', numbers)}".PadRight(RangeText.Length - 1) + "]");
    }

    /// <summary>Something slipped into the gap behind the string; the second range follows it further down, with its bytes as they were.</summary>
    static byte[] Wrapped()
    {
        var range = Signed.Range("Een");
        var slipped = "/Verstopt(Ik betaal 900 euro)"u8;
        var moved = $"[0 {range.GapStart} {range.GapEnd + slipped.Length} {range.End - range.GapEnd}";
        byte[] wrapped = [.. Signed.AsSpan(0, range.GapEnd), .. slipped, .. Signed.AsSpan(range.GapEnd)];
        return Rebuilt(wrapped.Patch(RangeText, moved.PadRight(RangeText.Length - 1) + "]"));
    }

    /// <summary>A new cross-reference table over everything that can be found, as repairing readers make one.</summary>
    static byte[] Rebuilt(byte[] pdf)
    {
        var text = Encoding.Latin1.GetString(pdf);
        var objects = System.Text.RegularExpressions.Regex.Matches(text, @"(?<=\n)(\d+) 0 obj\n")
            .GroupBy(found => int.Parse(found.Groups[1].Value)).ToDictionary(all => all.Key, all => all.Last().Index);
        var start = text.Length;
        var table = new StringBuilder("xref\n0 1\n0000000000 65535 f \n");
        foreach (var (number, offset) in objects.OrderBy(entry => entry.Key)) table.Append($"{number} 1\n{offset:D10} 00000 n \n");
        table.Append($"trailer\n<</Size 1000/Root 1 0 R/Info 12 0 R>>\nstartxref\n{start}\n%%EOF\n");
        return Encoding.Latin1.GetBytes(text + table);
    }

    static byte[] Moved()
    {
        var at = Text.IndexOf("<</Type /Sig\n", StringComparison.Ordinal);
        var dictionary = Text[at..Text.IndexOf("\nendobj", at, StringComparison.Ordinal)];
        return TinyPdf.Append(TinyPdf.Simple, (1, "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[5 0 R]/SigFlags 3>>>>"), (5, "<</FT/Sig/T(Een)/V 6 0 R>>"), (6, dictionary));
    }

    static byte[] WithoutTrailer()
    {
        var body = $"\n4 0 obj\n{Paper.Text("Ik betaal 900 euro")}\nendobj\n";
        return [.. Signed, .. Encoding.Latin1.GetBytes($"{body}xref\n4 1\n{Signed.Length + 1:D10} 00000 n \n")];
    }

    /// <summary>Other content, and the signature dictionary once more behind it, as if it had been made last.</summary>
    static byte[] Copied()
    {
        var at = Text.IndexOf("<</Type /Sig\n", StringComparison.Ordinal);
        var dictionary = Text[at..Text.IndexOf("\nendobj", at, StringComparison.Ordinal)];
        var value = ((PdfReference)PdfDocument.Open(Signed).SignatureFields.Single(field => field.IsSigned).Dictionary["V"]!).Number;
        return TinyPdf.Append(Signed, (Paper.Content, Paper.Text("Ik betaal 900 euro")), (value, dictionary));
    }

    static byte[] OtherCatalog()
    {
        var text = Encoding.Latin1.GetString(TinyPdf.Append(Signed, (93, "<</Type/Catalog/Pages 2 0 R>>")));
        var at = text.LastIndexOf("/Root 1 0 R", StringComparison.Ordinal);
        return Encoding.Latin1.GetBytes(text[..at] + "/Root 93 0 R" + text[(at + 11)..]);
    }
}
