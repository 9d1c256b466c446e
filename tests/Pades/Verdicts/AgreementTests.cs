using System.Text.RegularExpressions;
using Balie.Pdf;

namespace Balie.Pades.Tests.Verdicts;

/// <summary>
/// A matrix of the fixtures against other verifiers: each agrees within what it can judge. Where one cannot, the fixture is named with the reason;
/// a difference that is not named fails, and so does a name that is no longer needed.
/// </summary>
public sealed class AgreementTests(Agreement agreement) : IClassFixture<Agreement>
{
    /// <summary>Rules of PAdES about what may be in a CMS, which programs that verify any CMS do not know.</summary>
    static readonly string[] NotPades = ["cms-no-attributes", "cms-ess-missing", "cms-ess-other", "cms-sha1", "cms-two-signers", "cms-content-inside", "padding-used"];

    /// <summary>Signatures that only an earlier state of the file has.</summary>
    static readonly string[] Removed = ["signature-removed", "signature-cleared", "other-catalog"];

    static void ShouldAgree(IReadOnlyDictionary<string, int> own, IReadOnlyDictionary<string, int> peer, params IEnumerable<string> cannot)
    {
        var differ = own.Where(one => peer[one.Key] != one.Value).Select(one => one.Key).Order();
        differ.ShouldBe(cannot.Distinct().Order(), string.Join(", ", own.Where(one => peer[one.Key] != one.Value).Select(one => $"{one.Key}: {one.Value} here, {peer[one.Key]} there")));
    }

    [Fact]
    public async Task PDFBox_with_the_JDK_finds_the_same_signatures_intact()
    {
        var said = await Tool.Succeed("java", "-XX:TieredStopAtLevel=1", "--add-exports", "java.base/sun.security.pkcs=ALL-UNNAMED",
            "-cp", "/usr/share/java/pdfbox2.jar:/usr/share/java/fontbox2.jar:/usr/share/java/commons-logging.jar", Path.Combine(Agreement.Peers, "Verify.java"), agreement.Folder);

        // It refuses to verify under a certificate whose key usage is another one.
        ShouldAgree(agreement.Intact, Agreement.Counts(said), [.. NotPades, .. Removed, "key-usage-encipherment"]);
    }

    [Fact]
    public async Task Pdfsig_finds_the_same_signatures_intact()
    {
        var found = new Dictionary<string, int>();
        foreach (var name in agreement.Intact.Keys) found[name] = Regex.Count((await Tool.Run("pdfsig", "-nocert", agreement.At(name))).Output, "Signature is Valid");

        // NSS does not know Ed25519. It goes by the widgets of pages, and falls for what is hidden in the gap behind the string.
        ShouldAgree(agreement.Intact, found, [.. NotPades.Except(["cms-content-inside"]), "ed25519", "signature-cleared", "wrapped-in-gap"]);
    }

    [Fact]
    public async Task OpenSsl_verifies_the_same_signatures()
    {
        var found = new Dictionary<string, int>();
        foreach (var (name, parts) in agreement.Signatures)
        {
            found[name] = 0;
            foreach (var (contents, content) in parts)
                if ((await Tool.Run("openssl", "cms", "-verify", "-noverify", "-binary", "-inform", "DER", "-in", contents, "-content", content, "-out", "/dev/null")).Code == 0) found[name]++;
        }

        // OpenSSL 3.0 verifies no Ed25519 in a CMS, and goes by the key where the algorithm names another.
        ShouldAgree(agreement.Intact.Where(one => found.ContainsKey(one.Key)).ToDictionary(), found, [.. NotPades, "ed25519", "cms-key-disagrees"]);
    }

    [Fact]
    public async Task OpenSsl_verifies_the_same_time_stamps()
    {
        var found = new Dictionary<string, int>();
        foreach (var (name, parts) in agreement.TimeStamps)
        {
            found[name] = 0;
            foreach (var (token, content) in parts)
                if ((await Tool.Run("openssl", "ts", "-verify", "-token_in", "-in", token, "-data", content, "-CAfile", agreement.Anchor,
                    "-attime", TestAuthority.Now.AddHours(1).ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture))).Code == 0) found[name]++;
        }

