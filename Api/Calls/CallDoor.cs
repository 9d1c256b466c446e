using Balie.Api.Platform;
using Balie.Grains.Interfaces.Calls;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Balie.Api.Calls;

/// <summary>The visit as a whole, the waiting room and the call; media signalling goes through <see cref="VisitHub"/>.</summary>
public static class CallDoor
{
    public static void MapCalls(this IEndpointRouteBuilder api)
    {
        var visit = api.MapGroup("/api/{tenant}/visits/{visit}").WithTags("Calls").AddEndpointFilter<RetryOnceFilter>();
        visit.MapGet("", Snapshot).Access(Access.Visit).WithName("GetVisit");
        var call = visit.MapGroup("/call").WithMetadata(new Commands());
        call.MapPost("/arrive", Arrive).Access(Access.Visit).WithName("ArriveAtCall");
        call.MapPost("/admit", Admit).Access(Access.Officer).WithName("AdmitParticipant");
        call.MapPost("/remove", Remove).Access(Access.Officer).WithName("RemoveParticipant");
        call.MapPost("/leave", Leave).Access(Access.Visit).WithName("LeaveCall");
        call.MapPost("/presence", SetPresence).Access(Access.Visit).WithName("SetPresence");
        call.MapPost("/end", End).Access(Access.Officer).WithName("EndCall");

        api.MapGet("/api/{tenant}/staff/queue", Queue).Access(Access.Officer).WithName("GetQueue").WithTags("Calls");
    }

    private static Task<VisitSnapshot> Snapshot(string tenant, string visit, SnapshotReader snapshots, HttpContext http, CancellationToken ct) =>
        snapshots.ReadAsync(tenant, visit, http.Caller(), ct);

    private static async Task<CallView> Arrive(string tenant, string visit, ArriveBody body, CommandId id, IGrainFactory grains, HttpContext http, CancellationToken ct)
    {
        var view = await grains.Call(tenant, visit).Arrive(new Arrive { CommandId = id, Camera = body.Camera, Microphone = body.Microphone }, ct);
        return view.For(http.Viewer());
    }

    private static async Task<NoContent> Admit(string tenant, string visit, AdmitBody body, CommandId id, IGrainFactory grains, CancellationToken ct)
    {
        await grains.Call(tenant, visit).Admit(new AdmitParticipant { CommandId = id, Participant = body.Participant, Session = body.Session }, ct);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> Remove(string tenant, string visit, ParticipantBody body, CommandId id, IGrainFactory grains, CancellationToken ct)
    {
        await grains.Call(tenant, visit).Remove(new RemoveParticipant { CommandId = id, Participant = body.Participant }, ct);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> Leave(string tenant, string visit, CommandId id, IGrainFactory grains, CancellationToken ct)
    {
        await grains.Call(tenant, visit).Leave(new LeaveCall { CommandId = id }, ct);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> SetPresence(string tenant, string visit, PresenceBody body, CommandId id, IGrainFactory grains, CancellationToken ct)
    {
        await grains.Call(tenant, visit).SetPresence(
            new SetPresence { CommandId = id, Microphone = body.Microphone, Camera = body.Camera, Identifying = body.Identifying }, ct);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> End(string tenant, string visit, EndBody body, CommandId id, IGrainFactory grains, CancellationToken ct)
    {
        await grains.Call(tenant, visit).End(new EndCall { CommandId = id, Reason = body.Reason }, ct);
        return TypedResults.NoContent();
    }

    private static Task<QueueView> Queue(string tenant, IGrainFactory grains, string? date = null, CancellationToken ct = default) =>
        grains.Queue(tenant).View(date, ct);
}

public sealed record ArriveBody
{
    public bool Camera { get; init; } = true;
    public bool Microphone { get; init; } = true;
}

public sealed record AdmitBody
{
    public required string Participant { get; init; }
    /// <summary>The browser session that gets the seat, as shown in the call view.</summary>
    public required string Session { get; init; }
}

public sealed record ParticipantBody
{
    public required string Participant { get; init; }
}

public sealed record PresenceBody
{
    public required bool Microphone { get; init; }
    public required bool Camera { get; init; }
    public bool Identifying { get; init; }
}

public sealed record EndBody
{
    /// <summary>"closed" or "safety".</summary>
    public string Reason { get; init; } = "closed";
}
