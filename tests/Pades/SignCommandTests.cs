using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using Balie.Pades.Tool;
using Balie.Pdf;

namespace Balie.Pades.Tests;

/// <summary>The tool as a stranger uses it: words in, a file and a number out.</summary>
public sealed class SignCommandTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("balie-pades-tool-").FullName;

    public SignCommandTests()
    {
        File.WriteAllBytes(In, TinyPdf.Simple);
        File.WriteAllBytes(At("sleutel.pfx"), new X509Certificate2Collection { Ceremony.Officer }.Export(X509ContentType.Pfx, "geheim")!);
        File.WriteAllText(At("wachtwoord"), "geheim\n");
        File.WriteAllText(At("ca.pem"), TestAuthority.Shared.Root.ExportCertificatePem());
        File.WriteAllText(At("ander.pem"), new TestAuthority("Andere CA").Root.ExportCertificatePem());
    }

    string In => At("in.pdf");
    string Out => At("uit.pdf");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    string At(string name) => Path.Combine(folder, name);

    async Task<(ExitCode Code, string Said)> Run(params string[] words)
    {
        using var output = new MemoryStream();
        await using var messages = new StringWriter();
        var code = await new CommandLine(output, messages, TimeProvider.System).RunAsync(words);
        output.Length.ShouldBe(0, "standard output is for data");
        return (code, messages.ToString());
    }

    string[] Sign(params string[] more) => ["sign", In, Out, "--pfx", At("sleutel.pfx"), "--password", "geheim", .. more];

    async Task ShouldLeaveNothing(ExitCode code, params string[] words)
    {
        var (found, said) = await Run(words);
        found.ShouldBe(code, said);
        said.ShouldNotBeEmpty();
        File.Exists(Out).ShouldBeFalse("OUT appears whole or not at all");
        Directory.GetFiles(folder, "*.part").ShouldBeEmpty();
    }

    async Task<string> Pdfsig(string path) => (await Tests.Tool.Run("pdfsig", "-nocert", path)).Output;

    [Theory, InlineData(false), InlineData(true)]
    public async Task A_file_is_signed_with_a_password_or_a_password_file(bool byFile)
    {
        var (code, said) = await Run(["sign", In, Out, "--pfx", At("sleutel.pfx"), .. byFile ? ["--password-file", At("wachtwoord")] : new[] { "--password", "geheim" }]);

        code.ShouldBe(ExitCode.Done, said);
        (await Pdfsig(Out)).ShouldContain("Signature is Valid");
        File.ReadAllBytes(Out).AsSpan().StartsWith(TinyPdf.Simple).ShouldBeTrue();
    }

    [Fact]
    public async Task A_visible_stamped_certification_and_a_second_signature_and_a_time_stamp()
    {
        using var tsa = TestTsa.Start();
        (await Run(Sign("--level", "B-T", "--tsa", tsa.Address.ToString(), "--trust", At("ca.pem"), "--visible", "1,20,20,200,60", "--certify", "2", "--pss"))).Code.ShouldBe(ExitCode.Done);
        (await Run("sign", Out, Out, "--pfx", At("sleutel.pfx"), "--password", "geheim", "--reason", "Gezien")).Code.ShouldBe(ExitCode.Done, "a file may be signed in place");
        (await Run("timestamp", Out, Out, "--tsa", tsa.Address.ToString())).Code.ShouldBe(ExitCode.Done);

        var document = PdfDocument.Open(File.ReadAllBytes(Out));
        document.SignatureFields.Select(field => (field.Name, field.IsVisible)).ShouldBe([("Signature 1", true), ("Signature 2", false), ("Timestamp 1", false)]);
        (await Tests.Tool.Succeed("pdftotext", Out, "-")).ShouldContain("Signed by Zegel Zonnedaal RSA");
        Regex.Count(await Pdfsig(Out), "Signature is Valid").ShouldBeGreaterThanOrEqualTo(2);
        (await Tests.Tool.Succeed("qpdf", "--check", Out)).ShouldNotContain("WARNING");
    }

    [Fact]
    public async Task An_authority_that_does_not_answer_leaves_nothing_behind()
    {
        using var silent = TestTsa.Start(_ => []);
        await ShouldLeaveNothing(ExitCode.ServiceUnavailable, Sign("--level", "B-T", "--tsa", silent.Address.ToString()));
        await ShouldLeaveNothing(ExitCode.ServiceUnavailable, "timestamp", In, Out, "--tsa", "http://127.0.0.1:9/");
    }

    [Fact]
    public async Task What_cannot_be_signed_is_refused_with_a_sentence()
    {
        File.WriteAllText(At("geen.pdf"), "geen pdf");
        await ShouldLeaveNothing(ExitCode.Refused, "sign", At("geen.pdf"), Out, "--pfx", At("sleutel.pfx"), "--password", "geheim");
        await ShouldLeaveNothing(ExitCode.Refused, "sign", At("weg.pdf"), Out, "--pfx", At("sleutel.pfx"), "--password", "geheim");
        await ShouldLeaveNothing(ExitCode.Refused, "sign", In, Out, "--pfx", At("sleutel.pfx"), "--password", "fout");
        await ShouldLeaveNothing(ExitCode.Refused, Sign("--trust", At("ander.pem")));
        await ShouldLeaveNothing(ExitCode.Refused, Sign("--visible", "2,20,20,200,60"));
        await ShouldLeaveNothing(ExitCode.Refused, "sign", In, Path.Combine(folder, "geen map", "uit.pdf"), "--pfx", At("sleutel.pfx"), "--password", "geheim");
    }

    [Fact]
    public async Task A_device_is_no_place_for_a_file_and_a_link_is_followed()
    {
        await ShouldLeaveNothing(ExitCode.Refused, "sign", In, "/dev/null", "--pfx", At("sleutel.pfx"), "--password", "geheim");
        File.CreateSymbolicLink(At("verwijzing.pdf"), Out);
        File.WriteAllText(Out, "vorige");

        (await Run("sign", In, At("verwijzing.pdf"), "--pfx", At("sleutel.pfx"), "--password", "geheim")).Code.ShouldBe(ExitCode.Done);
        File.ResolveLinkTarget(At("verwijzing.pdf"), true)!.FullName.ShouldBe(Out);
        PdfDocument.Open(File.ReadAllBytes(Out)).HasSignatures.ShouldBeTrue();
    }

    [Fact]
    public async Task A_file_whose_signature_does_not_hold_is_not_counter_signed()
    {
        File.WriteAllBytes(In, Verdicts.ForgedFixtures.All["saved-over-content"]().Pdf);
        await ShouldLeaveNothing(ExitCode.Refused, Sign());

        File.WriteAllBytes(In, Verdicts.Paper.Signed);
        (await Run(Sign())).Code.ShouldBe(ExitCode.Done, "whom one trusts is the next signer's own question");
    }

    [Theory]
    [InlineData("--level", "B-T"), InlineData("--level", "B-X"), InlineData("--visible", "1,2,3"), InlineData("--visible", "0,1,1,9,9"), InlineData("--visible", "1,a,1,9,9")]
    [InlineData("--tsa", "ftp://elders/"), InlineData("--certify", "7"), InlineData("--password-file", "x"), InlineData("--anders", "x")]
    public async Task A_wrong_command_line_is_explained(params string[] more) => await ShouldLeaveNothing(ExitCode.Usage, Sign(more));
}
