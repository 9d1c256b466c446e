using System.Collections.Immutable;
using System.Globalization;

namespace Balie.Grains.Documents.Conversion;

/// <summary>What fills a report template: plain text by name, and lists of the same for the parts that repeat.</summary>
public sealed record ReportValues
{
    public ImmutableDictionary<string, string> Fields { get; init; } = ImmutableDictionary<string, string>.Empty;

    public ImmutableDictionary<string, ImmutableArray<ReportValues>> Blocks { get; init; } = ImmutableDictionary<string, ImmutableArray<ReportValues>>.Empty;

    /// <summary>These values with one field more.</summary>
    public ReportValues With(string name, string value) => this with { Fields = Fields.SetItem(name, value) };

    /// <summary>These values with one repeating part more; an empty list leaves that part out.</summary>
    public ReportValues WithBlock(string name, IEnumerable<ReportValues> items) => this with { Blocks = Blocks.SetItem(name, [.. items]) };
}

/// <summary>The names every report of a visit offers to a template. Within a repeating part the name is written short: <c>{{kop}}</c>.</summary>
public static class ReportNames
{
    public const string Municipality = "gemeente";
    public const string Title = "titel";
    public const string Subject = "onderwerp";
    public const string Dossier = "dossiernummer";
    public const string Date = "datum";
    public const string Begin = "begin";
    public const string End = "einde";
    public const string Citizen = "burger";
    public const string Officer = "medewerker";
    public const string Recording = "opname";

    /// <summary>Repeats for everyone in the call: <see cref="Name"/>, <see cref="Role"/>, <see cref="Identified"/>.</summary>
    public const string Parties = "aanwezigen";
    public const string Name = "naam";
    public const string Role = "rol";
    public const string Identified = "identificatie";

    /// <summary>Repeats for every section: <see cref="Heading"/>, <see cref="Moment"/>, <see cref="Text"/>.</summary>
    public const string Sections = "secties";
    public const string Heading = "kop";
    public const string Moment = "tijd";
    public const string Text = "tekst";

    /// <summary>For <see cref="ReportTemplate.Check"/>: all of the above.</summary>
    public static ImmutableHashSet<string> Visit { get; } =
    [
        Municipality, Title, Subject, Dossier, Date, Begin, End, Citizen, Officer, Recording,
        Parties, $"{Parties}.{Name}", $"{Parties}.{Role}", $"{Parties}.{Identified}",
        Sections, $"{Sections}.{Heading}", $"{Sections}.{Moment}", $"{Sections}.{Text}",
    ];

    /// <summary>"gesprek 03:12" for a second in the call, "buiten het gesprek" for what was written outside it.</summary>
    public static string MomentInCall(int? second) =>
        second is { } s ? string.Create(CultureInfo.InvariantCulture, $"gesprek {s / 60:00}:{s % 60:00}") : "buiten het gesprek";
}
