using System.Collections.Immutable;
using Orleans.Runtime;

namespace Balie.Grains.Interfaces.Platform;

/// <summary>Who calls a grain, as established at the trusted edge (a door, or Balie itself).</summary>
public enum CallerKind
{
    /// <summary>Nobody known: a citizen looking at the public pages.</summary>
    Visitor = 0,

    /// <summary>A participant of one visit, by the cookie that an access link was exchanged for.</summary>
    Participant = 1,

    /// <summary>A member of staff of one tenant, logged in by OpenID Connect.</summary>
    Staff = 2,

    /// <summary>The regional operator: sees health, never content.</summary>
    Operator = 3,

    /// <summary>Balie itself: reminders, the outbox, one room speaking to another about something no person asked for.</summary>
    System = 4,
}

/// <summary>Roles of staff within their tenant.</summary>
public static class StaffRole
{
    /// <summary>Meets citizens.</summary>
    public const string Officer = "medewerker";

    /// <summary>Manages the municipality's settings and sees its impact.</summary>
    public const string Manager = "beheerder";
}

/// <summary>The caller of a grain. Set from the trusted edge only; travels in <see cref="RequestContext"/> from grain to grain.</summary>
[GenerateSerializer, Immutable, Alias("Caller")]
public sealed record Caller
{
    private const string ContextKey = "balie.caller";

    [Id(0)] public required CallerKind Kind { get; init; }

    /// <summary>The caller's tenant; null only for the operator.</summary>
    [Id(1)] public string? Tenant { get; init; }

    /// <summary>Staff id, participant id, or a word for Balie itself. Never a register number.</summary>
    [Id(2)] public required string Id { get; init; }

    /// <summary>A participant's visit; null for others.</summary>
    [Id(3)] public string? Visit { get; init; }

    /// <summary>Name for the journal and the screen.</summary>
    [Id(4)] public string Name { get; init; } = "";

    [Id(5)] public ImmutableArray<string> Roles { get; init; } = [];

    /// <summary>A participant's browser session, which an identity request and a seat are bound to.</summary>
    [Id(6)] public string? Session { get; init; }

    public static Caller Visitor(string tenant) => new() { Kind = CallerKind.Visitor, Tenant = tenant, Id = "visitor" };

    public static Caller System(string tenant, string what) => new() { Kind = CallerKind.System, Tenant = tenant, Id = what, Name = "Balie" };

    /// <summary>The caller of the current request, or null when none was established: then every grain refuses.</summary>
    public static Caller? Current
    {
        get => RequestContext.Get(ContextKey) as Caller;
        set
        {
            if (value is null) RequestContext.Remove(ContextKey);
            else RequestContext.Set(ContextKey, value);
        }
    }

    /// <exception cref="InvalidOperationException">No caller was established.</exception>
    public static Caller Required => Current ?? throw new InvalidOperationException("No caller was established at the edge.");

    /// <summary>As the journal records it: kind and id, never a name.</summary>
    public string Actor => $"{Kind.ToString().ToLowerInvariant()}:{Id}";

    public bool IsStaff => Kind == CallerKind.Staff;

    public bool Is(string role) => Roles.Contains(role);
}

/// <summary>
/// Says which kinds of callers may call a grain method. A method without it is callable by nobody. The call filter compares the
/// tenant of the grain's key with the caller's, and a participant's visit with the key's id, before the method runs.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class AllowAttribute(params CallerKind[] kinds) : Attribute
{
    public IReadOnlyList<CallerKind> Kinds { get; } = kinds;

    /// <summary>When set, staff also need this role.</summary>
    public string? Role { get; init; }

    /// <summary>When set, the grain's id is not a visit, and a participant of any visit of the tenant may call.</summary>
    public bool AnyVisit { get; init; }
}
