using Balie.Grains.Interfaces.Platform;
using Balie.Pdf;

namespace Balie.Grains.Documents;

/// <summary>Why a PDF is not taken in, in words of whoever hands it in.</summary>
internal static class IntakeErrors
{
    public static readonly BalieError TwoKinds = BalieError.Invalid("document.unsupported-type",
        "Deze PDF is tegelijk een ander soort bestand. Bewaar ze opnieuw als PDF.", "file");

    public static readonly BalieError Busy = BalieError.Unavailable("document.busy", "Er komen nu veel bestanden binnen. Probeer zo dadelijk opnieuw.");
    public static readonly BalieError TooSlow = BalieError.Invalid("document.too-slow", "Dit bestand kwam te traag binnen. Kies een kleiner bestand of probeer opnieuw.", "file");

    public static BalieError Active(IReadOnlySet<string> found) => BalieError.Invalid("document.active-content",
        $"Deze PDF bevat {string.Join(" en ", found.Select(Word).Distinct().Order(StringComparer.Ordinal))}. Druk ze af naar een nieuwe PDF en voeg die toe.", "file");

    public static BalieError Of(PdfRefusedException refused) => refused.Code switch
    {
        "encrypted" => BalieError.Invalid("document.encrypted", "Deze PDF is beveiligd met een wachtwoord. Verwijder de beveiliging en probeer opnieuw.", "file"),
        "xfa" => BalieError.Invalid("document.active-content", "Dit is een invulformulier dat zichzelf kan veranderen. Druk het af naar een nieuwe PDF en voeg die toe.", "file"),
        "too-large" or "too-large-inside" or "too-many-objects" => BalieError.Invalid("document.too-large", "Deze PDF is te groot of te ingewikkeld. Kies een eenvoudiger bestand.", "file"),
        _ => BalieError.Invalid("document.broken", "Deze PDF is beschadigd en kan niet worden geopend. Kies een ander bestand.", "file"),
    };

    private static string Word(string name) => name switch
    {
        "JavaScript" or "JS" => "een script",
        "Launch" => "een opdracht om een programma te starten",
        "EmbeddedFiles" or "EF" or "GoToE" => "andere bestanden",
        "ExternalStream" => "verwijzingen naar bestanden elders",
        "SubmitForm" or "ImportData" => "een formulier dat gegevens verstuurt",
        "RichMediaContent" or "RichMediaExecute" or "Rendition" => "geluid of film",
        _ => "handelingen die vanzelf gebeuren",
    };
}
