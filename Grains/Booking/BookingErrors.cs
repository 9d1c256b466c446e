using Balie.Grains.Interfaces.Platform;

namespace Balie.Grains.Booking;

/// <summary>Refusals of the Booking room.</summary>
internal static class BookingErrors
{
    public static readonly BalieError UnknownProduct = BalieError.NotFound("product.unknown", "Dit product bestaat niet. Kies er een uit de lijst.");
    public static readonly BalieError Days = BalieError.Invalid("slots.days", "Vraag 1 tot 60 dagen tegelijk.", "days");
    public static readonly BalieError From = BalieError.Invalid("slots.from", "Schrijf de dag als jaar-maand-dag.", "from");
    public static readonly BalieError SlotTaken = BalieError.Conflict("slot.taken", "Dit moment is net ingenomen. Kies een ander moment.");
    public static readonly BalieError HoldExpired = BalieError.Gone("hold.expired", "We hielden dit moment 10 minuten vrij. Die tijd is om. Kies opnieuw een moment.");
    public static readonly BalieError HoldUsed = BalieError.Conflict("hold.used", "Met dit moment is al een afspraak gemaakt. Kijk in je mail.");
    public static readonly BalieError VisitUnknown = BalieError.NotFound("visit.unknown", "Deze afspraak kennen we niet. Kijk de link in je mail na.");
    public static readonly BalieError LinkUnknown = BalieError.NotFound("link.unknown", "Deze link werkt niet. Kijk of je hem helemaal hebt overgenomen.");
    public static readonly BalieError LinkExpired = BalieError.Gone("link.expired", "Deze link is verlopen. Je kan een nieuwe afspraak maken.");
    public static readonly BalieError Cancelled = BalieError.Conflict("visit.cancelled", "Deze afspraak is al geannuleerd.");
    public static readonly BalieError Started = BalieError.Conflict("visit.started", "Het gesprek is al begonnen. Je kan de afspraak niet meer annuleren.");
    public static readonly BalieError Closed = BalieError.Conflict("visit.closed", "Deze afspraak is al afgesloten.");
    public static readonly BalieError NotYours = BalieError.Forbidden("visit.citizen-only", "Alleen wie de afspraak maakte kan dit doen.");
    public static readonly BalieError TooManyCompanions = BalieError.Conflict("visit.companions", "Er kunnen zes mensen mee in het gesprek. Meer gaat niet.");
    public static readonly BalieError OutcomeUnknown = BalieError.Invalid("outcome.unknown", "Kies een uitkomst uit de lijst.", "outcome");
    public static readonly BalieError NoteLength = BalieError.Invalid("note.length", "Een nota telt hoogstens 2000 tekens.", "note");
    public static readonly BalieError ReasonLength = BalieError.Invalid("reason.length", "Een reden telt hoogstens 500 tekens.", "reason");
    public static readonly BalieError Score = BalieError.Invalid("rating.score", "Kies een score van 1 tot 5.", "score");
    public static readonly BalieError CommentLength = BalieError.Invalid("rating.comment", "Een opmerking telt hoogstens 1000 tekens.", "comment");
    public static readonly BalieError NotYetMet = BalieError.Conflict("visit.not-started", "Je kan dit gesprek pas beoordelen als het begonnen is.");
    public static readonly BalieError Rated = BalieError.Conflict("visit.rated", "Je gaf al een score voor dit gesprek.");
}
