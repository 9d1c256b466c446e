namespace Balie.Pdf;

/// <summary>Names what acts by itself in a file: actions by their /S, and keys that carry scripts or files.</summary>
internal static class ActiveContentScan
{
    static readonly HashSet<string> Actions = ["JavaScript", "Launch", "SubmitForm", "ImportData", "Rendition", "RichMediaExecute", "GoToE"];
    static readonly HashSet<string> Keys = ["EmbeddedFiles", "JavaScript", "JS", "EF", "AA", "RichMediaContent"];

    public static IReadOnlySet<string> Run(PdfDocument document) => Run(document, document.Reader.Numbers.ToArray());

    public static IReadOnlySet<string> Run(PdfDocument document, IEnumerable<int> numbers)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        foreach (var number in numbers)
            Look(document.Reader.Read(new PdfReference(number, document.Reader.Generation(number))), found);
        return found;
    }

    static void Look(PdfObject? value, HashSet<string> found)
    {
        switch (value)
        {
            case PdfArray array:
                foreach (var item in array.Items) Look(item, found);
                break;
            case PdfStream stream:
                if (stream.Dictionary["F"] is not null) found.Add("ExternalStream");
                if (stream.Dictionary["Ref"] is not null && stream.Dictionary["Subtype"] is PdfName { Value: "Form" }) found.Add("ReferenceXObject");
                if (stream.Dictionary["Alternates"] is not null) found.Add("AlternateImage");
                Look(stream.Dictionary, found);
                break;
            case PdfDictionary dictionary:
                if (dictionary["S"] is PdfName { Value: var action } && Actions.Contains(action)) found.Add(action);
                foreach (var (key, item) in dictionary.Entries)
                {
                    if (Keys.Contains(key)) found.Add(key);
                    Look(item, found);
                }
                break;
        }
    }
}
