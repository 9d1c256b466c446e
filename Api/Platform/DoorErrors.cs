using Balie.Grains.Interfaces.Platform;

namespace Balie.Api.Platform;

/// <summary>The caller is nobody we know (401); the code says what helps: <c>login.needed</c> or <c>link.needed</c>.</summary>
public sealed class NotKnownException(BalieError error) : Exception(error.Message)
{
    public BalieError Error { get; } = error;
}

/// <summary>Refusals of the door itself.</summary>
public static class DoorErrors
{
    public static NotKnownException LoginNeeded() => new(BalieError.Forbidden("login.needed", "Meld je aan om verder te gaan."));

    public static NotKnownException LinkNeeded() => new(BalieError.Forbidden("link.needed", "Open de link uit je mail opnieuw."));

    public static BalieException RoleNeeded() => new(BalieError.Forbidden("role.needed", "Je rol laat dit niet toe."));

    public static BalieException Unknown() => new(BalieError.NotFound("page.unknown", "Dit bestaat niet."));

    public static BalieException Forged() =>
        new(BalieError.Forbidden("request.foreign", "Deze vraag kwam niet van onze eigen pagina. Laad de pagina opnieuw."));

    public static BalieException CommandIdNeeded() =>
        new(BalieError.Invalid("command.id", "Het nummer van deze opdracht ontbreekt of is ongeldig.", CommandId.Header));
}
