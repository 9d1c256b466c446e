using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Balie.Pades.Cleaning;
using Balie.Pades.Tests.Verdicts;
using Balie.Pdf;

namespace Balie.Pades.Tests.Fuzz;

/// <summary>
/// Damaged and malicious files by the thousand: each is read, repaired, cleaned and verified, or refused, within its time, and nothing else
/// happens. Seconds in BALIE_FUZZ_SECONDS (5 without); what broke something is kept in the folder that BALIE_FUZZ_FOLDER names.
/// </summary>
public sealed class FuzzTests(Corpus corpus)
{
    static readonly TimeSpan LongestFile = TimeSpan.FromSeconds(20);

    readonly ConcurrentDictionary<string, int> counts = new();
    readonly ConcurrentDictionary<string, string> findings = new();

    [Fact]
    public void Any_input_ends_in_a_result_or_a_refusal()
    {
        var seconds = double.Parse(Environment.GetEnvironmentVariable("BALIE_FUZZ_SECONDS") ?? "5", CultureInfo.InvariantCulture);
        var start = int.Parse(Environment.GetEnvironmentVariable("BALIE_FUZZ_START") ?? "1", CultureInfo.InvariantCulture);
        var mutator = new Mutator(Seeds(), new Random(start));
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < TimeSpan.FromSeconds(seconds)) Try(mutator.Next());
        Report(clock.Elapsed);
        findings.ShouldBeEmpty(string.Join("\n", findings.Select(finding => $"{finding.Key}\n  {finding.Value}")));
        counts["files"].ShouldBeGreaterThan(0);
    }

    byte[][] Seeds()
    {
        var real = Corpus.Names.Select(corpus.Read).ToArray();
        var form = TinyPdf.WithCatalog("/AcroForm<</Fields[5 0 R]/NeedAppearances true>>/Names<</Dests<</Names[(a)[3 0 R/Fit]]>>>>",
            "<</Type/Annot/Subtype/Widget/FT/Tx/T(b)/V(Gerrit)/Rect[50 200 250 220]/P 3 0 R>>");
        var tiny = Ceremony.Sign(Ceremony.Sign(TinyPdf.Simple, Ceremony.Request("Een", Ceremony.Citizen)), Ceremony.Request("Twee", Ceremony.Officer));
        var crafted = CraftyFixtures.All.Concat(MarkFixtures.All).Select(fixture => fixture.Value().Pdf).ToArray();
        return [.. crafted, TinyPdf.Simple, TinyPdf.Simple, form, form, tiny, tiny, Ceremony.WithFields(real[0]), Ceremony.Both(real[0]), Ceremony.Both(real[^1]), .. real];
    }

    void Try(byte[] pdf)
    {
        counts.AddOrUpdate("files", 1, (_, count) => count + 1);
        Target("open", pdf, () => Looked(PdfDocument.Open(pdf)));
        Target("repair", pdf, () => Signed(PdfRepair.Repair(pdf).Pdf.ToArray()));
        Target("clean", pdf, () => PdfCleaner.Clean(pdf).Pdf.Length);
        Target("verify", pdf, () => Believed(pdf, Ceremony.Verify(pdf)));
    }

    /// <summary>What was read or made whole can be signed, or says why not; and what was signed holds.</summary>
    static int Signed(byte[] sound)
    {
        if (PdfDocument.Open(sound).HasSignatures) return 0;
        try
        {
            var signed = Ceremony.Sign(sound, Ceremony.Request("Fuzz", Ceremony.Citizen));
            var report = Ceremony.Verify(signed).Single(found => found.Field == "Fuzz");
            return report is { Intact: true, LaterChangesAllowed: true } ? signed.Length : throw new InvalidOperationException($"The own signature does not hold: {string.Join(" ", report.Problems)}");
        }
        catch (SignatureRefusedException)
        {
            return 0; // the form has that field, and it cannot be filled
        }
    }

    /// <summary>Where a signature passes, its signer's pages are still what the pages show.</summary>
    static int Believed(byte[] pdf, IReadOnlyList<SignatureReport> reports)
    {
        foreach (var report in reports.Where(report => report is { Passed: true, CoversWholeFile: false }))
        {
            var (signed, now) = (PdfDocument.Open(pdf.AsMemory(0, report.SignedLength)), PdfDocument.Open(pdf));
            if (PagePicture.Of(signed) != PagePicture.Of(now)) throw new InvalidOperationException($"'{report.Field}' passed, and its pages show something else.");
        }
        return reports.Count;
    }

    static int Looked(PdfDocument document) => document.ActiveContent.Count + document.Destinations.Count + document.SignatureFields.Count;

    void Target(string name, byte[] pdf, Func<int> work)
    {
        var clock = Stopwatch.StartNew();
        try
        {
            work();
            counts.AddOrUpdate($"{name}: read", 1, (_, count) => count + 1);
        }
        catch (PdfRefusedException refusal)
        {
            counts.AddOrUpdate($"{name}: refused", 1, (_, count) => count + 1);
            counts.AddOrUpdate($"{name}: refused, {refusal.Code}", 1, (_, count) => count + 1);
        }
        catch (Exception e)
        {
            var frame = new StackTrace(e).GetFrames().Select(place => place.GetMethod()).FirstOrDefault(method => method?.DeclaringType?.Namespace?.StartsWith("Balie", StringComparison.Ordinal) == true);
            Keep($"{name}: {e.GetType().Name} in {frame?.DeclaringType?.Name}.{frame?.Name}", pdf);
        }
        if (clock.Elapsed > LongestFile) Keep($"{name}: slow", pdf);
    }

    void Keep(string what, byte[] pdf)
    {
        counts.AddOrUpdate("findings", 1, (_, count) => count + 1);
        var folder = Directory.CreateDirectory(Environment.GetEnvironmentVariable("BALIE_FUZZ_FOLDER") ?? Path.Combine(corpus.Folder, "fuzz")).FullName;
        var path = Path.Combine(folder, Convert.ToHexStringLower(SHA256.HashData(pdf))[..16] + ".pdf");
        if (findings.TryAdd(what, path)) File.WriteAllBytes(path, pdf);
    }

    void Report(TimeSpan took)
    {
        var lines = counts.OrderBy(count => count.Key, StringComparer.Ordinal).Select(count => string.Create(CultureInfo.InvariantCulture, $"{count.Value,10} {count.Key}"));
        var text = string.Create(CultureInfo.InvariantCulture, $"{took.TotalSeconds:0} seconds, {findings.Count} kinds of findings\n{string.Join('\n', lines)}\n");
        if (Environment.GetEnvironmentVariable("BALIE_FUZZ_REPORT") is { Length: > 0 } path) File.WriteAllText(path, text);
    }
}
