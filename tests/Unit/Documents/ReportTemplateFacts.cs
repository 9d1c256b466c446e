using System.Text;
using System.Xml;
using System.Xml.Linq;
using Balie.Grains.Documents.Conversion;
using Balie.Grains.Interfaces.Platform;
using CsCheck;

namespace Balie.Unit.Tests.Documents;

public sealed class ReportTemplateFacts
{
    private static readonly XNamespace Text = "urn:oasis:names:tc:opendocument:xmlns:text:1.0";

    private static readonly string[] Dangerous =
        ["{{titel}}", "{{#secties}}", "</text:p>", "<![CDATA[", "]]>", "&amp;", "&", "\r\n", "\n\n", "  ", " ", "\t", "\0", "\ud800", "\udc00", "\u202e", "😀", "é"];

    /// <summary>Any UTF-16, with what is dangerous in XML and in templates more often than chance has it.</summary>
    private static readonly Gen<string> AnyText = Gen.OneOf(
        Gen.String,
        Gen.String[Gen.Char, 0, 60],
        Gen.Int[0, Dangerous.Length - 1].Select(n => Dangerous[n]).List[0, 8].Select(parts => string.Concat(parts)));

    [Fact]
    public void Any_text_gives_well_formed_xml_and_comes_back_as_it_was() =>
        AnyText.Sample(value =>
        {
            var filled = Fill("<text:p>{{titel}}</text:p>", new ReportValues().With("titel", value));
            string.Join("\n\n", filled.Descendants(Text + "p").Select(ReportText.Read)).ShouldBe(ReportText.Clean(value));
        });

    [Fact]
    public void Any_text_stays_inside_the_sentence_it_is_put_in() =>
        AnyText.Sample(value =>
        {
            var filled = Fill("<text:h>Over {{titel}}.</text:h>", new ReportValues().With("titel", value));
            ReportText.Read(filled.Descendants(Text + "h").Single()).ShouldBe($"Over {ReportText.Clean(value)}.");
        });

    [Fact]
    public void Cleaning_twice_changes_nothing_more() =>
        AnyText.Sample(value => ReportText.Clean(ReportText.Clean(value)).ShouldBe(ReportText.Clean(value)));

    [Fact]
    public void A_blank_line_parts_paragraphs_and_a_line_end_breaks_the_line()
    {
        var paragraphs = Fill("<text:p text:style-name='Text_20_body'>{{tekst}}</text:p>", new ReportValues().With("tekst", "een\ntwee\r\n\r\ndrie")).Descendants(Text + "p").ToList();
        paragraphs.Count.ShouldBe(2);
        paragraphs[0].Elements(Text + "line-break").Count().ShouldBe(1);
        paragraphs.ShouldAllBe(p => (string?)p.Attribute(Text + "style-name") == "Text_20_body");
    }

    [Fact]
    public void Control_characters_and_marks_that_turn_the_reading_direction_are_dropped() =>
        ReportText.Clean("a\0b\u0007c\u202ed\u2066e\u001b").ShouldBe("abcde");

    [Fact]
    public void A_part_repeats_for_every_item_and_vanishes_without_any()
    {
        const string template = "<text:p>{{#secties}}</text:p><text:h>{{kop}}</text:h><text:p>{{tekst}} van {{titel}}</text:p><text:p>{{/secties}}</text:p><text:p>slot</text:p>";
        var values = new ReportValues().With("titel", "T");
        var two = Fill(template, values.WithBlock("secties", [Section("A", "een"), Section("B", "twee")]));
        two.Root!.Value.ShouldBe("Aeen van TBtwee van Tslot");
        Fill(template, values.WithBlock("secties", [])).Root!.Value.ShouldBe("slot");
    }

    [Fact]
    public void Markers_in_values_are_only_text()
    {
        const string template = "<text:p>{{#secties}}</text:p><text:p>{{tekst}}</text:p><text:p>{{/secties}}</text:p>";
        var filled = Fill(template, new ReportValues().WithBlock("secties", [Section("A", "{{/secties}}"), Section("B", "{{#secties}}")]));
        filled.Root!.Value.ShouldBe("{{/secties}}{{#secties}}");
    }

