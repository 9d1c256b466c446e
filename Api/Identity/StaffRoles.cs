using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Interfaces.Tenancy;

namespace Balie.Api.Identity;

/// <summary>Reads roles as the provider gives them, <c>Role:Organisation</c>; only those of the tenant's own organisation count.</summary>
public static partial class StaffRoles
{
    public static ImmutableArray<string> In(IEnumerable<string> claims, string organisation) =>
        [.. claims.Select(claim => claim.Split(':', 2)).Where(parts => parts.Length == 2 && parts[1] == organisation).Select(parts => parts[0] switch
        {
            "BalieMedewerker" => StaffRole.Officer,
            "BalieBeheerder" => StaffRole.Manager,
            _ => "",
        }).Where(role => role.Length > 0).Distinct()];

    /// <param name="claims">As for <see cref="In"/>.</param>
    /// <param name="organisation">The organisation that operates this counter; empty = nobody is its operator.</param>
    public static bool IsOperator(IEnumerable<string> claims, string organisation) => organisation.Length > 0 && claims.Contains("BalieOperator:" + organisation);

    /// <summary>The id of the agenda that belongs to this subject; who has none (a manager) goes by the subject itself.</summary>
    public static string IdOf(string subject, TenantSettings settings) =>
        settings.Staff.FirstOrDefault(s => s.Subject == subject)?.Id ?? "u-" + NotInKey().Replace(subject, "-")[..Math.Min(subject.Length, 60)];

    [GeneratedRegex("[^A-Za-z0-9_-]")]
    private static partial Regex NotInKey();
}
