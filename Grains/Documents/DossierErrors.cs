using System.Globalization;
using Balie.Grains.Interfaces.Platform;

namespace Balie.Grains.Documents;

/// <summary>Refusals of the Documents room.</summary>
internal static class DossierErrors
{
    public static readonly BalieError Unknown = BalieError.NotFound("document.unknown", "Dit document is er niet (meer).");
    public static readonly BalieError NotInCall = BalieError.Forbidden("document.not-in-call", "Dat kan alleen wie in het gesprek is.");
    public static readonly BalieError TooMany = BalieError.Conflict("document.too-many", $"Er zijn al {DossierDecisions.MostUploads} documenten. Trek er eerst een in.");
    public static readonly BalieError NotYours = BalieError.Forbidden("document.not-yours", "Alleen wie een document toevoegde, kan het intrekken.");
    public static readonly BalieError Signed = BalieError.Conflict("document.signed", "Een document dat getekend is of wordt, blijft in het dossier.");
    public static readonly BalieError KindReserved = BalieError.Forbidden("document.kind", "Dit soort document maakt Balie zelf.");
    public static readonly BalieError IdTaken = BalieError.Conflict("document.id-taken", "Er is al een ander document met dit kenmerk.");
    public static readonly BalieError NoSuchPage = BalieError.Invalid("document.page", "Deze pagina bestaat niet.", "page");
    public static readonly BalieError SectionUnknown = BalieError.NotFound("report.section-unknown", "Dit onderdeel hoort niet bij het verslag.");
    public static readonly BalieError Final = BalieError.Conflict("report.final", "Het ondertekenen is begonnen. Stop eerst het ondertekenen om het verslag te wijzigen.");
    public static readonly BalieError Empty = BalieError.Conflict("report.empty", "Het verslag is nog leeg.");
    public static readonly BalieError SecondInvalid = BalieError.Invalid("report.call-second", "Dit tijdstip in het gesprek kan niet.", "callSecond");

    public static readonly BalieError TooLong = BalieError.Invalid("report.too-long",
        string.Create(CultureInfo.GetCultureInfo("nl-BE"), $"Dit onderdeel is langer dan {DossierDecisions.LongestText} tekens."), "text");

    public static BalieError Stale(int current) =>
        BalieError.Conflict("report.stale", $"Iemand anders bewaarde intussen versie {current} van dit onderdeel. Bekijk die eerst.");
}
