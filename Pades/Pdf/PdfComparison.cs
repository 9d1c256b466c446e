namespace Balie.Pdf;

/// <summary>Whether two objects are written the same; references compare by number, not by what they lead to.</summary>
internal static class PdfComparison
{
    public static bool Same(PdfObject? a, PdfObject? b) => (a, b) switch
    {
        (null or PdfNull, null or PdfNull) => true,
        (PdfBoolean x, PdfBoolean y) => x.Value == y.Value,
        (PdfNumber x, PdfNumber y) => x.Lexeme == y.Lexeme,
        (PdfName x, PdfName y) => x.Value == y.Value,
        (PdfString x, PdfString y) => x.Bytes.AsSpan().SequenceEqual(y.Bytes),
        (PdfReference x, PdfReference y) => x.Number == y.Number && x.Generation == y.Generation,
        (PdfArray x, PdfArray y) => x.Items.Count == y.Items.Count && x.Items.Zip(y.Items).All(pair => Same(pair.First, pair.Second)),
        (PdfDictionary x, PdfDictionary y) => x.Entries.Count == y.Entries.Count && x.Entries.All(entry => Same(entry.Value, y[entry.Key])),
        (PdfStream x, PdfStream y) => Same(x.Dictionary, y.Dictionary) && x.Raw.Span.SequenceEqual(y.Raw.Span),
        _ => false
    };

    /// <summary>Keys whose values differ, or that only one of both has.</summary>
    public static IEnumerable<string> DifferingKeys(PdfDictionary from, PdfDictionary to) =>
        from.Entries.Concat(to.Entries).Select(entry => entry.Key).Distinct().Where(key => !Same(from[key], to[key]));

    /// <summary>Whether every difference is one that a rule for its key accepts.</summary>
    public static bool OnlyDiffers(PdfDictionary from, PdfDictionary to, params (string Key, Func<PdfObject?, PdfObject?, bool> Allowed)[] rules) =>
        DifferingKeys(from, to).All(key => rules.FirstOrDefault(rule => rule.Key == key).Allowed is { } allowed && allowed(from[key], to[key]));

    public static bool StartsWith(IReadOnlyList<PdfObject> list, IReadOnlyList<PdfObject> beginning) =>
        list.Count >= beginning.Count && beginning.Zip(list).All(pair => Same(pair.First, pair.Second));

    public static IEnumerable<PdfObject> Children(PdfObject? value) => value switch
    {
        PdfArray array => array.Items,
        PdfDictionary dictionary => dictionary.Entries.Select(entry => entry.Value),
        PdfStream stream => Children(stream.Dictionary),
        _ => []
    };
}
