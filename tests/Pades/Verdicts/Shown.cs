using Balie.Pdf;

namespace Balie.Pades.Tests.Verdicts;

/// <summary>Signed files in a folder, with what the own verifier says of each, and their parts for programs that read no PDF.</summary>
internal sealed class Shown : IDisposable
{
    readonly Dictionary<string, int> intact = [], intactStamps = [], signedFields = [];
    readonly Dictionary<string, List<(string Contents, string Content)>> signatures = [], timeStamps = [];

    public Shown()
    {
        Anchor = Path.Combine(Folder, "anker.pem");
        File.WriteAllText(Anchor, TestAuthority.Shared.Root.ExportCertificatePem());
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("balie-shown-").FullName;

    public string Anchor { get; }

    /// <summary>How many signatures are intact, time stamps apart.</summary>
    public IReadOnlyDictionary<string, int> Intact => intact;

    public IReadOnlyDictionary<string, int> IntactStamps => intactStamps;

    public IReadOnlyDictionary<string, int> SignedFields => signedFields;

    public IReadOnlyDictionary<string, List<(string Contents, string Content)>> Signatures => signatures;

    public IReadOnlyDictionary<string, List<(string Contents, string Content)>> TimeStamps => timeStamps;

    public string At(string name) => Path.Combine(Folder, name + ".pdf");

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    public void Write(string name, Fixture fixture)
    {
        File.WriteAllBytes(At(name), fixture.Pdf);
        var report = fixture.Verify();
        intact[name] = report.Signatures.Count(one => one.Intact);
        intactStamps[name] = report.TimeStamps.Count(one => one.Intact);
        var document = PdfDocument.Open(fixture.Pdf);
        signedFields[name] = document.SignatureFields.Count(field => field.IsSigned);
        foreach (var field in document.SignatureFields.Where(field => field.IsSigned)) WriteParts(name, document, field);
    }

    void WriteParts(string name, PdfDocument document, SignatureField field)
    {
        SignedRange range;
        try
        {
            range = SignedRange.Read(document, field);
        }
        catch (Cms.CmsRefusedException)
        {
            return; // nothing to show to a program that reads no PDF
        }
        var parts = SignatureKinds.IsTimeStamp(document.Reader, field.Value!) ? timeStamps : signatures;
        var list = parts.TryGetValue(name, out var known) ? known : parts[name] = [];
        var start = Path.Combine(Folder, $"{name}-{field.Reference.Number}");
        File.WriteAllBytes(start + ".der", Trimmed(range.Contents.ToArray()));
        File.WriteAllBytes(start + ".bin", [.. document.Bytes.Span[..range.GapStart], .. document.Bytes.Span[range.GapEnd..range.End]]);
        list.Add((start + ".der", start + ".bin"));
    }

    /// <summary>Without the zeros that fill the room.</summary>
    static byte[] Trimmed(byte[] contents)
    {
        try
        {
            return contents[..new System.Formats.Asn1.AsnReader(contents, System.Formats.Asn1.AsnEncodingRules.BER).PeekEncodedValue().Length];
        }
        catch (System.Formats.Asn1.AsnContentException)
        {
            return contents; // no CMS at all: the other program will say so
        }
    }
}
