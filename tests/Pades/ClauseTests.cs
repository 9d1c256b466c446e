using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Balie.Pades.Pkcs11;
using Balie.Pdf;

namespace Balie.Pades.Tests;

/// <summary>Every public type says which clause of which standard it follows, or why there is none.</summary>
public sealed partial class ClauseTests
{
    static readonly Assembly[] Libraries = [typeof(PdfDocument).Assembly, typeof(Pkcs11SignatureKey).Assembly];

    public static TheoryData<string> Types => [.. Libraries.SelectMany(library => library.GetExportedTypes()).Select(type => type.FullName!).Order()];

    static readonly IReadOnlyDictionary<string, string> Summaries = Libraries
        .SelectMany(library => XDocument.Load(Path.ChangeExtension(library.Location, ".xml")).Descendants("member"))
        .ToDictionary(member => member.Attribute("name")!.Value, member => member.Element("summary")?.Value ?? "");

    [Theory, MemberData(nameof(Types))]
    public void A_public_type_names_its_clause(string type)
    {
        var summary = Summaries.GetValueOrDefault("T:" + type.Replace('+', '.'), "");

        (Clause().IsMatch(summary) || summary.Contains("No clause: ", StringComparison.Ordinal)).ShouldBeTrue($"{type}: {summary}");
    }

    [Fact]
    public void There_are_public_types_to_look_at() => Types.Count.ShouldBeGreaterThan(40);

    /// <summary>A standard with its number, and after a comma a clause or a table of it.</summary>
    [GeneratedRegex(@"(ISO \d+(-\d)?|EN 319 \d{3}(-\d)?|TS 119 \d{3}|RFC \d{4}|PKCS #11 v\d\.\d+|SP 800-38D)(:\d{4})?, (table )?\d+")]
    private static partial Regex Clause();
}
