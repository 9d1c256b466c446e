using System.Globalization;
using System.Security.Cryptography;

namespace Balie.Pdf;

/// <summary>
/// Writes everything that can be reached from the catalog into a new file of one revision, with a classic cross-reference table
/// (ISO 32000-2, 7.5): no history, no objects that nothing refers to. Streams and numbers keep their bytes.
/// </summary>
/// <param name="content">The file with changes on top, of which the current state is written.</param>
/// <param name="change">What each dictionary becomes before it is written; null drops it.</param>
internal sealed class PdfRewriter(IncrementalUpdate content, Func<PdfDictionary, bool, PdfDictionary?>? change = null)
{
    readonly Dictionary<int, int> numbers = [];
    readonly Queue<PdfReference> open = new();
    readonly List<int> offsets = [0];

    PdfDocument Source => content.Document;

    public byte[] Write()
    {
        var output = new PdfOutput(Source.Bytes.Length + 4096);
        var serializer = new PdfSerializer(output);
        serializer.Raw($"%PDF-{Version()}\n%\u00e2\u00e3\u00cf\u00d3\n");
        var root = Renumbered(Source.CatalogReference);
        var info = Source.Trailer["Info"] is PdfReference reference && content.Current(reference) is PdfDictionary ? Renumbered(reference) : null;
        while (open.TryDequeue(out var next))
        {
            offsets.Add(serializer.Position);
            serializer.Indirect(new PdfReference(numbers[next.Number], 0), Changed(content.Current(next)));
        }
        Finish(serializer, root, info, output);
        return output.ToArray();
    }

    /// <summary>As the file says, at least 1.4 so that old readers are not told of an older format than the appearances need.</summary>
    string Version()
    {
        var header = Source.Bytes.Span[..Math.Min(8, Source.Bytes.Length)];
        var said = header.Length == 8 && header[6] == '.' ? $"{(char)header[5]}.{(char)header[7]}" : "1.7";
        return said is "1.4" or "1.5" or "1.6" or "1.7" or "2.0" ? said : "1.7";
    }

    PdfReference Renumbered(PdfReference reference)
    {
        if (!numbers.TryGetValue(reference.Number, out var number))
        {
            numbers[reference.Number] = number = numbers.Count + 1;
            open.Enqueue(reference);
        }
        return new PdfReference(number, 0);
    }

    PdfObject Changed(PdfObject? value) => value switch
    {
        PdfReference reference => content.Current(reference) is null ? PdfNull.Instance : Renumbered(reference),
        PdfArray array => new PdfArray([.. array.Items.Select(Changed)]),
        PdfDictionary dictionary => Entries(dictionary, isStream: false) is { } changed ? changed : PdfNull.Instance,
        PdfStream stream => Entries(stream.Dictionary, isStream: true) is { } changed ? new PdfStream(changed, stream.Raw) : PdfNull.Instance,
        null => PdfNull.Instance,
        _ => value
    };

    PdfDictionary? Entries(PdfDictionary dictionary, bool isStream)
    {
        var kept = change is null ? dictionary : change(dictionary, isStream);
        if (kept is null) return null;
        return new PdfDictionary(kept.Entries.Where(entry => !(isStream && entry.Key == "Length"))
            .Select(entry => KeyValuePair.Create(entry.Key, Changed(entry.Value))).Where(entry => entry.Value is not PdfNull));
    }

    void Finish(PdfSerializer serializer, PdfReference root, PdfReference? info, PdfOutput output)
    {
        var start = serializer.Position;
        serializer.Raw(string.Create(CultureInfo.InvariantCulture, $"xref\n0 {offsets.Count}\n0000000000 65535 f \n"));
        foreach (var offset in offsets.Skip(1)) serializer.Raw(string.Create(CultureInfo.InvariantCulture, $"{offset:D10} 00000 n \n"));
        var hash = SHA256.HashData(output.Written);
        var first = content.Current(Source.Trailer["ID"]) is PdfArray { Items: [PdfString known, ..] } ? known : new PdfString(hash[16..], true);
        var trailer = new PdfDictionary(("Size", new PdfNumber(offsets.Count)), ("Root", root),
            ("ID", new PdfArray(new PdfString(first.Bytes, true), new PdfString(hash[..16], true))));
        serializer.Raw("trailer\n"u8);
        serializer.Object(info is null ? trailer : trailer.With("Info", info));
        serializer.Raw(string.Create(CultureInfo.InvariantCulture, $"\nstartxref\n{start}\n%%EOF\n"));
    }
}
