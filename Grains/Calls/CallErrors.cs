using Balie.Grains.Interfaces.Platform;

namespace Balie.Grains.Calls;

/// <summary>Refusals of the Calls room.</summary>
internal static class CallErrors
{
    public static readonly BalieError TooEarly = BalieError.Conflict("visit.too-early", "De wachtkamer is nog niet open. Kom terug op het uur van je afspraak.");
    public static readonly BalieError TooLate = BalieError.Gone("visit.too-late", "Je afspraak is voorbij. Je kan een nieuwe afspraak maken.");
    public static readonly BalieError Cancelled = BalieError.Gone("visit.cancelled", "Deze afspraak is geannuleerd. Je kan een nieuwe afspraak maken.");
    public static readonly BalieError VisitClosed = BalieError.Gone("visit.closed", "Dit gesprek is afgesloten.");
    public static readonly BalieError Ended = BalieError.Gone("call.ended", "Het gesprek is beëindigd.");
    public static readonly BalieError NotInvited = BalieError.Forbidden("call.not-invited", "Je staat niet op de lijst van dit gesprek.");
    public static readonly BalieError NotAdmitted = BalieError.Forbidden("call.not-admitted", "Je bent nog niet binnengelaten in het gesprek.");
    public static readonly BalieError NotWaiting = BalieError.Conflict("call.not-waiting", "Deze persoon wacht niet meer.");
    public static readonly BalieError TooManyBrowsers = BalieError.Conflict("call.too-many-browsers", "Deze link is al op te veel toestellen geopend. Bel de gemeente.");
    public static readonly BalieError OfficersLeaveThemselves = BalieError.Conflict("call.officer-stays", "Een medewerker verlaat het gesprek zelf.");
    public static readonly BalieError MediaUnavailable = BalieError.Unavailable("call.media-unavailable", "Beeld en geluid zijn even weg. We herstellen dit vanzelf.");
    public static readonly BalieError UnknownReason = BalieError.Invalid("call.unknown-reason", "Kies een geldige reden om te stoppen.", "reason");
    public static readonly BalieError AlreadyRecording = BalieError.Conflict("recording.already", "De opname loopt al.");
    public static readonly BalieError NobodyPresent = BalieError.Conflict("recording.nobody", "Er is niemand in het gesprek.");
    public static readonly BalieError SomebodyDidNotConsent = BalieError.Conflict("recording.someone-new", "Niet iedereen in het gesprek heeft ja gezegd. Vraag het opnieuw.");
}
