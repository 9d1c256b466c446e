using System.Text.RegularExpressions;
using Balie.Pades.Cleaning;
using Balie.Pades.Tests.Verdicts;
using Balie.Pdf;

namespace Balie.Pades.Tests;

/// <summary>Files by sixteen programs and in further shapes, one to five signatures each, judged by other readers: what one of them cannot judge is written down here.</summary>
public sealed class ProducerTests(Producers producers, Corpus corpus) : IClassFixture<Producers>
{
    public static TheoryData<string, int> Files => [.. Producers.Programs.Concat(Producers.Shapes).Select((name, i) => new TheoryDataRow<string, int>(name, 1 + i % 5))];

    [Theory, MemberData(nameof(Files))]
    public async Task Every_file_takes_one_to_five_signatures_that_all_readers_accept(string name, int signers)
    {
        var signed = Sign(producers.Read(name), signers);

        Ceremony.Verify(signed).Select(report => report.Passed).ShouldBe(Enumerable.Repeat(true, signers), string.Join(" ", Ceremony.Verify(signed).SelectMany(report => report.Problems)));
        var path = corpus.Keep($"{name}-{signers}", signed);
        var pdfsig = (await Tool.Run("pdfsig", "-nocert", path)).Output;
        Regex.Count(pdfsig, "Signature is Valid").ShouldBe(signers, pdfsig);
        (await Tool.Succeed("qpdf", "--check", path)).ShouldNotContain("WARNING");
        var mutool = (await Tool.Run("mutool", "sign", "-v", path)).Output;
        Regex.Count(mutool, "verifying signature", RegexOptions.IgnoreCase).ShouldBe(signers, mutool);
        Regex.IsMatch(mutool, "digest (failure|invalid|error)", RegexOptions.IgnoreCase).ShouldBeFalse(mutool);
    }

    [Theory, MemberData(nameof(Files))]
    public void Every_file_can_be_cleaned_and_then_signed(string name, int signers)
    {
        var original = producers.Read(name);
        var cleaned = PdfCleaner.Clean(original).Pdf.ToArray();

        PdfDocument.Open(cleaned).PageCount.ShouldBe(PdfDocument.Open(original).PageCount);
        Ceremony.Verify(Sign(cleaned, signers)).ShouldAllBe(report => report.Passed);
    }

    [Fact]
    public async Task PDFBox_OpenSSL_and_libpdf_count_the_same_signatures_and_time_stamps_in_every_file()
    {
        using var shown = new Shown();
        var signers = Files.ToDictionary(row => row.Data.Item1, row => row.Data.Item2);
        foreach (var (name, count) in signers) shown.Write(name, Crafted.DocumentTimeStamp(Sign(producers.Read(name), count), TestAuthority.Now.AddMinutes(5)));

        shown.Intact.OrderBy(file => file.Key).ShouldBe(signers.OrderBy(file => file.Key));
        shown.IntactStamps.Values.ShouldAllBe(count => count == 1);
        // None of them is excused for any file: what one cannot read is missing from its count.
        (await Peers.PdfBox(shown)).OrderBy(file => file.Key).ShouldBe(signers.OrderBy(file => file.Key));
        (await Peers.OpenSslCms(shown)).OrderBy(file => file.Key).ShouldBe(signers.OrderBy(file => file.Key));
        (await Peers.OpenSslTs(shown)).OrderBy(file => file.Key).ShouldBe(signers.ToDictionary(file => file.Key, _ => 1).OrderBy(file => file.Key));
        (await Peers.LibPdf(shown)).OrderBy(file => file.Key).ShouldBe(signers.ToDictionary(file => file.Key, file => file.Value + 1).OrderBy(file => file.Key));
    }

    static byte[] Sign(byte[] pdf, int signers)
    {
        var names = Enumerable.Range(1, signers).Select(i => $"Ondertekenaar {i}").ToArray();
        pdf = EmptySignatureFields.Place(pdf, [.. names.Select((name, i) => new EmptySignatureField(name, $"Handtekening {i + 1}", new(1, new PdfRectangle(20 + i * 110, 40, 100, 50))))]);
        foreach (var (name, i) in names.Select((name, i) => (name, i)))
            pdf = Ceremony.Sign(pdf, i % 2 == 0 ? Ceremony.CitizenRequest(name) : Ceremony.OfficerRequest(name));
        return pdf;
    }
}
