using Balie.Pdf;

namespace Balie.Pades;

/// <summary>Names for fields that nobody named.</summary>
internal static class SignatureFieldNames
{
    /// <summary>"Signature 1", "Signature 2", ...: the first that no field of the form has.</summary>
    public static string Free(PdfDocument document, string word)
    {
        var taken = document.SignatureFields.Select(field => field.Name).ToHashSet(StringComparer.Ordinal);
        return Enumerable.Range(1, int.MaxValue).Select(number => $"{word} {number}").First(name => !taken.Contains(name));
    }
}
