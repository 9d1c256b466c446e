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

    Shown Shown => agreement.Shown;

    static void ShouldAgree(IReadOnlyDictionary<string, int> own, IReadOnlyDictionary<string, int> peer, params IEnumerable<string> cannot)
    {
        var differ = own.Where(one => peer[one.Key] != one.Value).Select(one => one.Key).Order();
        differ.ShouldBe(cannot.Distinct().Order(), string.Join(", ", own.Where(one => peer[one.Key] != one.Value).Select(one => $"{one.Key}: {one.Value} here, {peer[one.Key]} there")));
    }

    [Fact]
    public async Task PDFBox_with_the_JDK_finds_the_same_signatures_intact()
    {
        // It refuses to verify under a certificate whose key usage is another one or that makes a demand it does not know, reads no key identifier
        // and not that curve, and does not look for more behind the signers.
        ShouldAgree(Shown.Intact, await Peers.PdfBox(Shown), [.. NotPades, .. Removed, "key-usage-encipherment", "critical-extension", "cms-key-identifier", "curve-not-listed", "cms-more-after", "cms-md5"]);
    }

    [Fact]
    public async Task Pdfsig_finds_the_same_signatures_intact()
    {
        var found = new Dictionary<string, int>();
        foreach (var name in Shown.Intact.Keys) found[name] = Regex.Count((await Tool.Run("pdfsig", "-nocert", Shown.At(name))).Output, "Signature is Valid");

        // NSS knows neither Ed25519 nor that curve, and finds no signer by a key's identifier. It goes by the widgets of pages, and falls for what is hidden in the gap behind the string.
        ShouldAgree(Shown.Intact, found, [.. NotPades.Except(["cms-content-inside"]), "ed25519", "curve-not-listed", "cms-key-identifier", "signature-cleared", "wrapped-in-gap"]);
    }

    [Fact]
    public async Task OpenSsl_verifies_the_same_signatures()
    {
        var found = await Peers.OpenSslCms(Shown);

        // OpenSSL 3.0 still takes MD5, verifies no Ed25519 in a CMS, and goes by the key where the algorithm names another.
        ShouldAgree(Shown.Intact.Where(one => found.ContainsKey(one.Key)).ToDictionary(), found, [.. NotPades, "ed25519", "cms-key-disagrees", "cms-md5"]);
    }

    [Fact]
    public async Task OpenSsl_verifies_the_same_time_stamps()
    {
        var found = await Peers.OpenSslTs(Shown);

        found.Count.ShouldBeGreaterThan(5);
        // OpenSSL asks whether the authority's certificate is valid now, not whether it was when it stamped.
        ShouldAgree(Shown.IntactStamps.Where(one => found.ContainsKey(one.Key)).ToDictionary(), found, ["timestamp-before-its-authority"]);
    }

    [Fact]
    public async Task Libpdf_finds_the_same_fields_signed()
    {
        ShouldAgree(Shown.SignedFields, await Peers.LibPdf(Shown), []);
    }

    [Fact]
    public async Task Qpdf_finds_no_fault_in_sound_files()
    {
        var faulty = new List<string>();
        foreach (var name in SoundFixtures.All.Keys.Concat(TimeStampFixtures.All.Keys).Where(name => !name.EndsWith("saved-over", StringComparison.Ordinal)))
            if ((await Tool.Run("qpdf", "--check", Shown.At(name))) is not (0, var said) || said.Contains("WARNING", StringComparison.Ordinal)) faulty.Add(name);

        faulty.ShouldBeEmpty();
    }

    [Fact]
    public async Task Mutool_sees_that_bytes_changed()
    {
        foreach (var (name, holds) in new[] { ("one-signature", true), ("three-signatures", true), ("rsa-pkcs1", true), ("letter-changed", false) })
        {
            var said = (await Tool.Run("mutool", "sign", "-v", Shown.At(name))).Output;
            Regex.IsMatch(said, "verifying signature", RegexOptions.IgnoreCase).ShouldBeTrue(said);
            Regex.IsMatch(said, "Digest error", RegexOptions.IgnoreCase).ShouldBe(!holds, $"{name}: {said}");
        }
    }
}

/// <summary>The fixtures that other programs can judge, as files.</summary>
public sealed class Agreement : IDisposable
{
    public Agreement()
    {
        var groups = new[] { SoundFixtures.All, ForgedFixtures.All, CmsFixtures.All, CertificateFixtures.All, TimeStampFixtures.All };
        foreach (var (name, make) in groups.SelectMany(group => group)) Shown.Write(name, make());
    }

    internal Shown Shown { get; } = new();

    public void Dispose() => Shown.Dispose();
}