    [Fact]
    public void Every_missing_value_is_named_at_once()
    {
        const string template = "<text:p>{{titel}} {{datum}}</text:p><text:p>{{#secties}}</text:p><text:p>{{tekst}}</text:p><text:p>{{/secties}}</text:p><text:p>{{#stukken}}</text:p><text:p>{{/stukken}}</text:p>";
        var refusal = Should.Throw<BalieException>(() => Fill(template, new ReportValues().With("titel", "T").WithBlock("secties", [new ReportValues()])));
        refusal.Error.Code.ShouldBe("report.missing-values");
        refusal.Error.Message.ShouldBe("Het verslag mist: datum, secties.tekst, stukken.");
    }

    [Fact]
    public void The_shipped_templates_may_be_saved() =>
        ReportTemplate.Shipped.ShouldAllBe(name => ReportTemplate.Check(ReportTemplate.Load(name), ReportNames.Visit).Count == 0);

    [Fact]
    public void The_shipped_templates_need_no_more_than_a_visit_offers()
    {
        foreach (var name in ReportTemplate.Shipped)
        {
            var filled = Encoding.UTF8.GetString(ReportTemplate.Fill(ReportTemplate.Load(name), ReportSamples.Hearing()));
            filled.ShouldNotContain("{{");
            filled.ShouldContain("Noor Vandevelde");
        }
    }

    [Theory]
    [InlineData("{{titel}}", "{{onbekend}}", "Onbekende naam: onbekend.")]
    [InlineData("{{burger}}", "{{kop}}", "Onbekende naam: kop.")]
    [InlineData("{{tekst}}", "{{#nieuw}}", "Het deel nieuw wordt niet gesloten.")]
    [InlineData("{{/secties}}", "weg", "Het deel secties wordt niet gesloten.")]
    [InlineData("{{#secties}}", "weg", "Het deel secties wordt gesloten maar is niet geopend.")]
    [InlineData("handtekening-burger", "ergens", "Het sjabloon heeft precies een plaats nodig met de bladwijzer handtekening-burger.")]
    [InlineData("{{titel}}</text:p>", "{{ti<text:span>tel}}</text:span></text:p>", "Onleesbare plaats: \"{{titel}}\". Schrijf de accolades en de naam in een keer, zonder opmaak ertussen.")]
    [InlineData("text:style-name=\"Title\"", "text:style-name=\"{{titel}}\"", "Een naam tussen accolades kan alleen in tekst staan.")]
    [InlineData("<text:p text:style-name=\"Title\">", "<text:p xmlns:xlink=\"http://www.w3.org/1999/xlink\" xlink:href=\"file:///etc/passwd\">", "Het sjabloon verwijst naar iets buiten zichzelf: file:///etc/passwd.")]
    [InlineData("<office:styles>", "<office:scripts><office:script/></office:scripts><office:styles>", "Het sjabloon bevat een script; dat mag niet.")]
    public void A_wrong_template_is_refused_with_the_reason(string from, string to, string reason) =>
        ReportTemplate.Check(ReportTemplate.Load("verslag").Replace(from, to, StringComparison.Ordinal), ReportNames.Visit).ShouldContain(reason);

    [Fact]
    public void A_template_with_entities_of_its_own_is_refused() =>
        ReportTemplate.Check("<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><x>&a;</x>", ReportNames.Visit).ShouldHaveSingleItem().ShouldContain("geen geldig XML");

    [Theory]
    [InlineData(192, "gesprek 03:12")]
    [InlineData(4000, "gesprek 66:40")]
    [InlineData(null, "buiten het gesprek")]
    public void The_moment_in_the_call_reads_as_minutes(int? second, string text) => ReportNames.MomentInCall(second).ShouldBe(text);

    private static ReportValues Section(string heading, string text) => new ReportValues().With("kop", heading).With("tekst", text);

    private static XDocument Fill(string body, ReportValues values)
    {
        var template = $"<r xmlns:text='{Text}'>{body}</r>";
        using var reader = XmlReader.Create(new MemoryStream(ReportTemplate.Fill(template, values)));
        return XDocument.Load(reader, LoadOptions.PreserveWhitespace);
    }
}