        found.Count.ShouldBeGreaterThan(5);
        ShouldAgree(agreement.IntactStamps.Where(one => found.ContainsKey(one.Key)).ToDictionary(), found, []);
    }

    [Fact]
    public async Task Libpdf_finds_the_same_fields_signed()
    {
        if (!Directory.Exists(Path.Combine(Agreement.Peers, "node_modules"))) await Tool.Succeed("npm", "--prefix", Agreement.Peers, "ci", "--no-audit", "--no-fund");
        var said = await Tool.Succeed("node", Path.Combine(Agreement.Peers, "fields.mjs"), agreement.Folder);

        ShouldAgree(agreement.SignedFields, Agreement.Counts(said), []);
    }

    [Fact]
    public async Task Qpdf_finds_no_fault_in_sound_files()
    {
        var faulty = new List<string>();
        foreach (var name in SoundFixtures.All.Keys.Concat(TimeStampFixtures.All.Keys).Where(name => !name.EndsWith("saved-over", StringComparison.Ordinal)))
            if ((await Tool.Run("qpdf", "--check", agreement.At(name))) is not (0, var said) || said.Contains("WARNING", StringComparison.Ordinal)) faulty.Add(name);

        faulty.ShouldBeEmpty();
    }

    [Fact]
    public async Task Mutool_sees_that_bytes_changed()
    {
        foreach (var (name, holds) in new[] { ("one-signature", true), ("three-signatures", true), ("rsa-pkcs1", true), ("letter-changed", false) })
        {
            var said = (await Tool.Run("mutool", "sign", "-v", agreement.At(name))).Output;
            Regex.IsMatch(said, "verifying signature", RegexOptions.IgnoreCase).ShouldBeTrue(said);
            Regex.IsMatch(said, "Digest error", RegexOptions.IgnoreCase).ShouldBe(!holds, $"{name}: {said}");
        }
    }
}

/// <summary>The fixtures on disk, with what the own verifier says of each, and their parts for programs that read no PDF.</summary>
public sealed class Agreement : IDisposable
{
    readonly Dictionary<string, int> intact = [], intactStamps = [], signedFields = [];
    readonly Dictionary<string, List<(string Contents, string Content)>> signatures = [], timeStamps = [];

    public Agreement()
    {
        Anchor = Path.Combine(Folder, "anker.pem");
        File.WriteAllText(Anchor, TestAuthority.Shared.Root.ExportCertificatePem());
        var groups = new[] { SoundFixtures.All, ForgedFixtures.All, CmsFixtures.All, CertificateFixtures.All, TimeStampFixtures.All };
        foreach (var (name, make) in groups.SelectMany(group => group)) Write(name, make());
    }

    public static string Peers { get; } = Path.Combine(Repository(), "tests", "Peers");

    public string Folder { get; } = Directory.CreateTempSubdirectory("balie-agreement-").FullName;

    public string Anchor { get; }

    /// <summary>How many signatures are intact, time stamps apart.</summary>
    public IReadOnlyDictionary<string, int> Intact => intact;

    public IReadOnlyDictionary<string, int> IntactStamps => intactStamps;

    public IReadOnlyDictionary<string, int> SignedFields => signedFields;

    internal IReadOnlyDictionary<string, List<(string Contents, string Content)>> Signatures => signatures;

    internal IReadOnlyDictionary<string, List<(string Contents, string Content)>> TimeStamps => timeStamps;

    public string At(string name) => Path.Combine(Folder, name + ".pdf");

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    public static IReadOnlyDictionary<string, int> Counts(string lines) =>
        Regex.Matches(lines, @"^(\S+) (-?\d+)$", RegexOptions.Multiline).ToDictionary(line => line.Groups[1].Value, line => int.Parse(line.Groups[2].Value));

    static string Repository()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Balie.sln"))) folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests run from a checkout.");
        return folder;
    }

    void Write(string name, Fixture fixture)
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
