using Balie.Grains.Interfaces.Platform;

namespace Balie.Api.Platform;

/// <summary>
/// The trusted edge: reads who calls from the cookies, checks the endpoint's access rule and sets <see cref="Caller.Current"/>. An endpoint
/// without a rule is refused. Tenant, visit and participant come from the route, else (hubs, login windows) from the query.
/// </summary>
public sealed class CallerMiddleware(RequestDelegate next, TicketCookies tickets)
{
    public const string ParticipantHeader = "Balie-Participant";

    public async Task InvokeAsync(HttpContext http)
    {
        // What is no route of ours only answers a status, such as 415 for a body of another kind.
        if (http.GetEndpoint() is not Microsoft.AspNetCore.Routing.RouteEndpoint endpoint)
        {
            await next(http);
            return;
        }
        if (endpoint.Metadata.GetMetadata<AccessRule>() is not { } rule)
            throw new BalieException(BalieError.Forbidden("door.closed", "Deze deur is dicht."));
        if (Establish(http, rule.Access) is { } caller)
        {
            http.Features.Set(new CallerFeature(caller));
            Caller.Current = caller;
        }
        await next(http);
    }

    private Caller? Establish(HttpContext http, Access access)
    {
        if (access == Access.Anyone) return null;
        if (access == Access.Operator) return tickets.ReadOperator(http)?.ToCaller() ?? throw DoorErrors.LoginNeeded();
        var tenant = Part(http, "tenant") ?? throw DoorErrors.Unknown();
        return access switch
        {
            Access.Visitor => Caller.Visitor(tenant),
            Access.Officer => Officer(http, tenant),
            Access.Staff => Staff(http, tenant),
            Access.Participant => Participant(http, tenant) ?? throw DoorErrors.LinkNeeded(),
            Access.Visit => Participant(http, tenant) ?? Officer(http, tenant),
            _ => throw new ArgumentOutOfRangeException(nameof(access), access, null),
        };
    }

    /// <summary>Null when no participant is named; a named one must hold its cookie.</summary>
    private Caller? Participant(HttpContext http, string tenant)
    {
        var visit = Part(http, "visit") ?? throw DoorErrors.Unknown();
        var named = http.Request.Headers[ParticipantHeader].ToString() is { Length: > 0 } header ? header : Query(http, "as");
        if (named is null) return null;
        return tickets.ReadVisit(http, tenant, visit, named)?.ToCaller() ?? throw DoorErrors.LinkNeeded();
    }

    private Caller Staff(HttpContext http, string tenant) =>
        tickets.ReadStaff(http) is { } ticket && ticket.Tenant == tenant ? ticket.ToCaller() : throw DoorErrors.LoginNeeded();

    private Caller Officer(HttpContext http, string tenant) =>
        Staff(http, tenant) is var staff && staff.Is(StaffRole.Officer) ? staff : throw DoorErrors.RoleNeeded();

    /// <summary>A part of a grain key; null when it is absent. Something that cannot be a key exists nowhere.</summary>
    private static string? Part(HttpContext http, string name)
    {
        var text = http.Request.RouteValues[name] as string ?? Query(http, name);
        return text is null ? null : GrainKey.IsPart(text) ? text : throw DoorErrors.Unknown();
    }

    private static string? Query(HttpContext http, string name) => http.Request.Query[name] is [{ Length: > 0 } text] ? text : null;
}
