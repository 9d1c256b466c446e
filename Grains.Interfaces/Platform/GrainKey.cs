using System.Buffers;

namespace Balie.Grains.Interfaces.Platform;

/// <summary>The key of every Balie grain: <c>{tenant}/{id}</c>. Neither part may hold a slash, so a key parses one way only.</summary>
public readonly record struct GrainKey
{
    private static readonly SearchValues<char> Allowed = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.");

    private GrainKey(string tenant, string id) => (Tenant, Id) = (tenant, id);

    /// <summary>Tenant code, as in the address: lower-case letters, digits and hyphens.</summary>
    public string Tenant { get; }

    /// <summary>Identifier within the tenant: a visit, a staff member, or a fixed word.</summary>
    public string Id { get; }

    /// <exception cref="ArgumentException">A part is empty, longer than 100 characters or holds something else than letters, digits, '-', '_' or '.'.</exception>
    public static GrainKey Of(string tenant, string id)
    {
        if (!IsPart(tenant)) throw new ArgumentException("Not a tenant code.", nameof(tenant));
        if (!IsPart(id)) throw new ArgumentException("Not an identifier.", nameof(id));
        return new GrainKey(tenant, id);
    }

    /// <exception cref="FormatException">The text is not <c>{tenant}/{id}</c>.</exception>
    public static GrainKey Parse(string key) => TryParse(key) ?? throw new FormatException("Not a grain key.");

    /// <summary>Null when the text is not <c>{tenant}/{id}</c>.</summary>
    public static GrainKey? TryParse(string key)
    {
        var slash = key.IndexOf('/');
        return slash > 0 && IsPart(key.AsSpan(0, slash)) && IsPart(key.AsSpan(slash + 1)) ? new GrainKey(key[..slash], key[(slash + 1)..]) : null;
    }

    /// <summary>True when the text can be a tenant code or an identifier in a key.</summary>
    public static bool IsPart(ReadOnlySpan<char> part) => part.Length is > 0 and <= 100 && !part.ContainsAnyExcept(Allowed);

    public override string ToString() => $"{Tenant}/{Id}";
}
