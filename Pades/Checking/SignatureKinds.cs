using Balie.Pdf;

namespace Balie.Pades;

/// <summary>Tells signatures from document time stamps (ISO 32000-2, 12.8.1 and 12.8.5).</summary>
internal static class SignatureKinds
{
    public static bool IsTimeStamp(PdfObjectReader reader, PdfDictionary value) =>
        reader.Resolve(value["SubFilter"]) is PdfName { Value: "ETSI.RFC3161" } || reader.Resolve(value["Type"]) is PdfName { Value: "DocTimeStamp" };

    public static ChangeKind Added(PdfObjectReader reader, PdfDictionary value) => IsTimeStamp(reader, value) ? ChangeKind.TimeStampAdded : ChangeKind.SignatureAdded;
}
