using Balie.Grains.Interfaces.Platform;

namespace Balie.Grains.Identity;

/// <summary>Refusals of the Identity room.</summary>
internal static class IdentityErrors
{
    public static readonly BalieError NotInCall = BalieError.Conflict("identity.not-in-call", "Dat kan alleen met iemand die nu in het gesprek is.");
    public static readonly BalieError UnknownMeans = BalieError.Invalid("identity.unknown-means", "Kies itsme of eID.", "means");
    public static readonly BalieError NotRequested = BalieError.Conflict("identity.not-requested", "De medewerker vraagt nu niet om je identiteit.");
    public static readonly BalieError AlreadyConfirmed = BalieError.Conflict("identity.confirmed", "Deze identiteit is al bevestigd.");
    public static readonly BalieError WrongLogin = BalieError.Forbidden("identity.wrong-login", "Deze aanmelding hoort niet bij dit gesprek of is al gebruikt. Begin opnieuw vanuit het gesprek.");
    public static readonly BalieError NotProven = BalieError.Conflict("identity.not-proven", "Deze persoon heeft zich nog niet aangemeld.");
    public static readonly BalieError ReasonNeeded = BalieError.Invalid("identity.reason-needed", "Geef een reden als je de identiteit weigert.", "reason");
    public static readonly BalieError NameReasonNeeded = BalieError.Invalid("identity.name-reason-needed", "De naam verschilt van de afspraak. Geef een reden waarom je toch bevestigt.", "reason");
    public static readonly BalieError UnknownCheck = BalieError.Invalid("identity.unknown-check", "Dit punt staat niet op de lijst.", "checks");
    public static readonly BalieError CheckListIncomplete = BalieError.Invalid("identity.checks-incomplete", "Overloop eerst alle punten van de controle.", "checks");
}
