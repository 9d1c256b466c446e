using System.Text;
using System.Text.Json.Nodes;
using Balie.Pades.Tool;

namespace Balie.Pades.Tests.Verdicts;

/// <summary>The tool as a script meets it: data on standard output, sentences beside it, and a number at the end.</summary>
public sealed class VerifyCommandTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("balie-verify-").FullName;
    readonly string trust;

    public VerifyCommandTests()
    {
        trust = Path.Combine(folder, "anker.pem");
        File.WriteAllText(trust, TestAuthority.Shared.Root.ExportCertificatePem());
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    sealed class Fixed : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => TestAuthority.Now.AddHours(1);
    }

    string Keep(string name, byte[] content, string? under = null)
    {
        var path = Path.Combine(Directory.CreateDirectory(Path.Combine(folder, under ?? "")).FullName, name);
        File.WriteAllBytes(path, content);
        return path;
    }

    static async Task<(ExitCode Code, string Data, string Said)> Run(params string[] words)
    {
        using var output = new MemoryStream();
        var said = new StringWriter();
        var code = await new CommandLine(output, said, new Fixed()).RunAsync(words);
        return (code, Encoding.UTF8.GetString(output.ToArray()), said.ToString());
    }

    Task<(ExitCode Code, string Data, string Said)> Verify(string path, params string[] more) => Run(["verify", path, "--trust", trust, .. more]);

    [Fact]
    public async Task The_number_at_the_end_is_the_verdict()
    {
        var sound = Keep("goed.pdf", Paper.Signed);
        (await Verify(sound, "--revocation", "soft")).Code.ShouldBe(ExitCode.Done);
        (await Verify(sound)).Code.ShouldBe(ExitCode.Indeterminate, "revocation is required unless told otherwise");
        (await Run("verify", sound, "--revocation", "soft")).Code.ShouldBe(ExitCode.Indeterminate, "no anchor");
        (await Verify(Keep("fout.pdf", ForgedFixtures.All["letter-changed"]().Pdf), "--revocation", "soft")).Code.ShouldBe(ExitCode.Failed);
        (await Verify(Keep("geen.pdf", "geen PDF"u8.ToArray()))).Code.ShouldBe(ExitCode.Refused);
        (await Verify(Path.Combine(folder, "weg.pdf"))).Code.ShouldBe(ExitCode.Refused);
        (await Verify(Keep("leeg.pdf", Paper.Plain))).Code.ShouldBe(ExitCode.Indeterminate, "nobody signed: nothing to rely on");
    }

    [Fact]
    public async Task A_wrong_command_line_is_told_and_explained()
    {
        var sound = Keep("goed.pdf", Paper.Signed);
        string[][] wrong = [[], ["fout"], ["verify"], ["verify", sound, "--weet-niet"], ["verify", sound, "--trust"], ["verify", sound, "--revocation", "misschien"], ["verify", sound, "--at", "ooit"], ["verify", sound, sound]];
        foreach (var words in wrong)
        {
            var (code, data, said) = await Run(words);
            (code, data).ShouldBe((ExitCode.Usage, ""), string.Join(' ', words));
            said.ShouldContain("pades verify FILE|FOLDER");
        }
    }

    [Fact]
    public async Task The_data_are_JSON_with_the_words_of_the_standard()
    {
        var (_, data, said) = await Verify(Keep("goed.pdf", Crafted.DocumentTimeStamp(Paper.Sign(Paper.Signed, "Twee"), TestAuthority.Now.AddMinutes(5))), "--revocation", "soft", "--json");
        var report = JsonNode.Parse(data)!;

        said.ShouldBeEmpty();
        (report["verdict"]!.GetValue<string>(), report["subIndication"]).ShouldBe(("TOTAL-PASSED", null));
        report["revocationChecked"]!.GetValue<bool>().ShouldBeFalse();
        var first = report["signatures"]!.AsArray()[0]!;
        (first["field"]!.GetValue<string>(), first["signer"]!.GetValue<string>(), first["level"]!.GetValue<string>(), first["time"]!.GetValue<string>(), first["verdict"]!.GetValue<string>())
            .ShouldBe(("Een", "Zegel Zonnedaal P-256", "B-T", "2026-11-24T18:25:00Z", "TOTAL-PASSED"));
        first["changesAfter"]!.AsArray().Select(change => change!["kind"]!.GetValue<string>()).ShouldBe(["signature-added", "time-stamp-added"]);
        report["timeStamps"]!.AsArray().Count.ShouldBe(1);
    }

    [Fact]
    public async Task Nobody_signed_and_unreadable_have_no_verdict()
    {
        var unsigned = JsonNode.Parse((await Verify(Keep("leeg.pdf", Paper.Plain), "--json")).Data)!;
        (unsigned["verdict"], unsigned["signatures"]!.AsArray().Count).ShouldBe((null, 0));
        var (_, data, said) = await Verify(Keep("geen.pdf", "geen PDF"u8.ToArray()), "--json");
        JsonNode.Parse(data)!["refused"]!["code"]!.GetValue<string>().ShouldBe("not-a-pdf");
        said.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task The_moment_can_be_chosen()
    {
        var sound = Keep("goed.pdf", Paper.Signed);
        var (code, data, _) = await Verify(sound, "--revocation", "soft", "--json", "--at", "2036-01-01T00:00:00Z");

        code.ShouldBe(ExitCode.Indeterminate);
        JsonNode.Parse(data)!["subIndication"]!.GetValue<string>().ShouldBe("OUT_OF_BOUNDS_NO_POE");
    }

    [Fact]
    public async Task A_folder_gives_a_list_and_the_code_of_the_worst()
    {
        Keep("a.pdf", Paper.Signed, "map");
        Keep("b.PDF", ForgedFixtures.All["letter-changed"]().Pdf, "map");
        Keep("c.pdf", "geen PDF"u8.ToArray(), "map");
        Keep("d.txt", "geen"u8.ToArray(), "map");
        var (code, data, _) = await Verify(Path.Combine(folder, "map"), "--revocation", "soft", "--json");

        code.ShouldBe(ExitCode.Failed);
        JsonNode.Parse(data)!.AsArray().Select(one => (one!["file"]!.GetValue<string>(), one["verdict"]?.GetValue<string>()))
            .ShouldBe([("a.pdf", "TOTAL-PASSED"), ("b.PDF", "TOTAL-FAILED"), ("c.pdf", null)]);
    }

    [Fact]
    public async Task A_file_that_cannot_be_opened_does_not_keep_the_others_from_being_judged()
    {
        Keep("a.pdf", Paper.Signed, "map");
        File.CreateSymbolicLink(Path.Combine(folder, "map", "b.pdf"), Path.Combine(folder, "nergens.pdf"));
        var (code, data, _) = await Verify(Path.Combine(folder, "map"), "--revocation", "soft", "--json");

        code.ShouldBe(ExitCode.Refused);
        JsonNode.Parse(data)!.AsArray().Select(one => one!["refused"]?["code"]?.GetValue<string>() ?? one["verdict"]!.GetValue<string>()).ShouldBe(["TOTAL-PASSED", "unreadable"]);
    }

    [Fact]
    public async Task Inspecting_says_what_had_to_be_tolerated()
    {
        var (code, data, _) = await Run("inspect", Keep("rommel.pdf", [.. "rommel\n"u8, .. TinyPdf.Simple]));

        code.ShouldBe(ExitCode.Done);
        JsonNode.Parse(data)!["needsRepair"]!.GetValue<bool>().ShouldBeTrue();
        JsonNode.Parse(data)!["tolerated"]!.AsArray().Select(word => word!.GetValue<string>()).ShouldContain("junk-before-header");
    }

    [Fact]
    public async Task Inspecting_tells_what_a_file_is()
    {
        var (code, data, _) = await Run("inspect", Keep("goed.pdf", Paper.Signed));
        var told = JsonNode.Parse(data)!;

        code.ShouldBe(ExitCode.Done);
        told["pages"]!.GetValue<int>().ShouldBe(2);
        told["fields"]!.AsArray().Select(field => (field!["name"]!.GetValue<string>(), field["signed"]!.GetValue<bool>())).ShouldBe([("Een", true), ("Twee", false), ("Drie", false)]);
    }
}
