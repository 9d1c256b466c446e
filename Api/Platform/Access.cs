using Balie.Grains.Interfaces.Platform;

namespace Balie.Api.Platform;

/// <summary>Who may pass a door. An endpoint without one is closed to everybody.</summary>
public enum Access
{
    /// <summary>Pages, styles, health: nothing of a tenant's content, no caller is established.</summary>
    Anyone = 0,

    /// <summary>Public calls of a tenant; the caller is a visitor, whoever is logged in.</summary>
    Visitor = 1,

    /// <summary>A participant of the visit in the address, or an officer of the tenant.</summary>
    Visit = 2,

    /// <summary>A participant of the visit in the address.</summary>
    Participant = 3,

    /// <summary>An officer of the tenant.</summary>
    Officer = 4,

    /// <summary>Anybody with a role in the tenant.</summary>
    Staff = 5,

    /// <summary>The regional operator: health, never content.</summary>
    Operator = 6,
}

/// <summary>Metadata: the access rule of an endpoint.</summary>
public sealed record AccessRule(Access Access);

/// <summary>Metadata: the largest body of an endpoint, in bytes; without it 32 KB. <see cref="Error"/>: what to say of a larger one.</summary>
public sealed record BodyLimit(long Bytes, ProblemError? Error = null)
{
    public const long Default = 32 * 1024;
}

/// <summary>Metadata: an endpoint where secrets could be guessed; few attempts a minute.</summary>
public sealed record GuessGuarded;

/// <summary>Metadata: the endpoint carries out a command and needs its id.</summary>
public sealed record Commands;

public static class AccessExtensions
{
    /// <summary>Declares who may pass; without it nobody does.</summary>
    public static TBuilder Access<TBuilder>(this TBuilder builder, Access access)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new AccessRule(access));

    public static TBuilder MaxBody<TBuilder>(this TBuilder builder, long bytes, ProblemError? error = null)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new BodyLimit(bytes, error));
}

/// <summary>The caller of the current request and, for a participant or member of staff, until when.</summary>
public sealed record CallerFeature(Caller Caller);

public static class CallerContext
{
    /// <summary>The caller that the door established.</summary>
    /// <exception cref="InvalidOperationException">The endpoint has no caller (access Anyone).</exception>
    public static Caller Caller(this HttpContext http) =>
        http.Features.Get<CallerFeature>()?.Caller ?? throw new InvalidOperationException("This door established no caller.");

    public static Viewer Viewer(this Caller caller) => new(caller.IsStaff, caller.Id);

    public static Viewer Viewer(this HttpContext http) => http.Caller().Viewer();
}
