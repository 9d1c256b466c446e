using System.Xml.Linq;

namespace Balie.Grains.Documents.Conversion;

/// <summary>Names of OpenDocument 1.3 part 3 that the conversion speaks of.</summary>
internal static class Odf
{
    public const string TextType = "application/vnd.oasis.opendocument.text";
    public static readonly XNamespace Office = "urn:oasis:names:tc:opendocument:xmlns:office:1.0";
    public static readonly XNamespace Text = "urn:oasis:names:tc:opendocument:xmlns:text:1.0";
    public static readonly XNamespace Link = "http://www.w3.org/1999/xlink";
    public static readonly XNamespace Script = "urn:oasis:names:tc:opendocument:xmlns:script:1.0";
    public static readonly XName Paragraph = Text + "p";
    public static readonly XName Heading = Text + "h";
}
