using Balie.Grains.Interfaces.Platform;

namespace Balie.Grains.Recording;

/// <summary>Refusals of the Recording room.</summary>
internal static class RecordingErrors
{
    public static readonly BalieError NotOffered = BalieError.Conflict("recording.not-offered", "Dit soort gesprek wordt niet opgenomen.");
    public static readonly BalieError NotAsked = BalieError.Conflict("recording.not-asked", "Er is nu geen vraag om op te nemen.");
    public static readonly BalieError NotPresent = BalieError.Conflict("recording.not-present", "Dat kan alleen wie in het gesprek is.");
    public static readonly BalieError OtherText = BalieError.Conflict("recording.other-text", "De vraag is veranderd. Lees ze opnieuw.");
    public static readonly BalieError UnknownSegment = BalieError.NotFound("recording.segment-unknown", "Dit deel van de opname bestaat niet.");
    public static readonly BalieError NothingRecorded = BalieError.Conflict("recording.nothing", "Er is niets opgenomen.");
    public static readonly BalieError StillRecording = BalieError.Conflict("recording.running", "De opname loopt nog.");
    public static readonly BalieError StillComingIn = BalieError.Unavailable("recording.coming-in", "De opname wordt nog veilig opgeslagen. Probeer het zo meteen opnieuw.");
    public static readonly BalieError NodeAway = BalieError.Unavailable("recording.node-away", "De mediaserver is even weg.");
    public static readonly BalieError NotPlayable = BalieError.Conflict("recording.not-playable", "De opname is nog niet klaar om te bekijken.");
    public static readonly BalieError LookNeeded = BalieError.Gone("recording.look-needed", "Open de opname opnieuw en zeg waarom.");
    public static readonly BalieError PurposeNeeded = BalieError.Invalid("recording.purpose-needed", "Zeg in een korte zin waarom je de opname bekijkt.", "purpose");
}
