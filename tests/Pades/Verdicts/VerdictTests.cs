using System.Text.RegularExpressions;
using Balie.Pdf;

namespace Balie.Pades.Tests.Verdicts;

/// <summary>The table of expected verdicts, row by row.</summary>
public sealed partial class VerdictTests
{
    static readonly IReadOnlyDictionary<string, Func<Fixture>> Fixtures = new[]
    {
        SoundFixtures.All, ForgedFixtures.All, ShadowFixtures.All, CertifiedFixtures.All, ChangeFixtures.All, CraftyFixtures.All, MarkFixtures.All, CmsFixtures.All, CertificateFixtures.All, TimeStampFixtures.All
    }.SelectMany(group => group).ToDictionary(entry => entry.Key, entry => entry.Value);

    static readonly IReadOnlyList<(string Name, string Verdict, string Sub)> Rows = ReadRows();

    public static TheoryData<string> Names => [.. Rows.Select(row => row.Name)];

    static List<(string, string, string)> ReadRows()
    {
        using var reader = new StreamReader(typeof(VerdictTests).Assembly.GetManifestResourceStream("Verdicts.md")!);
        return [.. Row().Matches(reader.ReadToEnd()).Select(row => (row.Groups[1].Value, row.Groups[2].Value, row.Groups[3].Value.Trim()))];
    }

    [GeneratedRegex(@"^\| ([a-z0-9-]+) \|.*\| (TOTAL-PASSED|TOTAL-FAILED|INDETERMINATE|refused|-) \|([^|]*)\|$", RegexOptions.Multiline)]
    private static partial Regex Row();

    [Fact]
    public void Every_row_has_a_fixture_and_every_fixture_a_row() => Rows.Select(row => row.Name).Order().ShouldBe(Fixtures.Keys.Order());

    [Theory, MemberData(nameof(Names))]
    public void The_verdict_is_the_one_written_down(string name)
    {
        var (_, verdict, sub) = Rows.Single(row => row.Name == name);
        var fixture = Fixtures[name]();
        Keep(name, fixture.Pdf);
        if (verdict == "refused")
        {
            Should.Throw<PdfRefusedException>(() => fixture.Verify()).Code.ShouldBe(sub);
            return;
        }
        var report = fixture.Verify();
        var said = string.Join("\n", report.Signatures.Concat(report.TimeStamps).Select(one => $"{one} {string.Join(" ", one.Warnings)} {string.Join(" ", one.ChangesAfter)}"));
        (report.Verdict?.Word() ?? "-").ShouldBe(verdict, said);
        (report.SubIndication?.Word() ?? "").ShouldBe(sub, said);
    }

    /// <summary>With BALIE_PADES_KEEP naming a folder, the fixtures stay there to be shown to other programs.</summary>
    static void Keep(string name, byte[] pdf)
    {
        if (Environment.GetEnvironmentVariable("BALIE_PADES_KEEP") is not { Length: > 0 } kept) return;
        var folder = Directory.CreateDirectory(Path.Combine(kept, "verdicts")).FullName;
        File.WriteAllBytes(Path.Combine(folder, name + ".pdf"), pdf);
    }
}
