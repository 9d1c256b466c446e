using Balie.Grains.Documents.Conversion;
using Balie.Grains.Interfaces.Booking;
using Balie.Grains.Interfaces.Calls;
using Balie.Grains.Interfaces.Documents;
using Balie.Grains.Interfaces.Identity;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Interfaces.Recording;
using Balie.Grains.Interfaces.Signing;
using Balie.Grains.Interfaces.Tenancy;

namespace Balie.Grains.Signing;

/// <summary>What is known of a visit at the moment its report is closed.</summary>
public sealed record ReportSources
{
    public required TenantSettings Settings { get; init; }
    public required AppointmentView Appointment { get; init; }
    public required CallView Call { get; init; }
    public required IdentityView Identity { get; init; }
    public required DossierView Dossier { get; init; }
    public required RecordingView Recording { get; init; }
    public required SigningView Signing { get; init; }

    /// <summary>The moment of closing; stands for the end of a call that still runs.</summary>
    public required DateTimeOffset Now { get; init; }

    public ProductView? Product => Settings.View.Products.FirstOrDefault(p => p.Id == Appointment.Product);

    /// <summary>Which rooms told less than the journal says, and the version that each should know.</summary>
    public IReadOnlyList<KeyValuePair<string, long>> Behind(IReadOnlyDictionary<string, long> heads) =>
        VisitRooms.Behind(heads, Appointment, Call, Identity, Dossier, Signing, Recording);

    public string Template => Settings.Rules.FirstOrDefault(r => r.Product == Appointment.Product)?.ReportTemplate ?? "verslag";
}

/// <summary>Fills a report template from what is known of a visit. Pure.</summary>
public static class ReportContent
{
    public static ReportValues Of(ReportSources sources)
    {
        var zone = sources.Settings.TimeZone;
        var begin = sources.Call.StartedAt ?? sources.Appointment.Start;
        return new ReportValues()
            .With(ReportNames.Municipality, sources.Settings.View.Name)
            .With(ReportNames.Title, sources.Template == "hoorzitting" ? "Verslag van de hoorzitting" : "Verslag van het gesprek")
            .With(ReportNames.Subject, sources.Product?.Name ?? sources.Appointment.Product)
            .With(ReportNames.Dossier, sources.Appointment.Visit)
            .With(ReportNames.Date, DutchMoment.Date(begin, zone))
            .With(ReportNames.Begin, DutchMoment.Clock(begin, zone))
            .With(ReportNames.End, DutchMoment.Clock(sources.Call.EndedAt ?? sources.Now, zone))
            .With(ReportNames.Citizen, SignerName(sources, "burger"))
            .With(ReportNames.Officer, SignerName(sources, "medewerker"))
            .With(ReportNames.Recording, sources.Recording.Segments.IsEmpty ? "Nee" : "Ja, met instemming van iedereen in het gesprek")
            .WithBlock(ReportNames.Parties, Parties(sources))
            .WithBlock(ReportNames.Sections, Sections(sources.Dossier));
    }

    /// <summary>Dutch word for a part somebody has in a visit.</summary>
    public static string Label(ParticipantRole role) => role switch
    {
        ParticipantRole.Citizen => "burger",
        ParticipantRole.Helper => "begeleider",
        ParticipantRole.Lawyer => "advocaat",
        ParticipantRole.Interpreter => "tolk",
        _ => "medewerker",
    };

    /// <summary>The signers, and whoever else is in the call when the report is closed.</summary>
    private static IEnumerable<ReportValues> Parties(ReportSources sources)
    {
        foreach (var signer in sources.Signing.Signers) yield return Party(signer.Name, signer.Role, Identified(sources, signer.Participant));
        foreach (var seat in sources.Call.Seats.Where(s => s.Status == SeatStatus.Admitted && sources.Signing.Signers.All(x => x.Participant != s.Participant)))
            yield return Party(seat.Name, Label(seat.Role), Identified(sources, seat.Participant));
    }

    private static ReportValues Party(string name, string role, string identified) =>
        new ReportValues().With(ReportNames.Name, name).With(ReportNames.Role, role).With(ReportNames.Identified, identified);

    private static string Identified(ReportSources sources, string participant)
    {
        if (sources.Appointment.Participants.All(p => p.Id != participant)) return $"In dienst van {sources.Settings.View.Name}";
        var check = sources.Identity.Checks.FirstOrDefault(c => c.Participant == participant);
        return check?.Status switch
        {
            IdentityStatus.Confirmed => $"Aangemeld met {Means(check.Means)} en bevestigd door de medewerker",
            IdentityStatus.Rejected => "Niet bevestigd",
            _ => "Niet gevraagd",
        };
    }

    private static string Means(string? means) => means switch
    {
        "eid" => "eID",
        "itsme" => "itsme",
        _ => "een erkende aanmelding",
    };

    private static IEnumerable<ReportValues> Sections(DossierView dossier) =>
        from section in dossier.Report?.Sections ?? []
        where !string.IsNullOrWhiteSpace(section.Text)
        select new ReportValues()
            .With(ReportNames.Heading, section.Heading)
            .With(ReportNames.Moment, ReportNames.MomentInCall(section.CallSecond))
            .With(ReportNames.Text, section.Text.Trim());

    private static string SignerName(ReportSources sources, string role) => sources.Signing.Signers.First(s => s.Role == role).Name;
}
