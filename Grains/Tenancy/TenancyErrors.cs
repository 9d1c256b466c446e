using Balie.Grains.Interfaces.Platform;

namespace Balie.Grains.Tenancy;

/// <summary>Refusals of the Tenancy room.</summary>
internal static class TenancyErrors
{
    public static readonly BalieError Unknown = BalieError.NotFound("tenant.unknown", "Deze gemeente kennen we niet. Kijk het adres na.");
    public static readonly BalieError OtherCode = BalieError.Invalid("tenant.code", "Deze instellingen zijn van een andere gemeente.", "view.code");
}
