using System.Xml;
using Balie.Pdf;

namespace Balie.Pades;

/// <summary>
/// Whether a stream can be a file's description of itself (ISO 32000-2, 14.3.2; XMP, ISO 16684-1): XML that is whole, without document type
/// and so without entities, and nothing that is kept elsewhere.
/// </summary>
internal static class XmpMetadata
{
    const int LongestPacket = 4 * 1024 * 1024;

    static readonly XmlReaderSettings Strict = new() { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, MaxCharactersInDocument = LongestPacket };

    public static bool IsSound(PdfObjectReader reader, PdfObject? value)
    {
        if (value is not PdfStream { Dictionary: var dictionary } stream || dictionary["F"] is not null || dictionary["Type"] is not PdfName { Value: "Metadata" }) return false;
        return reader.TryDecode(stream) is { } packet && IsWellFormed(packet);
    }

    static bool IsWellFormed(ReadOnlyMemory<byte> packet)
    {
        try
        {
            using var bytes = new MemoryStream(packet.ToArray(), writable: false);
            using var xml = XmlReader.Create(bytes, Strict);
            while (xml.Read())
            {
                // Reading to the end is the check.
            }
            return true;
        }
        catch (XmlException)
        {
            return false;
        }
    }
}
