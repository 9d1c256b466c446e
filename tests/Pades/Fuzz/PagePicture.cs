using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Balie.Pdf;

namespace Balie.Pades.Tests.Fuzz;

/// <summary>A hash of everything the pages of a file show, annotations apart: another way to the question what later revisions changed.</summary>
internal sealed class PagePicture(PdfDocument document)
{
    const int Deepest = 1_000;

    /// <summary>What leads away from a page, or is judged by its own rules.</summary>
    static readonly HashSet<string> Aside = ["Parent", "P", "Annots", "Tabs", "StructParents", "StructParent"];

    readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    readonly Dictionary<int, int> seen = [];
    int depth;

    public static string Of(PdfDocument document)
    {
        var picture = new PagePicture(document);
        foreach (var page in document.Pages)
        {
            picture.Say($"page {page.Number} {page.Visible} {page.Rotation}");
            picture.Look(page.Dictionary);
            for (var (node, level) = (page.Dictionary, 0); level < PdfLimits.TreeDepth && document.Reader.Resolve(node["Parent"]) is PdfDictionary parent; (node, level) = (parent, level + 1))
                picture.Look(parent["Resources"]);
        }
        return Convert.ToHexStringLower(picture.hash.GetHashAndReset());
    }

    void Say(string text) => hash.AppendData(Encoding.UTF8.GetBytes(text + "\n"));

    void Look(PdfObject? value)
    {
        if (++depth > Deepest) Say("deep");
        else Show(value);
        depth--;
    }

    void Show(PdfObject? value)
    {
        switch (value)
        {
            case PdfReference reference when seen.TryGetValue(reference.Number, out var order): Say($"again {order}"); break;
            case PdfReference reference:
                seen[reference.Number] = seen.Count;
                Look(document.Reader.Resolve(reference));
                break;
            case PdfDictionary dictionary: Look(dictionary); break;
            case PdfStream stream:
                Look(stream.Dictionary);
                hash.AppendData(stream.Raw.Span);
                break;
            case PdfArray array:
                Say($"[{array.Items.Count.ToString(CultureInfo.InvariantCulture)}");
                foreach (var item in array.Items) Look(item);
                break;
            case PdfNumber number: Say(number.Lexeme); break;
            case PdfName name: Say("/" + name.Value); break;
            case PdfString text: Say(Convert.ToHexString(text.Bytes)); break;
            case PdfBoolean boolean: Say(boolean.Value.ToString()); break;
            default: Say("null"); break;
        }
    }

    void Look(PdfDictionary dictionary)
    {
        foreach (var (key, value) in dictionary.Entries.Where(entry => !Aside.Contains(entry.Key)).OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            Say("<" + key);
            Look(value);
        }
    }
}
