using Balie.Grains.Interfaces.Platform;

namespace Balie.Grains.Platform;

/// <summary>Refusals that any room can give.</summary>
public static class RoomErrors
{
    public static readonly BalieError Moved = BalieError.Unavailable("room.moved", "Even geduld, we brengen alles in orde. Probeer het zo meteen opnieuw.");
    public static readonly BalieError Reused = BalieError.Conflict("command.reused", "Deze opdracht werd al voor iets anders gebruikt. Laad de pagina opnieuw en probeer nog eens.");
    public static readonly BalieError Erased = BalieError.Gone("dossier.erased", "De gegevens van dit bezoek zijn gewist.");
}
