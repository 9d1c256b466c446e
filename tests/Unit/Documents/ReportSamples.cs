using Balie.Grains.Documents.Conversion;

namespace Balie.Unit.Tests.Documents;

/// <summary>Values of an invented hearing.</summary>
internal static class ReportSamples
{
    public static ReportValues Hearing(int sections = 3, string? text = null) => new ReportValues()
        .With(ReportNames.Municipality, "Gemeente Zonnedaal")
        .With(ReportNames.Title, "Verslag van de hoorzitting")
        .With(ReportNames.Subject, "Boete voor sluikstorten op het Kerkplein")
        .With(ReportNames.Dossier, "ZD-2026-00412")
        .With(ReportNames.Date, "dinsdag 24 november 2026")
        .With(ReportNames.Begin, "19.20")
        .With(ReportNames.End, "19.52")
        .With(ReportNames.Citizen, "Noor Vandevelde")
        .With(ReportNames.Officer, "Jef Claessens")
        .With(ReportNames.Recording, "Ja, met instemming van iedereen in het gesprek")
        .WithBlock(ReportNames.Parties,
        [
            Party("Noor Vandevelde", "Burger", "itsme, tijdens het gesprek gecontroleerd"),
            Party("Jef Claessens", "Sanctionerend ambtenaar", "Aanmelding personeel"),
            Party("Ine Daems", "Advocaat", "Uitnodiging, niet apart herkend"),
        ])
        .WithBlock(ReportNames.Sections, Enumerable.Range(1, sections).Select(n => new ReportValues()
            .With(ReportNames.Heading, $"Onderdeel {n}")
            .With(ReportNames.Moment, ReportNames.MomentInCall(n * 75))
            .With(ReportNames.Text, text ?? "Mevrouw Vandevelde zegt dat zij de dozen naast de volle container heeft gezet.\n\nZij heeft dat dezelfde dag gemeld.")));

    private static ReportValues Party(string name, string role, string identified) =>
        new ReportValues().With(ReportNames.Name, name).With(ReportNames.Role, role).With(ReportNames.Identified, identified);
}
