using Balie.Grains.Interfaces.Platform;

namespace Balie.Grains.Signing;

/// <summary>Refusals of the Signing room.</summary>
internal static class SigningErrors
{
    public static readonly BalieError IdentityNeeded = BalieError.Conflict("signing.identity-needed", "Bevestig eerst wie de burger is. Daarna kan het ondertekenen beginnen.");
    public static readonly BalieError NoCitizen = BalieError.Conflict("signing.no-citizen", "Er is geen burger die kan ondertekenen.");
    public static readonly BalieError Filing = BalieError.Unavailable("signing.filing", "Even geduld, het verslag wordt nog klaargelegd.");
    public static readonly BalieError Running = BalieError.Conflict("signing.running", "Het ondertekenen is al begonnen.");
    public static readonly BalieError Completed = BalieError.Conflict("signing.completed", "Het verslag is al door iedereen ondertekend.");
    public static readonly BalieError NotReady = BalieError.Conflict("signing.not-ready", "Er is nu niets om te ondertekenen.");
    public static readonly BalieError NotASigner = BalieError.Forbidden("signing.not-a-signer", "Je staat niet op de lijst van ondertekenaars.");
    public static readonly BalieError NotYourTurn = BalieError.Conflict("signing.not-your-turn", "Je bent nog niet aan de beurt om te ondertekenen.");
    public static readonly BalieError AlreadySigned = BalieError.Conflict("signing.already-signed", "Je hebt dit document al ondertekend.");
    public static readonly BalieError NotInCall = BalieError.Forbidden("signing.not-in-call", "Ondertekenen kan alleen tijdens het gesprek.");
    public static readonly BalieError Stale = BalieError.Conflict("signing.stale", "Het document is intussen veranderd. Lees het opnieuw en onderteken dan.");
    public static readonly BalieError StatementUnknown = BalieError.Conflict("signing.statement-unknown", "De uitleg bij het ondertekenen is veranderd. Lees die opnieuw.");
    public static readonly BalieError MeansUnknown = BalieError.Invalid("signing.means", "Teken je handtekening of typ je naam.", "means");
    public static readonly BalieError NothingDrawn = BalieError.Invalid("signing.nothing-drawn", "Teken je handtekening in het vak.", "strokes");
    public static readonly BalieError DrawingInvalid = BalieError.Invalid("signing.drawing", "Deze tekening kunnen we niet gebruiken. Teken opnieuw.", "strokes");
    public static readonly BalieError DrawingTooLong = BalieError.Invalid("signing.drawing-too-long", "Deze tekening is te lang. Teken opnieuw.", "strokes");
    public static readonly BalieError NothingTyped = BalieError.Invalid("signing.nothing-typed", "Typ je naam.", "typedName");
    public static readonly BalieError NameInvalid = BalieError.Invalid("signing.typed-name", "Typ je naam met gewone letters, hoogstens 80 tekens.", "typedName");
    public static readonly BalieError Begun = BalieError.Conflict("signing.begun", "Er is al een handtekening gezet. Stoppen kan niet meer; weigeren kan wel.");
    public static readonly BalieError ReasonTooLong = BalieError.Invalid("signing.reason-too-long", "Hou de reden korter dan 500 tekens.", "reason");
    public static readonly BalieError SealMissing = BalieError.Unavailable("signing.seal-missing", "Het zegel van de gemeente is er niet. Verwittig de beheerder.");
    public static readonly BalieError SealRefused = BalieError.Unavailable("signing.seal-refused", "Het zegel van de gemeente kan niet tekenen. Verwittig de beheerder.");
    public static readonly BalieError CheckFailed = BalieError.Unavailable("signing.check-failed", "De handtekening kon niet veilig worden gezet. Probeer het opnieuw.");
}
