using Balie.Pdf;

namespace Balie.Pades;

/// <summary>Names for fields that nobody named.</summary>
internal static class SignatureFieldNames
{
    /// <summary>"Signature 1", "Signature 2", ...: the first that no field of the form has.</summary>
    public static string Free(PdfDocument document, string word) =>
        Enumerable.Range(1, int.MaxValue).Select(number => $"{word} {number}").First(name => !document.FieldNames.Contains(name));
}
